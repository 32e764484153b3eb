//! Made-up requests: each is answered or refused, and by both databases alike.

use super::{
    alike::{alike, encoded, same_answer},
    runner,
    values::any_value,
};
use aciqplan::api;
use actix_web::rt::System;
use proptest::{prelude::*, sample::Index, sample::select};
use serde_json::Value as Json;

/// Ids of records, by the resource of their path.
const IDS: [(&str, &str); 4] = [
    ("measures", "az-nap-2016-2018-4.1.1"),
    ("plans", "az-nap-2020-2022"),
    ("agencies", "maliyye-nazirliyi"),
    ("sources", "az-nap-2016-2018"),
];

/// Every documented path that answers from the register, with what it takes: the name of each parameter, and
/// a value that is right.
fn documented() -> Vec<(String, Vec<(String, String)>)> {
    let document: Json = serde_json::from_str(&api::document_text()).unwrap();
    let named = &document["components"]["parameters"];
    let parameter = |parameter: &Json| {
        let reference = parameter["$ref"].as_str();
        let name = reference.and_then(|reference| reference.rsplit('/').next());
        let parameter = name.map_or(parameter, |name| &named[name]);
        let example = match &parameter["example"] {
            Json::String(text) => text.clone(),
            Json::Array(values) => values[0].as_str().unwrap().to_owned(),
            _ => {
                let about = parameter["description"].as_str().unwrap();
                let example = about.split(" For example `").nth(1).unwrap_or_default();
                example.split('`').next().unwrap_or_default().to_owned()
            }
        };
        let is_query = parameter["in"] == "query";
        is_query.then(|| (parameter["name"].as_str().unwrap().to_owned(), example))
    };
    let mut paths = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let is_of_register = !["/metrics", "/readyz", "/v1/dataset."]
            .iter()
            .any(|other| path.starts_with(other));
        if !is_of_register {
            continue;
        }
        let parameters = item["get"]["parameters"].as_array();
        let parameters = parameters.into_iter().flatten().filter_map(parameter);
        let id = IDS.iter().find(|(resource, _)| path.contains(resource));
        let path = path.replace("{id}", id.map_or("nothing", |(_, id)| id));
        paths.push((path, parameters.collect()));
    }
    paths
}

/// A path with parameters: known ones and others, with right values and wrong ones, encoded and not.
fn any_question() -> impl Strategy<Value = String> {
    let extension = prop_oneof![
        6 => Just(""),
        1 => select(vec![".csv", ".ndjson", ".json", ".xlsx", ".parquet", ".atom", ".feed.json", ".ics", ".x"]),
    ];
    let name = prop_oneof![
        6 => any::<Index>().prop_map(Ok),
        1 => "[a-z_]{0,6}(\\[[a-z]{0,7}\\])?".prop_map(Err),
    ];
    let value = prop_oneof![2 => Just(None), 5 => any_value().prop_map(Some)];
    let parameters = proptest::collection::vec((name, value), 0..4);
    let rest = prop_oneof![6 => Just(String::new()), 1 => "[!-~]{0,20}(%[0-9a-fA-F]{2}){0,3}"];
    (select(documented()), extension, parameters, rest).prop_map(
        |((path, known), extension, parameters, rest)| {
            let mut query = Vec::new();
            for (name, value) in parameters {
                let (name, example) = match name {
                    Ok(_) if known.is_empty() => continue,
                    Ok(index) => index.get(&known).clone(),
                    Err(odd) => (odd, String::new()),
                };
                let value = value.unwrap_or(example);
                query.push(format!("{}={}", encoded(&name), encoded(&value)));
            }
            // what no address may hold is left out
            let rest = rest.chars().filter(|sign| !"#\"<>`{}|\\^ ".contains(*sign));
            query.push(rest.collect());
            format!("{path}{extension}?{}", query.join("&"))
        },
    )
}

#[test]
fn any_query_is_answered_or_refused_alike() {
    let registers = alike();
    runner(400)
        .run(&any_question(), |url| {
            System::new().block_on(same_answer(&registers, &url));
            Ok(())
        })
        .unwrap();
}
