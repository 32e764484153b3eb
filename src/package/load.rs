//! Loads a package into a register: all of it, or nothing.

use super::{
    Error, Files, Problem,
    check::checked,
    read::{Package, Table},
};
use crate::database::{
    AnyConnection, RESOURCES,
    condition::{Condition, Test, Value},
    find,
    resource::Object,
    writer::{Counts, Writer, write},
};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};

/// How far a load is.
pub enum Progress {
    Total(u64),
    Done(u64),
}

/// Writes what differs from the register and says how much that was.
///
/// `author` is who the revisions name; the package's own name where there is none.
/// `progress` is told how many records there are, then how many more are done.
pub fn load(
    files: &dyn Files,
    connection: &mut AnyConnection,
    author: Option<&str>,
    progress: &dyn Fn(Progress),
) -> Result<Counts, Error> {
    let ((), counts) = write(connection, |writer| {
        let package = checked(files, Some(writer.connection))?;
        refuse_withdrawn(writer.connection, &package)?;
        let name = package.properties.get("name").and_then(Json::as_str);
        author
            .or(name)
            .unwrap_or("load")
            .clone_into(&mut writer.author);
        let total: usize = package.tables.iter().map(|table| table.records.len()).sum();
        progress(Progress::Total(total as u64));
        let withdrawn = withdrawals(&package);
        writer.put_descriptor(&package.properties)?;
        for table in package.tables {
            let records = table
                .records
                .into_iter()
                .map(|(_, record)| record)
                .collect();
            writer.put(table.resource, records, &|done| {
                progress(Progress::Done(done));
            })?;
        }
        refuse_dangling(writer, &withdrawn)
    })?;
    Ok(counts)
}

fn text<'r>(record: &'r Object, name: &str) -> &'r str {
    record.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// A withdrawn record does not come back under its old id.
fn refuse_withdrawn(connection: &mut AnyConnection, package: &Package) -> Result<(), Error> {
    let withdrawals = find("withdrawals").expect("withdrawals are a resource");
    let rows = withdrawals
        .store
        .list(connection, &withdrawals.all(Condition::default()))?;
    let mut withdrawn: HashMap<String, HashSet<String>> = HashMap::new();
    for row in rows.iter().map(|row| row.to_object()) {
        let ids = withdrawn
            .entry(text(&row, "resource").to_owned())
            .or_default();
        ids.insert(text(&row, "record_id").to_owned());
    }
    let mut problems = Vec::new();
    for table in &package.tables {
        let Some(ids) = withdrawn.get(table.resource.name) else {
            continue;
        };
        for (row, record) in &table.records {
            let id = text(record, "id");
            if ids.contains(id) {
                let reason =
                    "was withdrawn; a record that stands in its place needs an id of its own";
                problems.push(Problem::in_cell(&table.file, *row, "id", id, reason));
            }
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Problems(problems))
    }
}

/// A withdrawal of a package: its file and row, the resource and the id of the record.
type Withdrawn = (String, usize, String, String);

fn withdrawals(package: &Package) -> Vec<Withdrawn> {
    let tables = package
        .tables
        .iter()
        .filter(|table| table.resource.name == "withdrawals");
    let of = |table: &Table| {
        let withdrawn = |(row, record): &(usize, Object)| {
            let (resource, id) = (text(record, "resource"), text(record, "record_id"));
            (table.file.clone(), *row, resource.to_owned(), id.to_owned())
        };
        table.records.iter().map(withdrawn).collect::<Vec<_>>()
    };
    tables.flat_map(of).collect()
}

/// Nothing refers to a record that is withdrawn.
fn refuse_dangling(writer: &mut Writer<'_>, withdrawn: &[Withdrawn]) -> Result<(), Error> {
    let mut problems = Vec::new();
    for (file, row, resource, id) in withdrawn {
        for (name, column, count) in referring(writer.connection, resource, id)? {
            let reason = format!("{count} record(s) of {name} still refer to it in {column}");
            problems.push(Problem::in_cell(file, *row, "record_id", id, reason));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Problems(problems))
    }
}

fn referring(
    connection: &mut AnyConnection,
    resource: &str,
    id: &str,
) -> QueryResult<Vec<(&'static str, &'static str, i64)>> {
    let mut referring = Vec::new();
    for other in RESOURCES {
        for reference in other
            .references
            .iter()
            .filter(|reference| reference.resource == resource)
        {
            let test = Test::OneOf(vec![Value::Text(id.to_owned())]);
            let condition = Condition::column(reference.column, test);
            let count = other.store.count(connection, &condition)?;
            if count > 0 {
                referring.push((other.name, reference.column, count));
            }
        }
    }
    Ok(referring)
}
