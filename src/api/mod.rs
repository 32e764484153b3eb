//! What clients see: routes, parameters, answers, and their documentation.

mod answer;
mod changes;
mod cursor;
mod document;
mod error;
mod health;
mod include;
mod index;
mod page;
mod pages;
mod parameters;
mod records;
mod view;

pub use error::{Error, Problem, Result};

use crate::database::{Database, RESOURCES};
use actix_web::{
    HttpRequest, Resource, Route,
    http::header,
    web::{self, ServiceConfig},
};

/// The longest address that is read, in bytes.
pub const MAX_ADDRESS: usize = 16_000;

/// What every request may need.
pub struct State {
    pub database: Database,
    /// The address that clients know the service by, without a slash at its end.
    pub public_url: String,
}

/// Every route.
pub fn routes(config: &mut ServiceConfig) {
    for resource in RESOURCES {
        let path = format!("/v1/{}", resource.path());
        let list = move |request: HttpRequest, state| async move {
            expect_json(&request)?;
            records::list(resource, request, state).await
        };
        let get = move |request: HttpRequest, id, state| async move {
            expect_json(&request)?;
            records::get(resource, request, id, state).await
        };
        let history = move |request: HttpRequest, id, state| async move {
            expect_json(&request)?;
            records::history(resource, request, id, state).await
        };
        config
            .service(reads(
                [path.clone(), format!("{path}.json")],
                web::get().to(list),
            ))
            .service(reads(
                [format!("{path}/{{id}}/history")],
                web::get().to(history),
            ))
            .service(reads(
                [format!("{path}/{{id}}.json"), format!("{path}/{{id}}")],
                web::get().to(get),
            ));
    }
    config
        .service(reads(["/v1", "/v1/"], web::get().to(index::get)))
        .service(reads(
            ["/v1/changes", "/v1/changes.json"],
            web::get().to(changes::list),
        ))
        .service(reads(["/healthz"], web::get().to(health::is_alive)))
        .service(reads(["/readyz"], web::get().to(health::is_ready)))
        .service(reads(["/openapi.json"], web::get().to(document::get)))
        .service(reads(["/"], web::get().to(pages::welcome)))
        .service(reads(["/problems/{name}"], web::get().to(pages::problem)))
        .default_service(web::to(no_such_path));
}

/// A path that is only read: HEAD is answered as GET is, another method is refused.
fn reads<P: Into<String>, const N: usize>(paths: [P; N], get: Route) -> Resource {
    Resource::new(paths.map(Into::into).to_vec())
        .route(get)
        .default_service(web::to(|| async {
            Err::<&str, _>(Error::MethodNotAllowed)
        }))
}

/// Refuses a request that takes no JSON.
fn expect_json(request: &HttpRequest) -> Result<()> {
    let Some(accept) = request.headers().get(header::ACCEPT) else {
        return Ok(());
    };
    let accept = accept.to_str().unwrap_or_default();
    let takes_json = accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q == 0.0))
        });
        !refused && matches!(kind, "" | "*/*" | "application/*" | "application/json")
    });
    if takes_json {
        Ok(())
    } else {
        Err(Error::NotAcceptable("application/json"))
    }
}

async fn no_such_path(request: HttpRequest) -> Result<&'static str> {
    let path = request.path();
    let known: Vec<String> = RESOURCES
        .iter()
        .map(|resource| format!("/v1/{}", resource.path()))
        .chain([
            "/v1".to_owned(),
            "/v1/changes".to_owned(),
            "/docs/".to_owned(),
        ])
        .collect();
    let hint = crate::database::rules::nearest_hint(path, &known);
    Err(Error::NotFound(format!("Nothing is at {path}{hint}")))
}

/// The OpenAPI document, as it is kept beside the code.
pub fn document_text() -> String {
    document::text()
}
