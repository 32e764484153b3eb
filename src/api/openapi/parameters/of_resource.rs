//! The parameters that belong to one resource: its filters, and what shapes its lists and records.

use crate::{
    api::{
        openapi::parameters::{
            filters::filter_parameter,
            name_of, parameter, required,
            values::{some, word},
        },
        request::{dimensions::dimensions, filters::filters},
    },
    database::model::resource::Resource,
};
use serde_json::{Value as Json, json};

/// Every parameter of a resource, by its name among the components.
pub fn components(resource: &'static Resource) -> Vec<(String, Json)> {
    let filters = filters(resource).into_iter();
    let filters = filters.map(|filter| (filter.name(), filter_parameter(resource, filter)));
    let mut parameters: Vec<(String, Json)> = filters.collect();
    parameters.extend(counted(resource));
    parameters.push(("sort".to_owned(), sort(resource)));
    parameters.push(("fields".to_owned(), fields(resource)));
    parameters.extend(include(resource).map(|include| ("include".to_owned(), include)));
    parameters.push(("path_id".to_owned(), id(resource)));
    let named = parameters.into_iter();
    named
        .map(|(name, parameter)| (name_of(resource, &name), parameter))
        .collect()
}

/// The id in the path of a record.
fn id(resource: &Resource) -> Json {
    let mut id = json!({
        "name": "id",
        "in": "path",
        "required": true,
        "description": format!("The id of the record: an id of `{}`.", resource.name),
        "schema": { "type": "string", "minLength": 1 },
    });
    if !resource.example.is_empty() {
        id["example"] = resource.example.into();
    }
    id
}

/// What the records of a resource can be counted by.
pub fn dimension_names(resource: &'static Resource) -> Vec<String> {
    let dimensions = dimensions(resource).into_iter();
    dimensions.map(|dimension| dimension.name).collect()
}

/// What to count them by, in facets and in statistics.
fn counted(resource: &'static Resource) -> Vec<(String, Json)> {
    let names = dimension_names(resource);
    let Some(first) = names.first() else {
        return Vec::new();
    };
    let facets = "What to count the values of, separated by commas: names of filters. Each is counted as if \
                  it were not narrowed itself; see `meta.facets`.";
    let facets = parameter("facets", facets, some(&word(&names)), Some(first));
    let group_by = "What to count the records by, separated by commas: names of filters.";
    let group_by = parameter("group_by", group_by, some(&word(&names)), None);
    let group_by = required(group_by, json!([first]));
    vec![
        ("facets".to_owned(), facets),
        ("group_by".to_owned(), group_by),
    ]
}

fn fields(resource: &'static Resource) -> Json {
    let names: Vec<&str> = resource.columns.iter().map(|column| column.name).collect();
    let example = names[..3.min(names.len())].join(",");
    let about = "The columns to give, separated by commas. The id is always given; the other keys of the record \
                 are left out then, those that its schema requires too.";
    parameter("fields", about, some(&word(&names)), Some(&example))
}

fn include(resource: &'static Resource) -> Option<Json> {
    let includes = resource.includes();
    let (first, _) = includes.first()?;
    let names = includes
        .iter()
        .flat_map(|(name, target)| with_next(name, target));
    let names: Vec<String> = names.collect();
    let about = "Related records to embed, separated by commas; `a.b` embeds `b` in `a`.";
    Some(parameter(
        "include",
        about,
        some(&word(&names)),
        Some(first),
    ))
}

/// `section`, `section.plan`, `section.parent`
fn with_next(name: &str, target: &str) -> Vec<String> {
    let next = crate::database::find(target)
        .map(Resource::includes)
        .unwrap_or_default();
    let next = next.iter().map(|(next, _)| format!("{name}.{next}"));
    [name.to_owned()].into_iter().chain(next).collect()
}

fn sort(resource: &'static Resource) -> Json {
    let columns = resource.columns.iter();
    let sorted = columns.filter(|column| column.sort_column.is_some());
    let words = sorted.flat_map(|column| [column.name.to_owned(), format!("-{}", column.name)]);
    let words: Vec<String> = words.collect();
    let about = format!(
        "The columns to sort by, separated by commas, each with `-` before it for the reverse. Records \
         without a value come last. By default {}.",
        resource.order.join(","),
    );
    let example = format!("-{}", resource.order[0]);
    parameter("sort", &about, some(&word(&words)), Some(&example))
}
