//! The routes of actix, made from the endpoint table. The server's application is configured with them.

use crate::{
    api::{
        directory::Directory,
        endpoints::{
            directory::directory,
            endpoint::{Audience, Endpoint, Handler, path_of},
            table::ENDPOINTS,
        },
        error::{Error, Result},
    },
    database::{
        RESOURCES,
        model::{resource::Resource, validation::nearest_hint},
    },
};
use actix_web::{
    HttpRequest, Resource as Service, Route,
    web::{self, Data, ServiceConfig},
};

/// Every route of the register.
pub fn routes(config: &mut ServiceConfig) {
    config.app_data(Data::new(directory()));
    for resource in RESOURCES {
        let path = format!("/v1/{}", resource.path());
        // one look at the path rules out all of its routes
        let mut scope = web::scope(&path);
        for (patterns, route) in of_resource(resource, |rest| !rest.starts_with('.')) {
            scope = scope.service(reads(patterns, route));
        }
        config.service(scope);
    }
    // After all of those: a pattern is tried letter by letter.
    for resource in RESOURCES {
        let mut files = of_resource(resource, |rest| rest.starts_with('.'));
        files.sort_by_key(|(patterns, _)| patterns.iter().any(|it| it.contains('{')));
        for (patterns, route) in files {
            let whole = |rest: String| format!("/v1/{}{rest}", resource.path());
            config.service(reads(patterns.into_iter().map(whole).collect(), route));
        }
    }
    for endpoint in of(Audience::Clients) {
        if let Handler::One { route, .. } = endpoint.handler {
            config.service(reads(endpoint.patterns(), route()));
        }
    }
    config
        .service(web::redirect("/docs", "docs/"))
        .default_service(web::to(no_such_path));
}

/// What a supervisor and a balancer ask, and the metrics, which the server tells.
pub fn operations(config: &mut ServiceConfig, metrics: fn() -> Route) {
    for endpoint in of(Audience::Operators) {
        let route = match endpoint.handler {
            Handler::One { route, .. } => route(),
            Handler::Server { .. } => metrics(),
            Handler::Each { .. } => continue,
        };
        config.service(reads(endpoint.patterns(), route));
    }
}

fn of(audience: Audience) -> impl Iterator<Item = &'static Endpoint> {
    ENDPOINTS
        .iter()
        .filter(move |endpoint| endpoint.audience == audience)
}

/// The routes of a resource whose patterns go on so behind its path, each with what follows that.
fn of_resource(
    resource: &'static Resource,
    goes_on_so: fn(&str) -> bool,
) -> Vec<(Vec<String>, Route)> {
    let start = format!("/v1/{}", resource.path());
    let routes = ENDPOINTS.iter().filter_map(|endpoint| {
        let Handler::Each { has_it, route, .. } = endpoint.handler else {
            return None;
        };
        let patterns = endpoint.patterns().into_iter().filter_map(|pattern| {
            let rest = path_of(&pattern, resource).strip_prefix(&start)?.to_owned();
            goes_on_so(&rest).then_some(rest)
        });
        let patterns: Vec<String> = patterns.collect();
        (has_it(resource) && !patterns.is_empty()).then(|| (patterns, route(resource)))
    });
    routes.collect()
}

/// Paths that are only read: HEAD is answered as GET is, another method is refused.
fn reads(patterns: Vec<String>, get: Route) -> Service {
    Service::new(patterns)
        .route(get)
        .default_service(web::to(|| async {
            Err::<&str, _>(Error::MethodNotAllowed)
        }))
}

/// A path that is none of the service.
pub async fn no_such_path(request: HttpRequest) -> Result<&'static str> {
    let path = request.path();
    let Directory { lists, files, .. } = directory();
    let known: Vec<String> = lists
        .into_iter()
        .map(|list| list.path)
        .chain(["/v1".to_owned(), "/docs/".to_owned()])
        .chain(files)
        .collect();
    let hint = nearest_hint(path, &known);
    Err(Error::NotFound {
        reason: format!("Nothing is at {path}{hint}"),
        suggestion: hint.meant,
    })
}
