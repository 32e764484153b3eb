//! The OpenAPI document: schemas from the types that are sent, parameters from the tables that read them.

mod discovery;
mod files;
mod headers;
mod operations;
mod parameters;
mod schemas;

use super::{
    changes,
    dimensions::dimensions,
    parameters as given, scorecard,
    search::{DEFAULT_HITS, MAX_HITS, searched},
};
use crate::database::{RESOURCES, search::is_searched};
use actix_web::{HttpResponse, http::header};
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(info(
    title = "Açıq Plan",
    description = "Open data about government action plans: what was promised, who must do it, what each \
        assessor says was done, and where every word comes from.\n\n\
        Every list takes the same kinds of parameters: filters by column (`year=2020,2021`, \
        `year[gte]=2020`, `title[contains]=şəffaf`), filters that reach through relations \
        (`agency=maliyye-nazirliyi`), `sort`, `fields`, `include`, and `limit` with `cursor` or `page`. \
        An unknown parameter or value is refused with the nearest known one.\n\n\
        GET and HEAD are answered; no key is needed. Within `/v1` documented keys and parameters never \
        go away; new ones may appear; cursors are opaque.",
))]
struct Document;

/// The document as JSON.
fn document() -> Json {
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    document["openapi"] = "3.1.0".into();
    document["info"]["license"] = json!({
        "name": "MIT OR Apache-2.0",
        "identifier": "MIT OR Apache-2.0",
    });
    document["servers"] = json!([{ "url": "/", "description": "This service." }]);
    document["security"] = json!([]);
    document["tags"] = tags();
    document["paths"] = operations::paths();
    document["components"] = json!({
        "schemas": schemas::schemas(),
        "parameters": parameters::shared(),
        "headers": headers::headers(),
        "responses": headers::problems(),
    });
    document
}

fn tags() -> Json {
    let tag = |name: &str, about: &str| json!({ "name": name, "description": about });
    let resources = RESOURCES
        .into_iter()
        .map(|resource| tag(resource.name, resource.about));
    let rest = [
        tag(
            "register",
            "The register as a whole: what there is, and every change.",
        ),
        tag(
            "service",
            "For whoever runs the service, or reads it as a person.",
        ),
    ];
    resources.chain(rest).collect()
}

/// The document as it is kept beside the code.
pub fn text() -> String {
    serde_json::to_string_pretty(&document()).unwrap_or_default()
}

/// Gives the document.
pub async fn get() -> HttpResponse {
    static TEXT: LazyLock<String> = LazyLock::new(text);
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(TEXT.as_str())
}

/// `StatusEntry` from `status_entries`: the name of a record's schema.
fn type_name(resource: &crate::database::resource::Resource) -> String {
    (resource.schema)().name
}

type Object = Map<String, Json>;
