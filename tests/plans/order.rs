//! Lists in the order of the document are not sorted.

use super::{explained::Step, support::empty};
use aciqplan::{
    database::{AnyConnection, RESOURCES, resource::Resource},
    generate::generate,
    package::Folder,
};
use diesel::prelude::*;
use tempfile::TempDir;

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
