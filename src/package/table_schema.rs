//! What a Table Schema says of how cells are read. What cannot be done is refused by name.

use super::{
    misplaced::{self, Place},
    refusals::Refusals,
};
use crate::{
    database::model::resource::{Column, Kind, Object, Resource},
    package::{PackageSource, table::Missing},
};
use serde_json::{Value as Json, json};

/// Reads the schema that a resource of a descriptor gives, in itself or in a file.
pub fn read(
    given: &Json,
    resource: &'static Resource,
    files: &dyn PackageSource,
    refusals: &mut Refusals<'_>,
) -> Missing {
    let schema = refusals.object(files, "schema", given).unwrap_or_default();
    misplaced::refuse(Place::Schema, "schema.", &schema, refusals);
    note_misspelt("schema", &schema, &KNOWN, refusals);
    let mut missing = Missing::default();
    let texts = schema.get("missingValues").unwrap_or(&Json::Null);
    missing.all = missing_values("schema.missingValues", texts, refusals).unwrap_or_default();
    match schema.get("fields").unwrap_or(&Json::Null) {
        Json::Null => {}
        Json::Array(fields) if fields.iter().all(|field| field["name"].is_string()) => {
            for field in fields.iter().filter_map(Json::as_object) {
                read_field(field, resource, &mut missing, refusals);
            }
        }
        other => refusals.refuse(
            "schema.fields",
            other,
            "give a list of fields, each with a `name`",
        ),
    }
    missing
}

/// The properties of a schema and of its fields that the standard knows.
const KNOWN: [&str; 9] = [
    "$schema",
    "name",
    "title",
    "fields",
    "fieldsMatch",
    "missingValues",
    "primaryKey",
    "uniqueKeys",
    "foreignKeys",
];
const KNOWN_OF_FIELDS: [&str; 19] = [
    "name",
    "type",
    "format",
    "title",
    "description",
    "example",
    "constraints",
    "missingValues",
    "rdfType",
    "categories",
    "categoriesOrdered",
    "groupChar",
    "decimalChar",
    "bareNumber",
    "trueValues",
    "falseValues",
    "delimiter",
    "itemType",
    "unique",
];

/// Notes properties that have likely another name.
fn note_misspelt(place: &str, properties: &Object, known: &[&str], refusals: &mut Refusals<'_>) {
    for (name, value) in properties {
        if !value.is_null() && !known.contains(&name.as_str()) {
            refusals.note_misspelt(&format!("{place}.{name}"), name, known);
        }
    }
}

fn read_field(
    field: &Object,
    resource: &'static Resource,
    missing: &mut Missing,
    refusals: &mut Refusals<'_>,
) {
    let name = field["name"].as_str().unwrap_or_default();
    let column = resource.columns.iter().find(|column| column.name == name);
    let place = format!("schema.fields[{name}]");
    misplaced::refuse(Place::Field, &format!("{place}."), field, refusals);
    note_misspelt(&place, field, &KNOWN_OF_FIELDS, refusals);
    for (property, value) in field.iter().filter(|(_, value)| !value.is_null()) {
        let path = format!("{place}.{property}");
        if property == "missingValues" {
            let texts = missing_values(&path, value, refusals).unwrap_or_default();
            missing.columns.insert(name.to_owned(), texts);
        } else if let Some(right) = unread(property, value, column) {
            refusals.refuse(&path, value, &right);
        }
    }
}

/// What would be right in place of a property by which cells cannot be read; `None` where they are read so.
pub fn unread(property: &str, value: &Json, column: Option<&Column>) -> Option<String> {
    let is_any = |defaults: &[Json]| defaults.contains(value);
    let (is_read, right) = match property {
        "type" => {
            let (types, right) = types(column);
            let is_read = value.as_str().is_some_and(|name| types.contains(&name));
            return (!is_read).then(|| format!("the column is read as `{right}`"));
        }
        "format" => (
            is_any(&["default", "email", "uri", "uuid", "%Y-%m-%d"].map(Json::from)),
            "values are read as the default format has them, dates like 2020-02-27",
        ),
        "groupChar" => (is_any(&[json!("")]), "write numbers without it"),
        "decimalChar" => (is_any(&[json!(".")]), "write numbers with a point"),
        "bareNumber" => (
            is_any(&[json!(true)]),
            "write numbers without anything around them",
        ),
        "trueValues" | "falseValues" => (false, "no column holds true or false: leave it out"),
        "delimiter" | "itemType" => (
            false,
            r#"a list is a JSON array in one cell, like ["a", "b"]"#,
        ),
        _ => return None,
    };
    (!is_read).then(|| right.to_owned())
}

/// The types by which the cells of a column are read as they are, and the one that is its own.
fn types(column: Option<&Column>) -> (&'static [&'static str], &'static str) {
    match column.map(|column| &column.kind) {
        Some(Kind::Integer) => (&["integer", "number", "year", "string", "any"], "integer"),
        Some(Kind::Date) => (&["date", "string", "any"], "date"),
        Some(Kind::Timestamp) => (&["datetime", "string", "any"], "datetime"),
        Some(Kind::TextList) => (&["array", "string", "any"], "array"),
        _ => (
            &[
                "string",
                "any",
                "integer",
                "number",
                "year",
                "yearmonth",
                "date",
                "datetime",
            ],
            "string",
        ),
    }
}

/// Texts that stand for a missing value, without the empty one; `None` where they are not given, or not read.
fn missing_values(
    property: &str,
    given: &Json,
    refusals: &mut Refusals<'_>,
) -> Option<Vec<String>> {
    if given.is_null() {
        return None;
    }
    let text = |value: &Json| {
        value
            .as_str()
            .or(value["value"].as_str())
            .map(str::to_owned)
    };
    let texts = given
        .as_array()
        .map(|texts| texts.iter().map(text).collect());
    let texts: Option<Option<Vec<String>>> = texts;
    match texts.flatten() {
        None => refusals.refuse(property, given, r#"give a list of texts like ["", "n/a"]"#),
        Some(texts) if texts.iter().all(|text| !text.is_empty()) => {
            let right = r#"an empty cell is a missing value in any case: add """#;
            refusals.refuse(property, given, right);
        }
        Some(mut texts) => {
            texts.retain(|text| !text.is_empty());
            return Some(texts);
        }
    }
    None
}
