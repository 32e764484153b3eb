//! The parameters of each path, as the code that reads them takes them.

mod filters;
mod shared;
mod values;

pub use shared::shared;

use super::{dimensions, given, is_searched};
use crate::database::resource::Resource;
use filters::filter_parameter;
use serde_json::{Value as Json, json};
use values::one_of;

fn parameter(name: &str, about: &str, schema: impl Into<Json>, example: Option<Json>) -> Json {
    let mut parameter = json!({
        "name": name,
        "in": "query",
        "description": about,
        "required": false,
        "schema": schema.into(),
    });
    let is_list = parameter["schema"]["type"] == "array";
    if is_list {
        parameter["style"] = "form".into();
        parameter["explode"] = false.into();
    }
    if let Some(example) = example {
        parameter["example"] = if is_list { json!([example]) } else { example };
    }
    parameter
}

pub fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// The parameters of a list.
pub fn of_list(resource: &'static Resource) -> Vec<Json> {
    let mut parameters: Vec<Json> = given::filters(resource)
        .into_iter()
        .map(|filter| filter_parameter(resource, filter))
        .collect();
    if is_searched(resource) {
        parameters.push(search_query(false));
    }
    let names = dimension_names(resource);
    if !names.is_empty() {
        let example = names.split('|').next().map(Json::from);
        let about = "What to count the values of, separated by commas: names of filters. Each is counted \
                     as if it were not narrowed itself; see `meta.facets`.";
        parameters.push(parameter("facets", about, one_of(&names), example));
    }
    parameters.push(sort(resource));
    parameters.extend(of_record(resource));
    parameters.extend(
        [
            "limit",
            "cursor",
            "page",
            "labels",
            "bom",
            "excel",
            "lang",
            "if_none_match",
            "if_modified_since",
        ]
        .map(reference),
    );
    parameters
}

/// The words to search for.
fn search_query(required: bool) -> Json {
    let mut parameter = parameter(
        "q",
        "Words to search for, in any inflected form and without regard to case and diacritics; all \
         must be met. `\"exact phrase\"`, `-without`, `prefix*`, `OR`. The best match comes first, unless \
         more than 5000 records match.",
        json!({ "type": "string", "minLength": 1, "maxLength": 1000, "pattern": r"^[^\x00]+$" }),
        Some("qaynar xətt".into()),
    );
    parameter["required"] = required.into();
    parameter
}

/// What the records of a resource can be counted by.
pub fn dimension_names(resource: &'static Resource) -> String {
    let dimensions = dimensions(resource);
    let names: Vec<&str> = dimensions
        .iter()
        .map(|dimension| dimension.name.as_str())
        .collect();
    names.join("|")
}

/// The parameters of statistics.
pub fn of_stats(resource: &'static Resource) -> Vec<Json> {
    let names = dimension_names(resource);
    let example = names.split('|').next().map(Json::from);
    let about = "What to count the records by, separated by commas: names of filters.";
    let mut group_by = parameter("group_by", about, one_of(&names), example);
    group_by["required"] = true.into();
    let mut parameters = vec![group_by];
    parameters.extend(
        given::filters(resource)
            .into_iter()
            .map(|filter| filter_parameter(resource, filter)),
    );
    if is_searched(resource) {
        parameters.push(search_query(false));
    }
    parameters
        .extend(["bom", "excel", "lang", "if_none_match", "if_modified_since"].map(reference));
    parameters
}

/// The parameters of a record that shape it.
pub fn of_record(resource: &'static Resource) -> Vec<Json> {
    let names: Vec<&str> = resource.columns.iter().map(|column| column.name).collect();
    let example = names[..3.min(names.len())].join(",");
    let about = "The columns to give, separated by commas. The id is always given.";
    let mut parameters = vec![parameter(
        "fields",
        about,
        one_of(&names.join("|")),
        Some(example.into()),
    )];
    let includes = resource.includes();
    if let Some((first, _)) = includes.first() {
        let names: Vec<String> = includes
            .iter()
            .map(|(name, target)| with_next(name, target))
            .collect();
        let about = "Related records to embed, separated by commas; `a.b` embeds `b` in `a`.";
        let schema = one_of(&names.join("|"));
        parameters.push(parameter("include", about, schema, Some((*first).into())));
    }
    parameters
}

/// `section(\.(plan|parent))?`
fn with_next(name: &str, target: &str) -> String {
    let next = crate::database::find(target)
        .map(Resource::includes)
        .unwrap_or_default();
    let next: Vec<&str> = next.iter().map(|(name, _)| *name).collect();
    if next.is_empty() {
        name.to_owned()
    } else {
        format!(r"{name}(\.({}))?", next.join("|"))
    }
}

fn sort(resource: &'static Resource) -> Json {
    let names: Vec<&str> = resource
        .columns
        .iter()
        .filter(|column| column.sort_column.is_some())
        .map(|column| column.name)
        .collect();
    let about = format!(
        "The columns to sort by, separated by commas, each with `-` before it for the reverse. Records \
         without a value come last. By default {}.",
        resource.order.join(","),
    );
    let example = format!("-{}", resource.order[0]);
    parameter(
        "sort",
        &about,
        one_of(&format!("-?({})", names.join("|"))),
        Some(example.into()),
    )
}
