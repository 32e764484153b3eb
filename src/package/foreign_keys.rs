//! References: every id that a record names is one of a record.

use crate::{
    database::{
        AnyConnection, find,
        model::{resource::Resource, validation},
    },
    package::{
        PackageSource, Problem, Problems,
        cross_checks::Withdrawals,
        key_hashes::Ids,
        rows::Row,
        source::DESCRIPTOR,
        table::{Package, Table},
    },
};

use diesel::QueryResult;
use std::collections::{BTreeMap, HashMap};

/// How many ids go into one query.
const BATCH: usize = 500;
/// How many wrong ids get a hint what may have been meant, and among how many ids.
const HINTS: usize = 100;
const KNOWN: usize = 100_000;

/// References to records that were not read yet when they were met.
#[derive(Default)]
pub struct References {
    open: HashMap<(String, &'static str, &'static str), BTreeMap<String, Vec<usize>>>,
}

impl References {
    /// Notes those references of a record that lead to no record so far.
    pub fn add(&mut self, table: &Table, row: &Row, ids: &Ids) {
        for reference in table.resource.references {
            let Some(id) = row.text(reference.column) else {
                continue;
            };
            if !ids.contain(reference.resource, id) {
                let place = (table.file.clone(), reference.column, reference.resource);
                let rows = self.open.entry(place).or_default();
                rows.entry(id.to_owned()).or_default().push(row.number);
            }
        }
    }

    /// Tells which lead nowhere, neither in the package nor in the register. Where a file could not be read
    /// nothing is known of its records.
    pub fn finish(
        self,
        (package, files): (&Package, &dyn PackageSource),
        (ids, withdrawals, unread): (&Ids, &Withdrawals, &[&str]),
        mut connection: Option<&mut AnyConnection>,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        let (is_alone, mut are_missing) = (connection.is_none(), false);
        let mut open: Vec<_> = self.open.into_iter().collect();
        open.sort_by(|(a, _), (b, _)| a.cmp(b));
        for ((file, column, target), mut missing) in open {
            let Some(target) = find(target).filter(|_| !unread.contains(&target)) else {
                continue;
            };
            missing.retain(|id, _| !ids.contain(target.name, id));
            for (id, rows) in &missing {
                let Some(place) = withdrawals.place(target.name, id) else {
                    continue;
                };
                for row in rows {
                    let reason = format!("is withdrawn by {place}");
                    problems.push(Problem::in_cell(&file, *row, column, id, reason));
                }
            }
            missing.retain(|id, _| withdrawals.place(target.name, id).is_none());
            let named: Vec<&str> = missing.keys().map(String::as_str).collect();
            for id in existing(connection.as_deref_mut(), target, &named)? {
                missing.remove(&id);
            }
            let known = match missing.len() {
                0 => Vec::new(),
                _ => known(package, files, target),
            };
            are_missing |= !missing.is_empty();
            for (number, (id, rows)) in missing.iter().enumerate() {
                let known = if number < HINTS {
                    known.as_slice()
                } else {
                    &[]
                };
                let hint = validation::nearest_hint(id, known);
                for row in rows {
                    let reason = format!("is no id of {}{hint}", target.name);
                    problems.push(Problem::in_cell(&file, *row, column, id, reason));
                }
            }
        }
        if is_alone && are_missing {
            let hint = "refers to records that are not in the package; where a register has them, name it by --database";
            problems.push(Problem::in_file(DESCRIPTOR, hint).notice());
        }
        Ok(())
    }
}

/// Those of the ids that the register holds.
pub fn existing(
    connection: Option<&mut AnyConnection>,
    resource: &Resource,
    ids: &[&str],
) -> QueryResult<Vec<String>> {
    let mut existing = Vec::new();
    if let Some(connection) = connection {
        for ids in ids.chunks(BATCH) {
            let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
            existing.extend(resource.store.existing(connection, &ids)?);
        }
    }
    Ok(existing)
}

/// The ids of a file, read again.
fn known(package: &Package, files: &dyn PackageSource, resource: &Resource) -> Vec<String> {
    let mut tables = package.tables.iter();
    let table = tables.find(|table| table.resource.name == resource.name);
    let rows = table.and_then(|table| table.rows(files).ok());
    let ids = rows
        .into_iter()
        .flatten()
        .map(|row| row.draft.id().to_owned());
    ids.filter(|id| !id.is_empty()).take(KNOWN).collect()
}
