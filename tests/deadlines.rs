//! SQLite has no time limit of its own: whatever reads many rows asks for the time at each of them.
//!
//! One test alone, as it listens to all connections of its process.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "it/support/mod.rs"]
mod support;

use aciqplan::{
    api,
    database::{AnyConnection, RESOURCES},
};
use diesel::{
    connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation},
    prelude::*,
    sql_types::Text,
};
use serde_json::Value as Json;
use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};
use support::seeded_in_sqlite;

/// What the databases of this process were asked.
static ASKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn asked() -> MutexGuard<'static, BTreeSet<String>> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let query = query.to_string();
            let statement = query.split(" -- binds").next().unwrap();
            asked().insert(statement.to_owned());
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// How SQLite would answer.
fn plan(connection: &mut SqliteConnection, statement: &str) -> Vec<String> {
    let explained = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}"));
    let steps: Vec<Step> = explained.load(connection).unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}

/// The acronyms are read as a whole, and are few.
const FEW: &str = "acronyms";

/// Requests of every documented path, and of every parameter: by itself, once for each kind of path.
fn requests() -> Vec<String> {
    let document: Json = serde_json::from_str(&api::document_text()).unwrap();
    let named = &document["components"]["parameters"];
    let mut urls = Vec::new();
    let mut known = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "az-nap-2020-2022");
        urls.push(path.clone());
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            let reference = parameter["$ref"].as_str();
            let name = reference.and_then(|reference| reference.rsplit('/').next());
            let parameter = name.map_or(parameter, |name| &named[name]);
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                let kind = path.split('/').skip(3).collect::<Vec<_>>().join("/");
                if !known.insert((kind, name)) {
                    continue;
                }
                let value = match &parameter["example"] {
                    Json::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let mut query = form_urlencoded::Serializer::new(String::new());
                query.append_pair(name, &value);
                urls.push(format!("{path}?{}", query.finish()));
            }
        }
    }
    for resource in RESOURCES {
        for extension in ["csv", "atom", "ics"] {
            urls.push(format!("/v1/{}.{extension}", resource.path()));
        }
    }
    urls
}

#[actix_web::test]
async fn no_table_is_read_without_asking_for_the_time() {
    set_default_instrumentation(|| Some(Box::new(Listener))).unwrap();
    let register = seeded_in_sqlite();
    asked().clear();
    for url in requests() {
        register.get(&url).await;
    }
    let statements = asked().clone();
    let mut connection = register.database.connection().unwrap();
    let AnyConnection::Sqlite(sqlite) = &mut *connection else {
        panic!("the first register is one in SQLite");
    };
    let grows: Vec<String> = RESOURCES
        .iter()
        .map(|resource| resource.name)
        .filter(|name| *name != FEW)
        .chain([
            "revisions",
            "search_documents",
            "search_index",
            "search_words",
        ])
        .map(|table| format!("SCAN {table}"))
        .collect();
    let mut read_whole = 0;
    for statement in statements {
        if !statement.trim_start().starts_with("SELECT") {
            continue;
        }
        let steps = plan(sqlite, &statement);
        let scans = steps
            .iter()
            .any(|step| grows.iter().any(|scan| step.starts_with(scan)));
        let is_sorted = steps.iter().any(|step| step.contains("TEMP B-TREE"));
        let ends_soon = statement.contains(" LIMIT ") && !is_sorted;
        if scans && !ends_soon {
            read_whole += 1;
            assert!(
                statement.contains("before_deadline()"),
                "{statement}\n{steps:?}"
            );
        }
    }
    assert!(read_whole > 50, "{read_whole}");
}
