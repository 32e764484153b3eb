//! How the databases find the rows of a page: without sorting a whole table.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{
    database::{AnyConnection, RESOURCES, resource::Resource},
    generate::generate,
    package::Folder,
};
use diesel::{prelude::*, sql_types::Text};
use support::empty;
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
        "1 = 1".to_owned()
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
