//! The OpenAPI document, and the handler of `/openapi.json`.

use crate::{
    api::{
        directory::Directory,
        openapi::{headers, parameters, schemas},
        response::immutable,
        state::State,
    },
    database::RESOURCES,
};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value as Json, json};
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

/// The address of the service in the document that is kept beside the code.
const ANY_ADDRESS: &str = "http://127.0.0.1:8080";

/// The document as JSON, of a service that has an address, a contact, and is asked at some servers.
fn document(public_url: &str, contact: Option<&str>, servers: Json, paths: Json) -> Json {
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    document["openapi"] = "3.1.0".into();
    document["info"]["license"] = json!({
        "name": "MIT OR Apache-2.0",
        "identifier": "MIT OR Apache-2.0",
    });
    document["info"]["termsOfService"] = format!("{public_url}/#terms").into();
    document["info"]["contact"] = told(public_url, contact);
    document["servers"] = servers;
    document["security"] = json!([]);
    document["tags"] = tags();
    document["paths"] = paths;
    document["components"] = json!({
        "schemas": schemas::schemas(),
        "parameters": parameters::components(),
        "headers": headers::headers(),
        "responses": headers::responses(),
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

/// Whom to ask: by mail or at an address; where the service names nobody, its first page.
fn told(public_url: &str, contact: Option<&str>) -> Json {
    let name = "Whoever runs this service";
    match contact.map(|contact| contact.strip_prefix("mailto:").ok_or(contact)) {
        Some(Ok(email)) => json!({ "name": name, "email": email }),
        Some(Err(url)) => json!({ "name": name, "url": url }),
        None => json!({ "name": name, "url": format!("{public_url}/") }),
    }
}

/// The document as it is kept beside the code: of no service in particular.
pub fn text(paths: Json) -> String {
    let servers = json!([{ "url": "/", "description": "This service." }]);
    serde_json::to_string_pretty(&document(ANY_ADDRESS, None, servers, paths)).unwrap_or_default()
}

/// The document of a service, with its address, and without a blank too many.
fn served(state: &State, paths: Json) -> String {
    let servers = json!([
        { "url": state.public_url, "description": "This service." },
        { "url": ".", "description": "Where this document was read." },
    ]);
    document(&state.public_url, state.contact.as_deref(), servers, paths).to_string()
}

/// Gives the document.
pub async fn get(
    request: HttpRequest,
    state: web::Data<State>,
    directory: web::Data<Directory>,
) -> HttpResponse {
    let make = || served(&state, (directory.operations)());
    let (tag, body) = state.document.get_or_make(make);
    immutable::answer(&request, "application/json", tag.clone(), body.clone())
}
