//! The parameters of each path, as the code that reads them takes them.
//!
//! All of them are components: a list, its files and its statistics share them.

mod filters;
mod of_resource;
mod shared;
mod values;

use crate::{
    api::{
        openapi::schemas::Object,
        request::{accept::Format, filters::filters},
    },
    database::{
        RESOURCES,
        model::resource::{Resource, STAMP},
        search::is_searched,
    },
};

use serde_json::{Value as Json, json};

pub use of_resource::dimension_names;
pub use values::{PIECE, piece_schema};

/// The headers by which a client says what it has.
const CACHED: [&str; 2] = ["if_none_match", "if_modified_since"];

/// A parameter of the query that may be left out. Its example stands in its description: pages that try an
/// operation out would send every `example` and every `default` along.
fn parameter(name: &str, about: &str, schema: Json, example: Option<&str>) -> Json {
    let example = example.map_or_else(String::new, |example| format!(" For example `{example}`."));
    let mut parameter = json!({
        "name": name,
        "in": "query",
        "description": format!("{about}{example}"),
        "required": false,
    });
    if schema["type"] == "array" {
        parameter["style"] = "form".into();
        parameter["explode"] = false.into();
    }
    parameter["schema"] = schema;
    parameter
}

/// The same, of a parameter that may not be left out: pages that try it out begin with its example.
fn required(mut parameter: Json, example: impl Into<Json>) -> Json {
    parameter["required"] = true.into();
    parameter["example"] = example.into();
    parameter
}

pub fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// Every parameter, by its name among the components.
pub fn components() -> Object {
    let resources = RESOURCES.into_iter().flat_map(of_resource::components);
    shared::components().into_iter().chain(resources).collect()
}

/// `measures.title.contains`; what every record has is named once for all: `updated_at.gte`.
fn name_of(resource: &Resource, parameter: &str) -> String {
    let name = parameter.replace('[', ".").replace(']', "");
    let column = parameter.split('[').next().unwrap_or(parameter);
    if STAMP.contains(&column) {
        name
    } else {
        format!("{}.{name}", resource.name)
    }
}

fn own(resource: &Resource, parameter: &str) -> Json {
    reference(&name_of(resource, parameter))
}

/// The id in the path of a record.
pub fn id(resource: &Resource) -> Json {
    own(resource, "path_id")
}

/// What tells which records: the filters and the search.
fn which(resource: &'static Resource) -> Vec<Json> {
    let filters = filters(resource).into_iter();
    let mut parameters: Vec<Json> = filters
        .map(|filter| own(resource, &filter.name()))
        .collect();
    if is_searched(resource) {
        parameters.push(reference("q"));
    }
    parameters
}

/// The parameters of a list.
pub fn of_list(resource: &'static Resource) -> Vec<Json> {
    let mut parameters = which(resource);
    if !dimension_names(resource).is_empty() {
        parameters.push(own(resource, "facets"));
    }
    parameters.push(own(resource, "sort"));
    parameters.extend(of_record(resource));
    let shared = ["limit", "cursor", "page", "labels", "bom", "excel", "lang"];
    parameters.extend(shared.map(reference));
    parameters.extend(CACHED.map(reference));
    parameters
}

/// The parameters of a list as a file, a feed or a calendar.
pub fn of_file(resource: &'static Resource, format: Format) -> Vec<Json> {
    let mut parameters = which(resource);
    match format {
        Format::Csv => {
            parameters.extend(["sort", "fields"].map(|name| own(resource, name)));
            parameters.extend(["labels", "bom", "excel", "lang"].map(reference));
        }
        Format::Ndjson | Format::Xlsx | Format::Parquet => {
            parameters.extend(["sort", "fields"].map(|name| own(resource, name)));
            parameters.push(reference("labels"));
        }
        Format::Atom | Format::Rss | Format::JsonFeed => {
            parameters.extend(["limit", "cursor"].map(reference));
        }
        Format::Json | Format::Calendar => {}
    }
    parameters.extend(CACHED.map(reference));
    parameters
}

/// The parameters of statistics.
pub fn of_stats(resource: &'static Resource, format: Format) -> Vec<Json> {
    let mut parameters = vec![own(resource, "group_by")];
    parameters.extend(which(resource));
    if format == Format::Csv {
        parameters.extend(["bom", "excel", "lang"].map(reference));
    }
    parameters.extend(CACHED.map(reference));
    parameters
}

/// The parameters of a record that shape it.
pub fn of_record(resource: &'static Resource) -> Vec<Json> {
    let mut parameters = vec![own(resource, "fields")];
    if !resource.includes().is_empty() {
        parameters.push(own(resource, "include"));
    }
    parameters
}
