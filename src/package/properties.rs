//! The properties of a package and of its resources by the standard (Data Package 2.0): what each of them holds.
//!
//! `read` checks them. What the standard does not know stays as it is.

use super::{
    misplaced::{self, Place},
    refusals::Refusals,
};
use crate::database::model::resource::Object;
use chrono::DateTime;
use icu_locale_core::LanguageIdentifier;
use serde_json::Value as Json;

/// The properties that a package may have.
const KNOWN: [&str; 17] = [
    "$schema",
    "name",
    "id",
    "title",
    "description",
    "homepage",
    "version",
    "created",
    "contributors",
    "keywords",
    "image",
    "licenses",
    "resources",
    "sources",
    "profile",
    "languages",
    "translations",
];

/// Checks the properties of a package.
pub fn check_package(properties: &Object, refusals: &mut Refusals<'_>) {
    misplaced::refuse(Place::Package, "", properties, refusals);
    let known: Vec<&str> = KNOWN.into_iter().chain(misplaced::names()).collect();
    for name in properties.keys().map(String::as_str) {
        if !known.contains(&name) {
            refusals.note_misspelt(name, name, &known);
        }
    }
    check(properties, refusals);
}

/// Checks the properties that packages and resources have.
pub fn check(properties: &Object, refusals: &mut Refusals<'_>) {
    for (name, value) in properties.iter().filter(|(_, value)| !value.is_null()) {
        check_value(name, value, refusals);
    }
}

/// Checks a value by the last name of its place, such as `title` in `licenses[0].title`.
fn check_value(place: &str, value: &Json, refusals: &mut Refusals<'_>) {
    let name = place.rsplit('.').next().unwrap_or(place);
    match name.trim_end_matches(|letter: char| "[]0123456789".contains(letter)) {
        "keywords" | "roles" => check_texts(place, value, refusals),
        "languages" => {
            check_texts(place, value, refusals);
            for (place, tag) in items(place, value) {
                check_language(&place, tag, refusals);
            }
        }
        "licenses" => check_objects(place, value, Some(&["name", "path"]), refusals),
        "contributors" | "sources" => check_objects(place, value, None, refusals),
        "translations" => check_translations(place, value, refusals),
        _ => {
            if let Some(right) = wrong_text(place, name, value) {
                refusals.refuse(place, value, right);
            }
        }
    }
}

/// What would be right in place of a text; `None` where it is right, or is no property of the standard.
fn wrong_text(place: &str, name: &str, value: &Json) -> Option<&'static str> {
    let text = value.as_str();
    let holds = |test: fn(&str) -> bool| text.is_some_and(test);
    let (is_right, right) = match name {
        "homepage" => (holds(is_url), URL),
        "path" if place.starts_with("licenses") || place.starts_with("sources") => {
            (holds(is_path), URL)
        }
        "path" if place.starts_with("contributors") => (holds(is_path), URL),
        "created" => (
            holds(|text| DateTime::parse_from_rfc3339(text).is_ok()),
            "give a date and a time like \"2020-02-27T00:00:00Z\"",
        ),
        "email" => (
            holds(is_address),
            "give an address like \"name@example.org\"",
        ),
        "name" if place.starts_with("licenses") => (
            text.is_some(),
            "give the identifier of a licence like \"CC-BY-4.0\"",
        ),
        "$schema" | "name" | "id" | "title" | "description" | "version" | "image" | "profile"
        | "role" | "givenName" | "familyName" | "organization" => (text.is_some(), "give a text"),
        _ => return None,
    };
    (!is_right).then_some(right)
}

const URL: &str = "give a URL like \"https://example.org/a%20b\", with blanks as %20";

fn is_url(text: &str) -> bool {
    let rest = ["https://", "http://", "ftp://", "ftps://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    let is_part =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !"<>\"".contains(letter);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(is_part))
}

/// Whether a text is a URL, or the path of a file within the package.
fn is_path(text: &str) -> bool {
    let is_relative = !text.is_empty()
        && !text.starts_with(['/', '~', '.'])
        && !text.contains(['\\', ':'])
        && !text.contains("/../")
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control());
    is_url(text) || is_relative
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !text.contains(char::is_whitespace)
}

/// Checks a list of texts.
fn check_texts(place: &str, value: &Json, refusals: &mut Refusals<'_>) {
    let is_list = value.as_array().is_some_and(|texts| {
        let mut texts = texts.iter();
        texts.len() > 0 && texts.all(|text| text.as_str().is_some_and(|text| !text.is_empty()))
    });
    if !is_list {
        refusals.refuse(place, value, r#"give a list of texts like ["a", "b"]"#);
    }
}

/// Checks a list of objects, each with one of some properties, or with any.
fn check_objects(place: &str, value: &Json, one_of: Option<&[&str]>, refusals: &mut Refusals<'_>) {
    let is_list = value
        .as_array()
        .is_some_and(|list| list.iter().all(Json::is_object));
    if !is_list {
        return refusals.refuse(
            place,
            value,
            r#"give a list of objects like [{"title": "…"}]"#,
        );
    }
    for (place, item) in items(place, value) {
        let properties = item.as_object().into_iter().flatten();
        let has_one = properties
            .clone()
            .any(|(name, _)| one_of.is_none_or(|names| names.contains(&name.as_str())));
        if !has_one {
            refusals.refuse(&place, item, "give a `name` or a `path` or both");
        }
        for (name, value) in properties {
            check_value(&format!("{place}.{name}"), value, refusals);
        }
    }
}

/// Checks the title, description and keywords in other languages, by their tags.
fn check_translations(place: &str, value: &Json, refusals: &mut Refusals<'_>) {
    let Some(translations) = value.as_object() else {
        return refusals.refuse(
            place,
            value,
            r#"give an object like {"az": {"title": "…"}}"#,
        );
    };
    for (tag, properties) in translations {
        let place = format!("{place}.{tag}");
        check_language(&place, &tag.as_str().into(), refusals);
        match properties.as_object() {
            Some(properties) => {
                for (name, value) in properties {
                    check_value(&format!("{place}.{name}"), value, refusals);
                }
            }
            None => refusals.refuse(&place, properties, r#"give an object like {"title": "…"}"#),
        }
    }
}

fn check_language(place: &str, tag: &Json, refusals: &mut Refusals<'_>) {
    let Some(text) = tag.as_str() else { return };
    if text.contains('_') {
        let right = format!(
            "give a language tag with hyphens: \"{}\"",
            text.replace('_', "-")
        );
        refusals.refuse(place, tag, &right);
    } else if text.parse::<LanguageIdentifier>().is_err() {
        refusals.refuse(
            place,
            tag,
            "give a language tag like \"az\" or \"az-Latn\" (BCP 47)",
        );
    }
}

/// The items of a list, each with its place.
fn items<'v>(place: &str, list: &'v Json) -> impl Iterator<Item = (String, &'v Json)> {
    let items = list.as_array().into_iter().flatten().enumerate();
    items.map(move |(number, item)| (format!("{place}[{number}]"), item))
}
