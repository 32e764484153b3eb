//! The log of changes is never read as a whole for a page of it.

use super::explained::rows_counted;
use crate::support::{generated, generated_in_sqlite};
use aciqplan::database::{
    AnyConnection,
    model::enums::Action,
    write::revisions::{self, ChangeFilter},
};
use diesel::connection::SimpleConnection;
use std::sync::atomic::Ordering;

/// One change of a thousand is none of a record that was made.
const FEW_DIFFER: &str = "
    UPDATE revisions SET action = 'corrected' WHERE number % 1000 = 0;
    UPDATE revisions SET action = 'withdrawn' WHERE number % 1000 = 500";
const PAGE: i64 = 50;
/// As many rows as are on a page, and those of other resources between few.
const MOST: u64 = 60;

#[test]
fn a_page_of_changes_by_any_filter_reads_little_more_than_a_page() {
    let register = generated_in_sqlite(5000);
    let connection = &mut *register.database.connection().unwrap();
    connection.batch_execute(FEW_DIFFER).unwrap();
    let AnyConnection::Sqlite(sqlite) = connection else {
        panic!("the first register is SQLite's");
    };
    let rows = rows_counted(sqlite);
    let mut asked = |filter: &ChangeFilter, by: &str, backwards: bool| {
        rows.store(0, Ordering::Relaxed);
        let list = if backwards {
            revisions::newest
        } else {
            revisions::list
        };
        let changes = list(connection, filter, PAGE).unwrap();
        assert!(!changes.is_empty(), "{by}");
        let rows = rows.load(Ordering::Relaxed);
        assert!(rows <= MOST, "{by} reads {rows}");
    };
    for resource in [None, Some("sources"), Some("measures"), Some("assignments")] {
        for action in [None, Some(Action::Created), Some(Action::Corrected)] {
            for since in [0, 2000] {
                if resource == Some("sources") && (action == Some(Action::Corrected) || since > 0) {
                    continue; // there are none
                }
                let filter = ChangeFilter {
                    since,
                    resource: resource.map(str::to_owned),
                    action,
                    ..ChangeFilter::default()
                };
                let by = format!("{resource:?} {action:?} since {since}");
                asked(&filter, &by, false);
                asked(&filter, &format!("{by} backwards"), true);
            }
        }
    }
}

#[test]
fn changes_are_counted_by_action_as_they_are_listed() {
    for register in generated(60) {
        let connection = &mut *register.database.connection().unwrap();
        let differ = FEW_DIFFER.replace("1000", "10").replace("500", "5");
        connection.batch_execute(&differ).unwrap();
        for action in [Action::Created, Action::Corrected, Action::Withdrawn] {
            for resource in [None, Some("measures")] {
                let filter = ChangeFilter {
                    resource: resource.map(str::to_owned),
                    action: Some(action),
                    ..ChangeFilter::default()
                };
                let count = revisions::count(connection, &filter).unwrap();
                let listed = revisions::list(connection, &filter, i64::MAX).unwrap();
                assert!(listed.iter().all(|change| change.action == action));
                let length = i64::try_from(listed.len()).unwrap();
                assert!(length > 0 && count == length, "{count} of {length}");
            }
        }
    }
}
