//! What a package says of itself is held against the standard: a wrong type or form is told by its place.

use super::cells::{notices, plan};
use crate::support::Memory;
use serde_json::{Value as Json, json};

fn with(properties: &Json) -> Memory {
    let header = "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator\n";
    let mut package = plan(header);
    let mut descriptor: Json = serde_json::from_slice(&package.0["datapackage.json"]).unwrap();
    for (name, value) in properties.as_object().unwrap() {
        descriptor[name] = value.clone();
    }
    let text = descriptor.to_string().into_bytes();
    package.0.insert("datapackage.json".to_owned(), text);
    package
}

#[test]
fn what_the_standard_takes_is_taken() {
    for properties in [
        json!({"created": "2020-02-27T00:00:00Z", "languages": ["az", "az-Latn", "en-GB"], "keywords": ["a"]}),
        json!({"licenses": [{"name": "CC-BY-4.0"}, {"path": "LICENSE.md", "title": "Ours"}]}),
        json!({"homepage": "https://example.org/şəffaf?a=b#c", "version": "1", "id": "x", "image": "a.png"}),
        json!({"contributors": [{"title": "A", "email": "a@b.example", "path": "https://b.example", "roles": ["publisher"]}]}),
        json!({"sources": [{"title": "A", "path": "https://b.example/a%20b"}], "translations": {"en": {"title": "T", "keywords": ["a"]}}}),
        json!({"title": null, "own": {"anything": [1, 2]}, "x": 7}),
        json!({"encoding": "utf-8", "missingValues": [""], "header": "picture.png", "format": "A4", "bytes": 1}),
    ] {
        assert_eq!(
            with(&properties).problems(),
            Vec::<String>::new(),
            "{properties}"
        );
        assert_eq!(
            notices(&with(&properties)),
            Vec::<String>::new(),
            "{properties}"
        );
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn what_it_does_not_take_is_told_by_name_with_what_would_be_right() {
    for (place, properties, right) in [
        ("name", json!({"name": 7}), "give a text"),
        ("title", json!({"title": ["T"]}), "give a text"),
        (
            "missingValues",
            json!({"missingValues": ["-"]}),
            "`schema` of a resource only: put it there",
        ),
        (
            "encoding",
            json!({"encoding": "windows-1254"}),
            "an entry of `resources` only: put it there",
        ),
        (
            "dialect",
            json!({"dialect": {"delimiter": ";"}}),
            "an entry of `resources` only: put it there",
        ),
        (
            "nullSequence",
            json!({"nullSequence": "-"}),
            "`dialect` of a resource only: put it there",
        ),
        (
            "description",
            json!({"description": {"az": "T"}}),
            "give a text",
        ),
        ("version", json!({"version": 1.0}), "give a text"),
        ("homepage", json!({"homepage": "example.org"}), "give a URL"),
        (
            "created",
            json!({"created": "27.02.2020"}),
            "like \"2020-02-27T00:00:00Z\"",
        ),
        (
            "created",
            json!({"created": "2020-02-27"}),
            "like \"2020-02-27T00:00:00Z\"",
        ),
        (
            "keywords",
            json!({"keywords": "budget, openness"}),
            "give a list of texts",
        ),
        ("keywords", json!({"keywords": [1]}), "give a list of texts"),
        (
            "languages",
            json!({"languages": "az"}),
            "give a list of texts",
        ),
        (
            "languages[0]",
            json!({"languages": ["az_AZ"]}),
            "with hyphens: \"az-AZ\"",
        ),
        (
            "languages[1]",
            json!({"languages": ["az", "Azerbaijani language"]}),
            "BCP 47",
        ),
        (
            "licenses",
            json!({"licenses": "CC-BY-4.0"}),
            "give a list of objects",
        ),
        (
            "licenses",
            json!({"licenses": ["CC-BY-4.0"]}),
            "give a list of objects",
        ),
        (
            "licenses[0]",
            json!({"licenses": [{"title": "Ours"}]}),
            "give a `name` or a `path`",
        ),
        (
            "licenses[0].path",
            json!({"licenses": [{"name": "X", "path": "https://example.org/my licence.pdf"}]}),
            "with blanks as %20",
        ),
        (
            "licenses[0].title",
            json!({"licenses": [{"name": "X", "title": 7}]}),
            "give a text",
        ),
        (
            "contributors",
            json!({"contributors": {"title": "A"}}),
            "give a list of objects",
        ),
        (
            "contributors[0].roles",
            json!({"contributors": [{"title": "A", "roles": "publisher"}]}),
            "give a list of texts",
        ),
        (
            "contributors[1].email",
            json!({"contributors": [{"title": "A"}, {"email": "nobody"}]}),
            "name@example.org",
        ),
        (
            "sources[0].path",
            json!({"sources": [{"path": "file:///etc/passwd"}]}),
            "give a URL",
        ),
        (
            "translations",
            json!({"translations": ["az"]}),
            "give an object",
        ),
        (
            "translations.az_AZ",
            json!({"translations": {"az_AZ": {"title": "T"}}}),
            "with hyphens",
        ),
        (
            "translations.az.title",
            json!({"translations": {"az": {"title": 7}}}),
            "give a text",
        ),
        (
            "translations.az.keywords",
            json!({"translations": {"az": {"keywords": "a"}}}),
            "give a list of texts",
        ),
    ] {
        let told = with(&properties).problems();
        assert_eq!(told.len(), 1, "{properties}: {told:#?}");
        assert!(
            told[0].starts_with(&format!("datapackage.json: `{place}` is ")),
            "{told:?}"
        );
        assert!(told[0].contains(right), "{told:?}");
    }
    assert!(
        with(&json!({"resources": "measures.csv"})).problems()[0]
            .contains("`resources` is \"measures.csv\"; give a list")
    );
}

#[test]
fn all_of_a_descriptor_is_told_at_once() {
    let properties = json!({
        "licenses": [{"name": "X", "path": "https://example.org/my licence.pdf"}],
        "languages": ["az_AZ"], "created": "27.02.2020", "keywords": "budget, openness",
    });
    assert_eq!(with(&properties).problems().len(), 4);
}

#[test]
fn a_misspelt_property_of_a_package_gets_a_notice() {
    let notice = "notice: datapackage.json: `license` is not known and passed over; did you mean `licenses`?";
    assert_eq!(notices(&with(&json!({"license": "CC-BY-4.0"}))), [notice]);
}
