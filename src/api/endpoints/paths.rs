//! The paths of the OpenAPI document, made from the endpoint table. The document asks for them.

use crate::{
    api::{
        endpoints::{
            endpoint::{Handler, path_of},
            table::ENDPOINTS,
        },
        openapi::document,
    },
    database::RESOURCES,
};
use serde_json::{Map, Value as Json, json};

/// The OpenAPI document, as it is kept beside the code.
pub fn document_text() -> String {
    document::text(paths())
}

/// Every path with its operation: of each resource, then of the rest.
pub fn paths() -> Json {
    let mut paths = Map::new();
    for resource in RESOURCES {
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.is_of(resource)) {
            if let Handler::Each { operations, .. } = endpoint.handler {
                let path = path_of(endpoint.path, resource);
                add(&mut paths, &path, operations(resource));
            }
        }
    }
    for endpoint in ENDPOINTS {
        if let Handler::One { operations, .. } | Handler::Server { operations } = endpoint.handler {
            add(&mut paths, endpoint.path, operations());
        }
    }
    Json::Object(paths)
}

fn add(paths: &mut Map<String, Json>, path: &str, operations: Vec<(String, Json)>) {
    for (ending, operation) in operations {
        paths.insert(format!("{path}{ending}"), json!({ "get": operation }));
    }
}

#[cfg(test)]
mod tests {
    use crate::api::endpoints::{paths::paths, route::Route, table::ENDPOINTS};
    use std::collections::BTreeSet;

    #[test]
    fn every_endpoint_is_documented_but_pages_and_the_document() {
        let paths = paths();
        let paths = paths.as_object().into_iter().flat_map(|paths| paths.keys());
        let documented: BTreeSet<&str> = paths.map(|path| Route::of(path).endpoint()).collect();
        let all = ENDPOINTS.iter().map(|endpoint| endpoint.path);
        let rest: Vec<&str> = all.filter(|path| !documented.contains(path)).collect();
        let pages = [
            "/openapi.json",
            "/",
            "/docs/{file:.*}",
            "/v1/",
            "/problems/{name}",
        ];
        assert_eq!(rest, pages);
    }

    #[test]
    fn every_documented_path_is_an_endpoint_and_a_file_has_an_extension_of_it() {
        for path in paths()
            .as_object()
            .into_iter()
            .flat_map(|paths| paths.keys())
        {
            assert_ne!(Route::of(path).pattern(), "other", "{path}");
        }
    }
}
