//! Columns by reflection: name, kind and description of each, read from the schema that utoipa derives of a record's
//! type.

use crate::database::model::resource::{Column, Kind, Reference, STAMP, SortColumn};
use serde_json::Value as Json;
use utoipa::{PartialSchema, ToSchema};

/// The columns of `R`, in order.
///
/// # Panics
///
/// When the type has a field of a kind that no column can be: a mistake in this program.
pub fn columns<R: ToSchema>(
    references: &[Reference],
    sort_keys: &[SortColumn],
    order: &[&str],
    derived: &[&str],
) -> Vec<Column> {
    let mut schemas = Vec::new();
    R::schemas(&mut schemas);
    let words = |name: &str| {
        let (_, schema) = schemas.iter().find(|(other, _)| other == name)?;
        let schema = serde_json::to_value(schema).ok()?;
        serde_json::from_value(schema["enum"].clone()).ok()
    };
    let schema = serde_json::to_value(<R as PartialSchema>::schema()).expect("schemas are JSON");
    let properties = schema["properties"]
        .as_object()
        .expect("a record has fields");
    let column = |(name, schema): (&String, &Json)| {
        let name: &'static str = name.clone().leak(); // once, at start
        let (kind, nullable) = kind(name, schema, &words);
        let resource = references
            .iter()
            .find(|reference| reference.column == name)
            .map(|reference| reference.resource);
        let kind = match name {
            "id" => Kind::Id,
            "country" => Kind::Country,
            _ if resource.is_some() => Kind::Id,
            _ => kind,
        };
        let sort_key = sort_keys.iter().find(|(column, ..)| *column == name);
        Column {
            name,
            nullable,
            is_url: schema["format"] == "uri",
            about: description(schema).to_owned(),
            example: schema.get("example").cloned(),
            is_input: !derived.contains(&name) && !STAMP.contains(&name),
            sort_column: match (sort_key, &kind) {
                (Some((_, key, _)), _) => Some(*key),
                (None, Kind::Text | Kind::TextList) if !order.contains(&name) => None,
                (None, _) => Some(name),
            },
            resource,
            kind,
        }
    };
    properties.iter().map(column).collect()
}

/// The description of a field; of a list of words that may be missing, it stands at the list.
pub fn description(schema: &Json) -> &str {
    let description = schema["description"].as_str();
    description
        .or_else(|| schema["oneOf"][0]["description"].as_str())
        .unwrap_or_default()
}

fn kind(name: &str, schema: &Json, words: &impl Fn(&str) -> Option<Vec<String>>) -> (Kind, bool) {
    let branches = schema["oneOf"].as_array();
    if let Some(reference) = branches
        .into_iter()
        .flatten()
        .chain([schema])
        .find_map(|branch| branch["$ref"].as_str())
    {
        let name = reference.rsplit('/').next().unwrap_or_default();
        let words = words(name).unwrap_or_else(|| panic!("`{name}` is no list of words"));
        return (Kind::Enum(words), branches.is_some());
    }
    let types: Vec<&str> = match &schema["type"] {
        Json::Array(types) => types.iter().filter_map(Json::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let kind = match (types.first().copied(), schema["format"].as_str()) {
        (Some("string"), Some("date")) => Kind::Date,
        (Some("string"), Some("date-time")) => Kind::Timestamp,
        (Some("string"), _) => Kind::Text,
        (Some("integer"), _) => Kind::Integer,
        (Some("array"), _) => Kind::TextList,
        _ => panic!("`{name}` is of no kind that a column can be: {schema}"),
    };
    (kind, types.contains(&"null"))
}
