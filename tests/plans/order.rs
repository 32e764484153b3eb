//! Lists are not sorted: an index has their rows in order.

use super::{
    explained::{Step, asked, plan},
    support::empty,
};
use aciqplan::{
    database::{
        AnyConnection, RESOURCES, find,
        resource::{Query, Resource},
    },
    generate::generate,
    package::Folder,
};
use diesel::{connection::SimpleConnection, prelude::*};
use tempfile::TempDir;

/// Lists that are long, and the orders that are asked for most besides the document's: downwards or not.
const OFTEN: [(&str, &str, bool); 9] = [
    ("measures", "title", false),
    ("measures", "number", false),
    ("measures", "divergence", true),
    ("measures", "last_status_year", true),
    ("measures", "updated_at", true),
    ("assignments", "updated_at", true),
    ("status_entries", "year", true),
    ("status_entries", "published_on", true),
    ("status_entries", "updated_at", true),
];

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

#[test]
fn no_long_list_is_sorted_for_the_orders_that_are_asked_for_most() {
    let folder = TempDir::new().unwrap();
    generate(5000, 1, folder.path()).unwrap();
    for register in empty() {
        register.load(&Folder::new(folder.path())).unwrap();
        let mut connection = register.database.connection().unwrap();
        if let AnyConnection::Postgres(postgres) = &mut *connection {
            postgres.batch_execute("ANALYZE").unwrap();
        }
        for (name, column, descending) in OFTEN {
            let resource = find(name).unwrap();
            let query = Query {
                limit: 51,
                ..resource.ordered(resource.sort_keys(&[(column, descending)]))
            };
            let sql = asked(&mut connection, |connection| {
                drop(resource.store.list(connection, &query).unwrap());
            });
            let lines = plan(&mut connection, &sql, &["51".to_owned(), "0".to_owned()]);
            let is_sorted = |line: &String| line.contains("TEMP B-TREE") || line.contains("Sort");
            let (of, lines) = (&register.name, lines.iter());
            let sorted: Vec<&String> = lines.filter(|line| is_sorted(line)).collect();
            assert!(sorted.is_empty(), "{of}: {name} by {column}: {sorted:#?}");
        }
    }
}
