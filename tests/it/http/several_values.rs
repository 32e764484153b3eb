//! Every filter takes as many values as the document of the API says: several are the union of each, a free
//! text is one value.

use crate::support::{Memory, Register, empty};
use actix_web::http::StatusCode;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// What lists take beside their filters.
const NO_FILTERS: [&str; 12] = [
    "lang", "q", "facets", "limit", "cursor", "page", "sort", "fields", "include", "labels", "bom",
    "excel",
];
/// What the seeds do not have: another country and language, and commas in a name and in a number.
const MORE: [(&str, &str); 5] = [
    (
        "sources.csv",
        "ge-source,\"Plan, in English\",plan,,en,2019-01-01,2019,https://ge.example/,\"One, two\"",
    ),
    (
        "plans.csv",
        "ge-plan,GE,strategy,Gürcüstan planı,2019,2020,2019-05-05,Parlament,Qanun,Giriş,,ge-source",
    ),
    (
        "agencies.csv",
        "ge-nazirlik,GE,\"Maliyyə, büdcə nazirliyi\",GMN,ministry,,,[]",
    ),
    (
        "measures.csv",
        "ge-1,ge-plan,,\"5.1,5.3\",Tədbir,,2019,2020,1,ge-source,",
    ),
    (
        "measures.csv",
        "ge-2,ge-plan,,9.9,Tədbir,,2019,2020,2,ge-source,",
    ),
];

fn registers() -> Vec<Register> {
    let registers = empty();
    let seeds = Memory::seeds();
    let package = MORE
        .iter()
        .fold(seeds.clone(), |package, (file, row)| package.and(file, row));
    for register in &registers {
        register.load(&seeds).unwrap();
        register.backdate();
        register.load(&package).unwrap();
    }
    registers
}

/// The filters of every list, with what the document says of each.
async fn documented(register: &Register) -> BTreeMap<String, Vec<(String, String)>> {
    let document = register.json("/openapi.json").await;
    let mut lists = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let resource = path.strip_prefix("/v1/").unwrap_or_default();
        let name = resource.replace('-', "_");
        if aciqplan::database::find(&name).is_none() {
            continue;
        }
        let parameters = item["get"]["parameters"].as_array().unwrap().iter();
        let filters = parameters.filter_map(|parameter| {
            let parameter = match parameter["$ref"].as_str() {
                Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
                None => parameter,
            };
            let name = parameter["name"].as_str().unwrap();
            let is_filter = parameter["in"] == "query" && !NO_FILTERS.contains(&name);
            is_filter.then(|| (name.to_owned(), parameter["description"].to_string()))
        });
        lists.insert(path.clone(), filters.collect());
    }
    lists
}

/// All records of a list.
async fn records(register: &Register, path: &str) -> Vec<Json> {
    let mut records = Vec::new();
    for page in 1.. {
        let body = register
            .json(&format!("{path}?limit=500&page={page}"))
            .await;
        let data = body["data"].as_array().unwrap();
        records.extend(data.iter().cloned());
        if data.len() < 500 {
            break;
        }
    }
    records
}

/// The different values that records have by the name of a filter: in the column, else in the groups.
async fn values(register: &Register, path: &str, name: &str, records: &[Json]) -> Vec<String> {
    let text = |value: &Json| match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let of_columns = [name.to_owned(), format!("{name}_id")];
    let of_columns = of_columns
        .iter()
        .find(|column| records.iter().any(|record| record.get(column).is_some()));
    let found: BTreeSet<String> = match of_columns {
        Some(column) => records
            .iter()
            .filter_map(|record| text(&record[column]))
            .collect(),
        None if records.is_empty() => BTreeSet::new(),
        None => {
            let groups = register
                .json(&format!("{path}/stats?group_by={name}"))
                .await;
            let groups = groups["data"].as_array().unwrap().clone();
            groups
                .iter()
                .filter_map(|group| text(&group["group"][name]))
                .collect()
        }
    };
    found
        .into_iter()
        .filter(|value| value.chars().count() <= 300)
        .collect()
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The ids that a filter finds.
async fn found(register: &Register, path: &str, name: &str, value: &str) -> BTreeSet<String> {
    let url = format!(
        "{path}?{}={}&limit=500&fields=id",
        encoded(name),
        encoded(value)
    );
    let mut ids = BTreeSet::new();
    let mut next = Some(url);
    while let Some(url) = next {
        let body = register.json(&url).await;
        ids.extend(crate::support::texts(&body["data"], "id"));
        next = crate::support::path_of(&body["links"]["next"]);
    }
    ids
}

#[actix_web::test]
async fn every_filter_takes_the_values_that_the_document_promises() {
    for register in registers() {
        let (mut asked, mut by_two) = (0, 0);
        for (path, filters) in documented(&register).await {
            let records = records(&register, &path).await;
            for (name, about) in filters {
                let (column, operator) = name
                    .trim_end_matches(']')
                    .split_once('[')
                    .unwrap_or((&name, ""));
                let values = values(&register, &path, column, &records).await;
                let several = about.contains("separated by commas");
                let one = about.contains("commas and all");
                assert_eq!(
                    several,
                    matches!(operator, "" | "ne") && !one,
                    "{path} {name}: {about}"
                );
                let (Some(first), Some(last)) = (values.first(), values.last()) else {
                    continue;
                };
                let both = format!("{first},{last}");
                if several {
                    let each = [
                        found(&register, &path, &name, first).await,
                        found(&register, &path, &name, last).await,
                    ];
                    let expected = match operator {
                        "ne" => &each[0] & &each[1],
                        _ => &each[0] | &each[1],
                    };
                    let together = found(&register, &path, &name, &both).await;
                    assert_eq!(together, expected, "{} {path}?{name}={both}", register.name);
                    assert!(
                        operator == "ne" || !expected.is_empty(),
                        "{path}?{name}={both}"
                    );
                } else if operator.is_empty() {
                    let with_comma = values
                        .iter()
                        .find(|value| value.contains(','))
                        .unwrap_or(first);
                    let own: BTreeSet<String> = records
                        .iter()
                        .filter(|record| record[column] == *with_comma.as_str())
                        .map(|record| record["id"].as_str().unwrap().to_owned())
                        .collect();
                    let alone = found(&register, &path, &name, with_comma).await;
                    assert_eq!(alone, own, "{} {path}?{name}={with_comma}", register.name);
                } else if !one {
                    let url = format!("{path}?{}={}", encoded(&name), encoded(&both));
                    let status = register.get(&url).await.status;
                    assert_eq!(status, StatusCode::BAD_REQUEST, "{url}");
                }
                asked += 1;
                by_two += usize::from(several && first != last);
            }
        }
        assert!(asked > 600 && by_two > 200, "{asked} {by_two}");
    }
}

#[actix_web::test]
async fn numbers_and_languages_are_found_several_at_once() {
    for register in registers() {
        let total = async |url: &str| register.json(url).await["meta"]["total"].as_i64().unwrap();
        let each = total("/v1/measures?number=5.1").await + total("/v1/measures?number=5.3").await;
        assert!(each >= 2);
        let itself = 1; // the number that has a comma in it
        assert_eq!(total("/v1/measures?number=5.1,5.3").await, each + itself);
        let azerbaijani = total("/v1/sources?language=az").await;
        let english = total("/v1/sources?language=en").await;
        assert_eq!(
            total("/v1/sources?language=az,en").await,
            azerbaijani + english
        );
        let names = "/v1/agencies?name=Maliyy%C9%99%20Nazirliyi,%C6%8Fdliyy%C9%99%20Nazirliyi";
        assert_eq!(total(names).await, 0, "a name may hold a comma");
        let empty = register.get("/v1/measures?number=5.1,").await;
        assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    }
}
