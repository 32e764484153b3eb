//! The OpenAPI document tells the truth: it is current, its examples work, and records are as it says.

use crate::support::{PUBLIC_URL, seeded, seeded_in_sqlite};
use aciqplan::{api, database::model::reserved_ids};
use actix_web::http::{Method, StatusCode};
use regex::Regex;
use serde_json::Value as Json;
use std::collections::BTreeSet;

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

/// `/v1/measures/stats` and `/v1/measures/x.csv` are no records.
#[test]
fn no_record_can_have_an_id_that_an_address_has_otherwise() {
    let document = document();
    let (mut below, mut extensions) = (BTreeSet::new(), BTreeSet::new());
    for path in document["paths"].as_object().unwrap().keys() {
        let Some(path) = path.strip_prefix("/v1/") else {
            continue;
        };
        let mut parts = path.split('/').filter(|part| !part.starts_with('{'));
        let first = parts.next().unwrap();
        extensions.extend(first.split_once('.').map(|(_, extension)| extension));
        for part in parts {
            below.insert(part.split('.').next().unwrap());
            extensions.extend(part.split_once('.').map(|(_, extension)| extension));
        }
    }
    assert!(below.contains("stats") && extensions.contains("csv"));
    for word in &below {
        assert!(reserved_ids::reason(word).is_some(), "{word}");
        assert!(
            reserved_ids::reason(&format!("{word}.x")).is_some(),
            "{word}"
        );
    }
    let formats = ["json", "feed.json", "bib", "csl.json"];
    for extension in extensions.into_iter().chain(formats) {
        let id = format!("x.{extension}");
        assert!(reserved_ids::reason(&id).is_some(), "{id}");
    }
    for fine in ["statistics", "x.stats", "1.1", "csv", "a-history"] {
        assert_eq!(reserved_ids::reason(fine), None, "{fine}");
    }
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
    // of each resource: the list, a record, its history, its citation, the metadata; four tables
    let of_resources = 16 * (5 + 4);
    // statistics of all but one as JSON and two tables; feeds of two, calendars of two; scorecards of two
    let of_some = 15 * 3 + 2 * 3 + 2 + 2;
    // changes and their feeds, the search, the index, the whole register; what describes it; health
    let of_register = 1 + 3 + 2 + 3 + 8 + 3;
    assert_eq!(paths.len(), of_resources + of_some + of_register);
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

/// The example of a parameter: its own, or the one that its description tells.
fn example(parameter: &Json) -> Option<String> {
    match &parameter["example"] {
        Json::String(text) => Some(text.clone()),
        Json::Array(values) => Some(values[0].as_str().unwrap().to_owned()),
        _ => {
            let about = parameter["description"].as_str().unwrap();
            let (_, example) = about.split_once(" For example `")?;
            Some(example.split_once('`').unwrap().0.to_owned())
        }
    }
}

#[test]
fn pages_that_try_an_operation_out_begin_with_nothing_but_what_is_required() {
    let document = document();
    for (name, parameter) in document["components"]["parameters"].as_object().unwrap() {
        if parameter["required"] == true {
            assert!(
                parameter["example"] != Json::Null || parameter["in"] == "path",
                "{name}"
            );
            continue;
        }
        for key in ["example", "examples"] {
            assert!(parameter.get(key).is_none(), "{name} has {key}");
        }
        for key in ["example", "examples", "default"] {
            assert!(parameter["schema"].get(key).is_none(), "{name} has {key}");
            assert!(
                parameter["schema"]["items"].get(key).is_none(),
                "{name} has {key}"
            );
        }
    }
}

#[test]
fn what_repeats_stands_once_among_the_components() {
    let document = document();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let operation = &operations["get"];
        for parameter in operation["parameters"].as_array().unwrap() {
            assert!(parameter["$ref"].is_string(), "{path}: {parameter}");
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            assert_eq!(
                answer["$ref"].is_string(),
                !["200", "206"].contains(&status.as_str()),
                "{path}: {status}"
            );
            for (name, header) in answer["headers"].as_object().into_iter().flatten() {
                assert!(header["$ref"].is_string(), "{path}: {name}");
            }
        }
    }
}

#[test]
fn a_list_is_json_alone_and_its_files_have_paths_of_their_own() {
    let document = document();
    let types = |path: &str| {
        let content = &document["paths"][path]["get"]["responses"]["200"]["content"];
        let types = content
            .as_object()
            .unwrap_or_else(|| panic!("{path}"))
            .keys();
        types.cloned().collect::<Vec<String>>()
    };
    for path in [
        "/v1/measures",
        "/v1/measures/stats",
        "/v1/changes",
        "/v1/search",
        "/v1/acronyms",
    ] {
        assert_eq!(types(path), ["application/json"], "{path}");
    }
    for (path, media_type) in [
        ("/v1/measures.csv", "text/csv"),
        ("/v1/acronyms.ndjson", "application/x-ndjson"),
        (
            "/v1/plans.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("/v1/figures.parquet", "application/vnd.apache.parquet"),
        ("/v1/measures.ics", "text/calendar"),
        ("/v1/status-entries.atom", "application/atom+xml"),
        ("/v1/measures.rss", "application/rss+xml"),
        ("/v1/changes.feed.json", "application/feed+json"),
        ("/v1/measures/stats.csv", "text/csv"),
    ] {
        assert_eq!(types(path), [media_type], "{path}");
    }
}

#[actix_web::test]
async fn filters_by_words_take_several_of_those_that_the_document_lists() {
    let document = document();
    let register = seeded_in_sqlite();
    let mut asked = 0;
    for resource in aciqplan::database::RESOURCES {
        let path = format!("/v1/{}", resource.path());
        let parameters = &document["paths"][&path]["get"]["parameters"];
        for parameter in parameters.as_array().unwrap() {
            let parameter = resolved(&document, parameter);
            let schema = &parameter["schema"];
            if schema["type"] != "array" {
                continue;
            }
            assert_eq!(parameter["style"], "form", "{parameter}");
            assert_eq!(parameter["explode"], false, "{parameter}");
            let items = resolved(&document, &schema["items"]);
            let Some(words) = items["enum"].as_array() else {
                continue;
            };
            let words: Vec<&str> = words.iter().take(2).filter_map(Json::as_str).collect();
            let name = parameter["name"].as_str().unwrap();
            let url = format!("{path}?{name}={}", words.join(","));
            register.json(&url).await;
            asked += 1;
        }
    }
    assert!(asked > 90, "{asked}");
    let both = "/v1/status-entries?completion=complete,substantial";
    let each =
        ["complete", "substantial"].map(|word| format!("/v1/status-entries?completion={word}"));
    let mut sum = 0;
    for url in each {
        sum += register.total(&url).await.as_i64().unwrap();
    }
    assert_eq!(register.total(both).await, sum);
}

/// A text is refused as the pattern has it, whatever letters it has: in the ranges that all engines read.
#[actix_web::test]
async fn parts_of_texts_and_codes_have_a_letter_that_is_seen() {
    let document = document();
    let register = seeded_in_sqlite();
    let parameters = &document["components"]["parameters"];
    let piece = resolved(&document, &parameters["agencies.name.contains"]["schema"]);
    let code = &parameters["sources.language"]["schema"]["items"];
    for text in [
        "a",
        " ",
        "\u{ad}",
        "\u{ad}a",
        "\u{301}",
        "\u{20dd}",
        "\u{301}\u{200b}",
        "e\u{301}",
        "\u{85}",
        "\u{3164}",
        "\u{a0}",
        "\u{fe0f}",
        "\u{1f}",
        "-",
        "ə",
        "\u{64b}",
        "\u{93c}",
    ] {
        let value: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for (schema, filter) in [
            (piece, "agencies?name[contains]"),
            (code, "sources?language"),
        ] {
            let pattern = Regex::new(schema["pattern"].as_str().unwrap()).unwrap();
            let answer = register.get(&format!("/v1/{filter}={value}")).await;
            assert_eq!(
                answer.status.is_success(),
                pattern.is_match(text),
                "{filter} {text:?}"
            );
        }
    }
}

#[actix_web::test]
async fn every_example_of_a_parameter_is_answered() {
    let document = document();
    let mut register = seeded_in_sqlite();
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
            let name = parameter["name"].as_str().unwrap();
            format!("{name}={}", form_urlencoded(&example(parameter).unwrap()))
        };
        let in_query = parameters
            .iter()
            .filter(|one| one["in"] == "query" && example(one).is_some());
        let (required, optional): (Vec<&Json>, Vec<&Json>) =
            in_query.partition(|one| one["required"] == true);
        let required: Vec<String> = required.into_iter().map(pair).collect();
        let with_none = vec![required.join("&")];
        let optional: Vec<Vec<String>> = if path.contains('.') {
            vec![optional.into_iter().map(pair).collect()] // a file reads what its list reads
        } else {
            optional.into_iter().map(|one| vec![pair(one)]).collect()
        };
        let with_one = optional
            .into_iter()
            .map(|some| [required.clone(), some].concat().join("&"));
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
fn dimension(document: &Json, operation: &Json) -> String {
    example(resolved(document, &operation["parameters"][0])).unwrap()
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
                    stats if stats.contains("/stats") => {
                        format!(
                            "{stats}?group_by={}",
                            dimension(&document, &operations["get"])
                        )
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
            if path != "/v1/changes" {
                let required = &document["components"]["schemas"][name]["required"];
                assert_eq!(*required, serde_json::json!(own), "{path}");
            }
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
