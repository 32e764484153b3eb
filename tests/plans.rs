//! How the databases find the rows of a page: without sorting a whole table.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{
    database::{
        AnyConnection, RESOURCES,
        condition::{Condition, Test, Value},
        find,
        grouping::{self, Dimension},
        resource::{Query, Resource},
        revisions::{self, ChangeFilter},
    },
    generate::generate,
    package::Folder,
};
use diesel::{
    connection::{Connection, InstrumentationEvent, SimpleConnection},
    prelude::*,
    sql_types::Text,
};
use std::sync::{Arc, Mutex};
use support::{empty, texts};
use tempfile::TempDir;

/// Resources without a row in a made-up register, or so few that a sort costs nothing.
const SMALL: [&str; 2] = ["agencies", "plans"];

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// The steps by which SQLite reads the first page of a list, or the page beyond its first record.
fn steps(
    connection: &mut SqliteConnection,
    resource: &'static Resource,
    beyond: bool,
) -> Vec<String> {
    let keys = resource.sort_keys(&resource.document_order());
    let columns: Vec<&str> = keys.iter().map(|key| key.column).collect();
    let columns = columns.join(", ");
    let condition = if beyond {
        let values: Vec<&str> = keys.iter().map(|_| "'a'").collect();
        format!("({columns}) > ({})", values.join(", "))
    } else {
        "in_time()".to_owned()
    };
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT * FROM {} WHERE {condition} ORDER BY {columns} LIMIT 51",
        resource.name
    );
    let steps: Vec<Step> = diesel::sql_query(sql).load(connection).unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}

#[test]
fn no_list_in_the_order_of_the_document_is_sorted() {
    let folder = TempDir::new().unwrap();
    generate(200, 1, folder.path()).unwrap();
    for register in empty() {
        register.load(&Folder::new(folder.path())).unwrap();
        let mut connection = register.database.connection().unwrap();
        let AnyConnection::Sqlite(sqlite) = &mut *connection else {
            continue;
        };
        for resource in RESOURCES {
            if SMALL.contains(&resource.name) {
                continue;
            }
            for beyond in [false, true] {
                let steps = steps(sqlite, resource, beyond);
                let is_sorted = steps.iter().any(|step| step.contains("TEMP B-TREE"));
                assert!(
                    !is_sorted,
                    "{} (beyond: {beyond}): {steps:?}",
                    resource.name
                );
                let is_found = steps.iter().any(|step| step.starts_with("SEARCH"));
                assert!(is_found || !beyond, "{}: {steps:?}", resource.name);
            }
        }
    }
}

/// More measures than are ranked.
const MANY: usize = 5100;

/// What is asked of a connection while something is done, as SQL.
fn asked(connection: &mut AnyConnection, act: impl FnOnce(&mut AnyConnection)) -> String {
    let last = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&last);
    connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            *seen.lock().unwrap() = query.to_string();
        }
    });
    act(connection);
    connection.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let last = last.lock().unwrap();
    last.split(" -- binds").next().unwrap().to_owned()
}

/// How a database finds the rows of a page, line by line.
///
/// PostgreSQL is told to leave out scans of whole tables where an index leads to the rows: of a table of
/// this size it takes them for cheap.
fn plan(connection: &mut AnyConnection, sql: &str, values: &[String]) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                .load(sqlite)
                .unwrap();
            steps.into_iter().map(|step| step.detail).collect()
        }
        AnyConnection::Postgres(postgres) => {
            postgres
                .batch_execute(&format!(
                    "SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan; \
                     PREPARE page AS {sql}"
                ))
                .unwrap();
            let explain = format!("EXPLAIN EXECUTE page({})", values.join(", "));
            let lines: Vec<Line> = diesel::sql_query(explain).load(postgres).unwrap();
            postgres
                .batch_execute("DEALLOCATE page; RESET enable_seqscan")
                .unwrap();
            lines.into_iter().map(|line| line.text).collect()
        }
    }
}

/// Whether some row of a table is found by an index, and none by reading it all.
fn is_searched(lines: &[String], table: &str) -> bool {
    let has = |text: String| lines.iter().any(|line| line.contains(&text));
    let is_sqlite = !lines.iter().any(|line| line.contains("cost="));
    if is_sqlite {
        return has(format!("SEARCH {table} ")) && !has(format!("SCAN {table}"));
    }
    !has(format!("Seq Scan on {table} ")) && has("Index Cond: ".to_owned())
}

/// A value for each filter that few rows meet.
fn narrow(
    connection: &mut AnyConnection,
    resource: &'static Resource,
) -> Vec<(String, Condition, String)> {
    let query = Query {
        limit: 1,
        ..resource.all(Condition::default())
    };
    let first = resource.store.list(connection, &query).unwrap()[0].to_object();
    let mut narrow = Vec::new();
    let columns = ["id", "plan_id", "section_id", "measure_id", "source_id"];
    for column in columns {
        if let Some(value) = first.get(column).and_then(|value| value.as_str()) {
            let column = resource.column(column).unwrap().name;
            let test = Test::OneOf(vec![Value::Text(value.to_owned())]);
            narrow.push((
                column.to_owned(),
                Condition::column(column, test),
                value.to_owned(),
            ));
        }
    }
    for relation in resource.relations {
        let Some(through) = relation.through.filter(|_| relation.resource.is_some()) else {
            continue;
        };
        let dimension = Dimension {
            column: relation.column,
            through: Some(through),
        };
        let groups = grouping::groups(connection, resource, &Condition::default(), &[dimension]);
        let groups = groups.unwrap().into_iter();
        let rarest = groups.min_by_key(|group| group.count).unwrap();
        let Some(value) = rarest.values[0].clone() else {
            continue;
        };
        let test = Test::OneOf(vec![Value::Text(value.clone())]);
        let mut condition = Condition::default();
        condition.add_through(through, relation.column, test);
        narrow.push((relation.name.to_owned(), condition, value));
    }
    narrow
}

#[actix_web::test]
async fn what_is_filtered_or_searched_is_bounded_by_what_is_found() {
    let folder = TempDir::new().unwrap();
    generate(MANY, 1, folder.path()).unwrap();
    for register in empty() {
        register.load(&Folder::new(folder.path())).unwrap();
        let mut connection = register.database.connection().unwrap();
        if let AnyConnection::Postgres(postgres) = &mut *connection {
            postgres.batch_execute("ANALYZE").unwrap();
        }
        for name in ["measures", "status_entries"] {
            let resource = find(name).unwrap();
            for (filter, condition, value) in narrow(&mut connection, resource) {
                let query = Query {
                    limit: 51,
                    ..resource.all(condition)
                };
                let sql = asked(&mut connection, |connection| {
                    drop(resource.store.list(connection, &query).unwrap());
                });
                let values = [format!("'{value}'"), "51".to_owned(), "0".to_owned()];
                let lines = plan(&mut connection, &sql, &values);
                assert!(
                    is_searched(&lines, name),
                    "{} {name} by {filter}: {lines:#?}",
                    register.name
                );
            }
        }
        let measure = find("measures").unwrap().store.ids(&mut connection, 1);
        let id = measure.unwrap().remove(0);
        let filter = ChangeFilter {
            resource: Some("measures".to_owned()),
            record_id: Some(id.clone()),
            ..ChangeFilter::default()
        };
        let sql = asked(&mut connection, |connection| {
            drop(revisions::list(connection, &filter, 51).unwrap());
        });
        let values = ["0", "'measures'", &format!("'{id}'"), "51"].map(str::to_owned);
        let lines = plan(&mut connection, &sql, &values);
        assert!(
            is_searched(&lines, "revisions"),
            "{}: {lines:#?}",
            register.name
        );
        drop(connection);
        the_broadest_question_is_answered_in_the_order_of_the_document(&register).await;
    }
}

/// All records lack a word that none has.
async fn the_broadest_question_is_answered_in_the_order_of_the_document(
    register: &support::Register,
) {
    let first = register.ids("/v1/measures?limit=120").await;
    let found = register.json("/v1/measures?q=-zebra&limit=3").await;
    assert_eq!(found["meta"]["total"], MANY);
    assert_eq!(texts(&found["data"], "id"), first[..3]);
    let hits = "/v1/search?q=-zebra&limit=100&resource=measures";
    let found = register.json(hits).await;
    assert_eq!(found["meta"]["total"], MANY);
    assert_eq!(texts(&found["data"], "id"), first[..100]);
    let found = register.json(&format!("{hits}&page=2")).await;
    assert_eq!(texts(&found["data"], "id")[..20], first[100..]);
    // what can be ranked comes before
    let both = register.json(&format!("{hits},agencies")).await;
    let bodies = register.json("/v1/agencies?limit=1").await["meta"]["total"].clone();
    let bodies = bodies.as_u64().unwrap();
    assert_eq!(both["meta"]["total"], MANY as u64 + bodies);
    assert_eq!(both["data"][0]["resource"], "agencies");
    let page = bodies / 100 + 1;
    let across = register.json(&format!("{hits},agencies&page={page}")).await;
    let agencies = usize::try_from(bodies % 100).unwrap();
    assert_eq!(
        texts(&across["data"], "id")[agencies..],
        first[..100 - agencies]
    );
    // a filter may leave few enough to rank
    let plan = register.json("/v1/measures?limit=1").await["data"][0]["plan_id"].clone();
    let plan = plan.as_str().unwrap();
    let all = register.json(&format!("/v1/measures?plan={plan}")).await;
    let found = register
        .json(&format!("/v1/measures?q=-zebra&plan={plan}"))
        .await;
    assert_eq!(found["meta"]["total"], all["meta"]["total"]);
    assert_eq!(texts(&found["data"], "id"), texts(&all["data"], "id"));
}
