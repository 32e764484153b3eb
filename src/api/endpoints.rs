//! The endpoints: every path with its handler. `server` configures its application with them.

use crate::{
    api::{
        calendar, catalog, copyable,
        error::{Error, Result},
        export::{self, list},
        feeds,
        handlers::{self, problems},
        openapi::document,
        request::accept::Format,
        response::url,
        state::State,
    },
    database::{self, RESOURCES},
};
use actix_web::{
    HttpRequest, HttpResponse, Resource, Route,
    web::{self, ServiceConfig},
};
use std::path::Path;

/// Every route of the register.
pub fn routes(config: &mut ServiceConfig) {
    for resource in RESOURCES {
        let path = format!("/v1/{}", resource.path());
        let list = move |request, state| list(resource, request, state);
        let get = move |request: HttpRequest, id, state| async move {
            let extension = Path::new(request.path()).extension();
            if extension.is_none_or(|extension| extension != "json") {
                Format::choose(&request, &[Format::Json])?;
            }
            handlers::records::get(resource, request, id, state).await
        };
        let history = move |request: HttpRequest, id, state| async move {
            Format::choose(&request, &[Format::Json])?;
            handlers::records::history(resource, request, id, state).await
        };
        let stats = move |request, state| handlers::stats::get(resource, request, state);
        let scorecard = move |request: HttpRequest, id, state| async move {
            if copyable::has_scorecards(resource) {
                handlers::scorecard::get(resource, request, id, state).await
            } else {
                no_such_path(request).await
            }
        };
        let cite = move |request, path, state| {
            handlers::citation::of_record(resource, request, path, state)
        };
        config.service(
            // one look at the path rules out all of its routes
            web::scope(&path)
                .service(reads([""], web::get().to(list)))
                .service(reads(
                    ["/stats", "/stats.{extension}"],
                    web::get().to(stats),
                ))
                .service(reads(["/{id}"], web::get().to(get))) // the most asked for
                .service(reads(["/{id}/scorecard"], web::get().to(scorecard)))
                .service(reads(["/{id}/history"], web::get().to(history)))
                .service(reads(
                    ["/{id}/citation", "/{id}/citation.{extension}"],
                    web::get().to(cite),
                )),
        );
    }
    // After all of those: a pattern is tried letter by letter.
    for resource in RESOURCES {
        let list = move |request, state| list(resource, request, state);
        let metadata =
            move |request, state| handlers::well_known::table_metadata(resource, request, state);
        let file = format!("/v1/{}.{{extension}}", resource.path());
        config
            .service(reads(
                [url::metadata_path(resource)],
                web::get().to(metadata),
            ))
            .service(reads([file], web::get().to(list)));
    }
    for whole in export::full::WHOLES {
        let get = move |request, state| export::full::get(whole, request, state);
        config.service(reads([whole.path()], web::get().to(get)));
    }
    config
        .service(reads(
            ["/v1", "/v1/"],
            web::get().to(handlers::api_root::get),
        ))
        .service(reads(
            ["/v1/changes", "/v1/changes.{extension}"],
            web::get().to(changes),
        ))
        .service(reads(["/v1/search"], web::get().to(handlers::search::get)))
        .service(reads(
            ["/v1/citation", "/v1/citation.{extension}"],
            web::get().to(handlers::citation::of_register),
        ))
        .service(reads(
            ["/catalog", "/catalog.{extension}"],
            web::get().to(catalog::get),
        ))
        .configure(known_places)
        .service(reads(["/openapi.json"], web::get().to(document::get)))
        .service(web::redirect("/docs", "docs/"))
        .service(reads(
            ["/docs/{file:.*}"],
            web::get().to(handlers::docs::get),
        ))
        .service(reads(["/"], web::get().to(handlers::home::get)))
        .service(reads(
            ["/problems/{name}"],
            web::get().to(problems::problem),
        ))
        .default_service(web::to(no_such_path));
}

/// What a supervisor and a balancer ask.
pub fn operations(config: &mut ServiceConfig) {
    config
        .service(reads(
            ["/healthz"],
            web::get().to(handlers::health::is_alive),
        ))
        .service(reads(
            ["/readyz"],
            web::get().to(handlers::health::is_ready),
        ));
}

/// What programs look for without being told where it is.
pub fn known_places(config: &mut ServiceConfig) {
    config
        .service(reads(
            ["/datapackage.json"],
            web::get().to(handlers::well_known::data_package),
        ))
        .service(reads(
            ["/.well-known/api-catalog"],
            web::get().to(handlers::well_known::api_catalog),
        ))
        .service(reads(
            ["/.well-known/security.txt"],
            web::get().to(handlers::well_known::security),
        ))
        .service(reads(
            ["/robots.txt"],
            web::get().to(handlers::well_known::robots),
        ))
        .service(reads(
            ["/sitemap.xml"],
            web::get().to(handlers::well_known::sitemap),
        ))
        .service(reads(
            ["/llms.txt"],
            web::get().to(handlers::well_known::llms),
        ));
}

/// A list, in the format that is asked for.
async fn list(
    resource: &'static database::model::resource::Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    match Format::choose(&request, &Format::of(resource))? {
        Format::Json => handlers::records::list(resource, request, state).await,
        format @ (Format::Atom | Format::Rss | Format::JsonFeed) => {
            feeds::list(resource, format, request, state).await
        }
        Format::Calendar => calendar::list(resource, request, state).await,
        format => list::list(resource, format, request, state).await,
    }
}

/// The changes, in the format that is asked for.
async fn changes(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    match Format::choose(&request, &Format::of_changes())? {
        Format::Json => handlers::changes::list(request, state).await,
        format => feeds::list_changes(format, request, state).await,
    }
}

/// A path that is only read: HEAD is answered as GET is, another method is refused.
pub fn reads<P: Into<String>, const N: usize>(paths: [P; N], get: Route) -> Resource {
    Resource::new(paths.map(Into::into).to_vec())
        .route(get)
        .default_service(web::to(|| async {
            Err::<&str, _>(Error::MethodNotAllowed)
        }))
}

/// A path that is none of the service.
pub async fn no_such_path(request: HttpRequest) -> Result<HttpResponse> {
    let path = request.path();
    let known: Vec<String> = RESOURCES
        .iter()
        .map(|resource| format!("/v1/{}", resource.path()))
        .chain([
            "/v1".to_owned(),
            "/v1/changes".to_owned(),
            "/docs/".to_owned(),
        ])
        .chain(export::full::WHOLES.map(export::full::Whole::path))
        .collect();
    let hint = crate::database::model::validation::nearest_hint(path, &known);
    Err(Error::NotFound {
        reason: format!("Nothing is at {path}{hint}"),
        suggestion: hint.meant,
    })
}

/// The OpenAPI document, as it is kept beside the code.
pub fn document_text() -> String {
    document::text()
}
