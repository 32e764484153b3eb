//! What a descriptor says of a file: each property that changes how it is read is done, or refused by name.

use super::cells::{described, notices, plan};
use crate::support::Memory;
use serde_json::{Value as Json, json};

const MEASURES: &str = "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator\nx-1,x,,1,Publish the budget,,2026,2028,1,x-text,point 1\n";

fn told(properties: &Json) -> Vec<String> {
    described(plan(MEASURES), properties).problems()
}

#[test]
fn what_says_how_a_file_is_written_anyway_is_fine() {
    let field = json!({"name": "start_year", "type": "integer", "format": "default", "bareNumber": true, "groupChar": "", "constraints": {"minimum": 1990}});
    for properties in [
        json!({"type": "table", "scheme": "file", "format": "csv", "mediatype": "text/csv; charset=utf-8", "encoding": "UTF-8"}),
        json!({"format": null, "profile": "tabular-data-resource", "compression": "no", "bytes": MEASURES.len(), "hash": ""}),
        json!({"dialect": {"delimiter": ",", "quoteChar": "\"", "doubleQuote": true, "escapeChar": null, "header": true,
            "headerRows": [1], "commentRows": [], "lineTerminator": "\r\n", "skipInitialSpace": false, "csvddfVersion": 1.2}}),
        json!({"schema": {"missingValues": [""], "fields": [field, {"name": "title"}], "primaryKey": "id"}}),
        json!({"path": ["measures.csv"], "title": "Measures", "x-own": {"a": 1}}),
    ] {
        assert_eq!(told(&properties), Vec::<String>::new(), "{properties}");
    }
}

#[test]
fn what_changes_how_a_file_is_read_is_done() {
    let with = |text: &str, properties: Json| described(plan(text), &properties);
    let tabs = MEASURES.replace(',', "\t");
    let bars = MEASURES.replace(',', "|");
    let marks = MEASURES.replace("Publish the budget", "'Publish, the ''budget'''");
    let spaces = MEASURES
        .replace(',', ", ")
        .replace("Publish the budget", "\"Publish, the budget\"");
    let missing = MEASURES
        .replace(",,2026", ",n/a,2026")
        .replace("x,,1", "x,-,1");
    for package in [
        with(&bars, json!({"dialect": {"delimiter": "|"}})),
        with(&tabs, json!({"format": "tsv"})),
        with(&tabs, json!({"mediatype": "text/tab-separated-values"})),
        with(&marks, json!({"dialect": {"quoteChar": "'"}})),
        with(&spaces, json!({"dialect": {"skipInitialSpace": true}})),
        with(
            &missing,
            json!({"schema": {"missingValues": ["", "n/a", {"value": "-", "label": "none"}]}}),
        ),
        with(
            &missing,
            json!({"schema": {"missingValues": ["", "n/a"], "fields": [{"name": "section_id", "missingValues": ["", "-"]}]}}),
        ),
        with(
            &missing.replace("n/a", "-"),
            json!({"dialect": {"nullSequence": "-"}}),
        ),
    ] {
        assert_eq!(package.problems(), Vec::<String>::new());
    }
    let told = with(&missing, json!({"schema": {"missingValues": ["", "n/a"]}})).problems();
    assert!(
        told[0].contains("column section_id, value \"-\""),
        "{told:?}"
    );
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table of cases")]
fn what_cannot_be_done_is_refused_by_name() {
    for (property, given) in [
        ("data", json!({"data": [{"id": "x-1"}]})),
        ("type", json!({"type": "file"})),
        ("format", json!({"format": "xlsx"})),
        ("mediatype", json!({"mediatype": "application/json"})),
        ("encoding", json!({"encoding": "windows-1254"})),
        ("encoding", json!({"encoding": 7})),
        ("scheme", json!({"scheme": "https"})),
        ("compression", json!({"compression": "gz"})),
        ("innerpath", json!({"innerpath": "a.csv"})),
        ("layout", json!({"layout": {"header": false}})),
        ("path", json!({"path": ["a.csv", "b.csv"]})),
        ("path", json!({"path": "https://example.org/measures.csv"})),
        ("path", json!({"path": null})),
        ("bytes", json!({"bytes": MEASURES.len() + 1})),
        ("bytes", json!({"bytes": "many"})),
        ("hash", json!({"hash": "sha256:00ff"})),
        ("hash", json!({"hash": "5d41402abc4b2a76b9719d911017c592"})),
        ("hash", json!({"hash": "sha1:00ff"})),
        ("hash", json!({"hash": 7})),
        (
            "dialect",
            json!({"dialect": "https://example.org/dialect.json"}),
        ),
        ("dialect", json!({"dialect": "dialect.json"})),
        ("dialect", json!({"dialect": [1]})),
        ("dialect.delimiter", json!({"dialect": {"delimiter": "::"}})),
        ("dialect.delimiter", json!({"dialect": {"delimiter": "§"}})),
        ("dialect.delimiter", json!({"dialect": {"delimiter": "\""}})),
        ("dialect.quoteChar", json!({"dialect": {"quoteChar": ""}})),
        (
            "dialect.doubleQuote",
            json!({"dialect": {"doubleQuote": false}}),
        ),
        (
            "dialect.escapeChar",
            json!({"dialect": {"escapeChar": "\\"}}),
        ),
        (
            "dialect.nullSequence",
            json!({"dialect": {"nullSequence": 7}}),
        ),
        (
            "dialect.skipInitialSpace",
            json!({"dialect": {"skipInitialSpace": "yes"}}),
        ),
        ("dialect.header", json!({"dialect": {"header": false}})),
        (
            "dialect.headerRows",
            json!({"dialect": {"headerRows": [1, 2]}}),
        ),
        (
            "dialect.commentRows",
            json!({"dialect": {"commentRows": [1]}}),
        ),
        (
            "dialect.commentChar",
            json!({"dialect": {"commentChar": "#"}}),
        ),
        (
            "dialect.lineTerminator",
            json!({"dialect": {"lineTerminator": ";"}}),
        ),
        ("dialect.sheetName", json!({"dialect": {"sheetName": "1"}})),
        ("dialect.delimeter", json!({"dialect": {"delimeter": ";"}})),
        ("schema", json!({"schema": "nowhere.json"})),
        ("schema.fields", json!({"schema": {"fields": "id"}})),
        (
            "schema.missingValues",
            json!({"schema": {"missingValues": "n/a"}}),
        ),
        (
            "schema.missingValues",
            json!({"schema": {"missingValues": ["n/a"]}}),
        ),
        (
            "schema.fields[title].missingValues",
            json!({"schema": {"fields": [{"name": "title", "missingValues": ["n/a"]}]}}),
        ),
        (
            "schema.fields[start_year].groupChar",
            json!({"schema": {"fields": [{"name": "start_year", "groupChar": ","}]}}),
        ),
        (
            "schema.fields[start_year].bareNumber",
            json!({"schema": {"fields": [{"name": "start_year", "bareNumber": false}]}}),
        ),
        (
            "schema.fields[number].decimalChar",
            json!({"schema": {"fields": [{"name": "number", "decimalChar": ","}]}}),
        ),
        (
            "schema.fields[start_year].type",
            json!({"schema": {"fields": [{"name": "start_year", "type": "date"}]}}),
        ),
        (
            "schema.fields[title].type",
            json!({"schema": {"fields": [{"name": "title", "type": "list"}]}}),
        ),
        (
            "schema.fields[title].format",
            json!({"schema": {"fields": [{"name": "title", "format": "binary"}]}}),
        ),
        (
            "schema.fields[title].trueValues",
            json!({"schema": {"fields": [{"name": "title", "trueValues": ["yes"]}]}}),
        ),
    ] {
        let told = told(&given);
        assert_eq!(told.len(), 1, "{given}: {told:#?}");
        let named = format!("datapackage.json: `{property}` of `measures` is ");
        assert!(told[0].starts_with(&named), "{given}: {told:?}");
    }
}

#[test]
fn what_would_be_passed_over_in_silence_is_refused_by_name() {
    for (place, given) in [
        ("extrapaths", json!({"extrapaths": ["more.csv"]})),
        (
            "detector",
            json!({"detector": {"fieldMissingValues": ["-"]}}),
        ),
        (
            "mediatype",
            json!({"mediatype": "text/csv; charset=windows-1254"}),
        ),
        (
            "mediatype",
            json!({"mediatype": "text/csv;charset=utf-8; Header=absent"}),
        ),
        ("mediatype", json!({"mediatype": "text/csv; delimiter=;"})),
        ("missingValues", json!({"missingValues": ["", "-"]})),
        ("fields", json!({"fields": [{"name": "id"}]})),
        ("nullSequence", json!({"nullSequence": "-"})),
        ("delimiter", json!({"delimiter": ";"})),
        ("header", json!({"header": false})),
        (
            "schema.encoding",
            json!({"schema": {"encoding": "windows-1254"}}),
        ),
        (
            "schema.nullSequence",
            json!({"schema": {"nullSequence": "-"}}),
        ),
        (
            "schema.decimalChar",
            json!({"schema": {"decimalChar": ","}}),
        ),
        (
            "schema.fields[title].nullSequence",
            json!({"schema": {"fields": [{"name": "title", "nullSequence": "-"}]}}),
        ),
    ] {
        let told = told(&given);
        assert_eq!(told.len(), 1, "{given}: {told:#?}");
        let start = format!("datapackage.json: `{place}` of `measures` is ");
        assert!(told[0].starts_with(&start), "{told:?}");
    }
    for given in [
        json!({"mediatype": "text/csv; charset=\"UTF-8\"; header=present;", "extrapaths": [], "missingValues": [""]}),
        json!({"delimiter": ",", "quoteChar": "\"", "header": true, "detector": {}, "decimalChar": "."}),
    ] {
        assert_eq!(told(&given), Vec::<String>::new(), "{given}");
    }
    let missing = told(&json!({"missingValues": ["-"]}));
    assert_eq!(
        missing,
        [
            "datapackage.json: `missingValues` of `measures` is [\"-\"]; it is read in the `schema` of a resource only: put it there"
        ]
    );
    for (schema, meant) in [
        (json!({"missing_values": ["-"]}), "schema.missing_values"),
        (
            json!({"fields": [{"name": "title", "missingvalues": ["-"]}]}),
            "schema.fields[title].missingvalues",
        ),
    ] {
        let package: Memory = described(plan(MEASURES), &json!({"schema": schema}));
        let notice = format!(
            "notice: datapackage.json: `{meant}` of `measures` is not known and passed over; did you mean `missingValues`?"
        );
        assert_eq!(notices(&package), [notice]);
    }
}

#[test]
fn a_property_that_stands_twice_in_one_object_is_refused() {
    for (text, twice) in [
        (
            r#"{"name": "x", "path": "measures.csv", "path": "other.csv"}"#,
            "path",
        ),
        (
            r#"{"path": "measures.csv", "dialect": {"delimiter": ";", "delimiter": ","}}"#,
            "delimiter",
        ),
    ] {
        let mut package = plan(MEASURES);
        let descriptor = package.text("datapackage.json");
        let listed = r#"{"name":"measures","path":"measures.csv"}"#;
        assert!(descriptor.contains(listed), "{descriptor}");
        let descriptor = descriptor.replace(listed, text);
        package
            .0
            .insert("datapackage.json".to_owned(), descriptor.into_bytes());
        let told = package.problems();
        assert_eq!(told.len(), 1, "{told:#?}");
        let start =
            format!("datapackage.json: has `{twice}` twice in one object at line 1 column ");
        assert!(told[0].starts_with(&start), "{told:?}");
        assert!(told[0].ends_with("; leave one of them out"), "{told:?}");
    }
}

#[test]
fn a_dialect_and_a_schema_may_stand_in_a_file() {
    let package = |dialect: &str| {
        let mut package = described(
            plan(MEASURES.replace(',', "|").replace("||2026", "|n/a|2026")),
            &json!({"dialect": "dialect.json", "schema": "schema.json"}),
        );
        let schema = "\u{feff}{\"missingValues\": [\"\", \"n/a\"]}";
        package.0.insert("schema.json".to_owned(), schema.into());
        package.0.insert("dialect.json".to_owned(), dialect.into());
        package
    };
    assert_eq!(
        package(r#"{"delimiter": "|"}"#).problems(),
        Vec::<String>::new()
    );
    let told = package("[]").problems();
    assert!(
        told[0].contains(
            "`dialect` of `measures` is the file `dialect.json`, which is no JSON object"
        ),
        "{told:?}"
    );
}

#[test]
fn a_descriptor_with_a_byte_order_mark_is_read() {
    let mut package = plan(MEASURES);
    let text = format!("\u{feff}{}", package.text("datapackage.json"));
    package
        .0
        .insert("datapackage.json".to_owned(), text.clone().into());
    assert_eq!(package.problems(), Vec::<String>::new());
    let utf_16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    package.0.insert("datapackage.json".to_owned(), utf_16);
    assert_eq!(
        package.problems(),
        ["datapackage.json: is UTF-16; save it as UTF-8"]
    );
    let in_1254 = b"{\"name\": \"a\", \"title\": \"\xdeura\"}".to_vec(); // Şura
    package.0.insert("datapackage.json".to_owned(), in_1254);
    assert_eq!(
        package.problems(),
        [
            "datapackage.json: is not UTF-8, but likely in a Windows code page such as 1254 or 1251; save it as UTF-8"
        ]
    );
}

#[test]
fn the_size_and_the_hash_of_a_file_are_held_against_it() {
    let hash = "sha256:a616c746f1617344aed4ce92fbb0602ec6b2908241b5b82363bced6777dd4d95";
    let given = json!({"bytes": MEASURES.len(), "hash": hash});
    assert_eq!(told(&given), Vec::<String>::new());
    let cut = described(plan(&MEASURES[..MEASURES.len() - 3]), &given);
    let told: Vec<String> = cut.problems();
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].contains("`bytes` of `measures` is") && told[0].contains("the file has"),
        "{told:?}"
    );
}

#[test]
fn a_misspelt_property_gets_a_notice() {
    let package: Memory = described(plan(MEASURES), &json!({"encodng": "utf-8"}));
    let notice = "notice: datapackage.json: `encodng` of `measures` is not known and passed over; did you mean `encoding`?";
    assert_eq!(notices(&package), [notice]);
}
