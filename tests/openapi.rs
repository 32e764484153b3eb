//! The OpenAPI document tells the truth: it is current, its examples work, and records are as it says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::api;
use actix_web::http::{Method, StatusCode};
use serde_json::Value as Json;
use support::{PUBLIC_URL, seeded};

fn document() -> Json {
    serde_json::from_str(&api::document_text()).unwrap()
}

#[test]
fn the_document_beside_the_code_is_current() {
    let kept =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json"))
            .unwrap();
    assert!(
        kept == api::document_text() + "\n",
        "make it anew: cargo run -- openapi > openapi/openapi.json"
    );
}

#[actix_web::test]
async fn the_service_gives_the_document() {
    for register in seeded() {
        let mut given = register.json("/openapi.json").await;
        let mut kept = document();
        for (one, of) in [
            (&mut given, PUBLIC_URL),
            (&mut kept, "http://127.0.0.1:8080"),
        ] {
            assert_eq!(one["info"]["contact"]["url"], format!("{of}/"));
            one["info"]["contact"] = Json::Null; // as the service is set up
            one["info"]["termsOfService"] = Json::Null;
            one["servers"] = Json::Null;
        }
        assert_eq!(given, kept);
    }
}

#[test]
fn every_operation_is_documented_whole() {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 16 * 6 - 1 + 2 + 3 + 5 + 9);
    for (path, operations) in paths {
        let operation = &operations["get"];
        for key in ["summary", "description", "operationId"] {
            assert!(
                operation[key].as_str().is_some_and(|text| !text.is_empty()),
                "{path} has no {key}"
            );
        }
        assert!(!operation["tags"].as_array().unwrap().is_empty());
        assert!(operation["responses"]["200"].is_object());
        for parameter in operation["parameters"].as_array().unwrap() {
            let parameter = resolved(&document, parameter);
            assert!(
                !parameter["description"].as_str().unwrap().is_empty(),
                "{path}: {parameter}"
            );
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            let told = property.get("description").is_some()
                || property.get("$ref").is_some()
                || name.ends_with("List")
                || name.ends_with("Answer")
                || name == "Health";
            assert!(told, "{name}.{key} is not described");
        }
    }
}

fn resolved<'d>(document: &'d Json, parameter: &'d Json) -> &'d Json {
    match parameter["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => parameter,
    }
}

#[actix_web::test]
async fn every_example_of_a_parameter_is_answered() {
    let document = document();
    let mut register = seeded().remove(0);
    register.contact = Some("https://register.example/contact".to_owned());
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let parameters: Vec<&Json> = operations["get"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| resolved(&document, one))
            .collect();
        let id = parameters
            .iter()
            .find(|one| one["in"] == "path")
            .map(|one| one["example"].as_str().unwrap_or_default());
        if id == Some("") {
            continue; // the register has no record of this kind yet
        }
        let path = path.replace("{id}", id.unwrap_or_default());
        let pair = |parameter: &Json| {
            let example = match &parameter["example"] {
                Json::String(text) => text.clone(),
                Json::Array(values) => values
                    .iter()
                    .map(|value| value.as_str().unwrap())
                    .collect::<Vec<_>>()
                    .join(","),
                other => other.to_string(),
            };
            let name = parameter["name"].as_str().unwrap();
            format!("{name}={}", form_urlencoded(&example))
        };
        let in_query = parameters
            .iter()
            .filter(|one| one["in"] == "query" && !one["example"].is_null());
        let (required, optional): (Vec<&Json>, Vec<&Json>) =
            in_query.partition(|one| one["required"] == true);
        let required: Vec<String> = required.into_iter().map(pair).collect();
        let with_none = vec![required.join("&")];
        let with_one = optional
            .into_iter()
            .map(|one| [required.clone(), vec![pair(one)]].concat().join("&"));
        for query in with_none.into_iter().chain(with_one) {
            let url = format!("{path}?{query}");
            let answer = register.get(&url).await;
            assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.text());
            asked += 1;
        }
    }
    assert!(asked > 500, "{asked}");
}

fn form_urlencoded(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

/// What the example of a statistic groups by.
fn dimension(operation: &Json) -> &str {
    operation["parameters"][0]["example"].as_str().unwrap()
}

#[actix_web::test]
async fn every_format_of_the_document_can_be_had() {
    let document = document();
    for mut register in seeded() {
        register.contact = Some("https://register.example/contact".to_owned());
        let mut asked = 0;
        for (path, operations) in document["paths"].as_object().unwrap() {
            let content = operations["get"]["responses"]["200"]["content"].as_object();
            for media_type in content.unwrap().keys().filter(|_| !path.contains('{')) {
                let path = match path.as_str() {
                    "/v1/search" => "/v1/search?q=plan".to_owned(),
                    stats if stats.ends_with("/stats") => {
                        format!("{stats}?group_by={}", dimension(&operations["get"]))
                    }
                    path => path.to_owned(),
                };
                let path = path.as_str();
                let accept = [("accept", media_type.as_str())];
                let answer = register.ask(Method::GET, path, &accept).await;
                assert_eq!(answer.status, StatusCode::OK, "{path} as {media_type}");
                let given = answer.header("content-type");
                assert!(
                    given.starts_with(media_type),
                    "{path} as {media_type}: {given}"
                );
                asked += 1;
            }
        }
        assert!(asked > 30, "{asked}");
    }
}

#[actix_web::test]
async fn records_have_the_keys_of_their_schemas_in_their_order() {
    let document = document();
    for register in seeded() {
        for (path, operations) in document["paths"].as_object().unwrap() {
            let schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let name = schema.and_then(|schema| schema.rsplit('/').next()?.strip_suffix("List"));
            let Some(name) = name else {
                continue; // no list of records
            };
            if path.contains("{id}")
                || path.ends_with("/stats")
                || path == "/v1/withdrawals"
                || path == "/v1/search"
            {
                continue;
            }
            let properties = document["components"]["schemas"][name]["properties"]
                .as_object()
                .unwrap();
            let own = properties.iter().filter(|(_, one)| {
                !one["description"]
                    .as_str()
                    .is_some_and(|text| text.starts_with("Only with"))
            });
            let own: Vec<&String> = own.map(|(key, _)| key).collect();
            let body = register.json(&format!("{path}?limit=1")).await;
            let keys: Vec<&String> = body["data"][0]
                .as_object()
                .unwrap_or_else(|| panic!("{path} is empty"))
                .keys()
                .collect();
            assert_eq!(keys, own, "{path}");
        }
    }
}
