//! Loads a package into a register: all of it, or nothing.

use super::{
    Error, Files, Problem,
    check::checked,
    read::{Package, read},
    together::Withdrawals,
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
use std::{
    collections::{HashMap, HashSet},
    panic::resume_unwind,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

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
        let load = Load { files, author };
        if writer.is_first() {
            return load.first(writer, progress);
        }
        let checked = checked(files, Some(writer.connection))?;
        refuse_withdrawn(writer.connection, &checked.package, files)?;
        progress(Progress::Total(checked.records as u64));
        let done = |done| progress(Progress::Done(done));
        load.put(writer, &checked.package, &AtomicBool::new(false), &done)?;
        refuse_dangling(writer, &checked.withdrawals)
    })?;
    Ok(counts)
}

/// A package on its way, and who the revisions name.
struct Load<'l> {
    files: &'l dyn Files,
    author: Option<&'l str>,
}

impl Load<'_> {
    /// Writes the package while it is checked: a register without records has no bearing on either.
    /// What is wrong undoes all of it. Nothing can refer to what is withdrawn, as that is checked too.
    fn first(&self, writer: &mut Writer<'_>, progress: &dyn Fn(Progress)) -> Result<(), Error> {
        let mut problems = Vec::new();
        let package = read(self.files, &mut problems);
        if !problems.is_empty() {
            return checked(self.files, None).map(drop); // which tells what is wrong with the files too
        }
        let is_wrong = AtomicBool::new(false);
        let (counted, count) = mpsc::channel();
        thread::scope(|scope| {
            let (files, is_wrong) = (self.files, &is_wrong);
            let check = scope.spawn(move || {
                let checked = checked(files, None);
                match &checked {
                    Ok(checked) => drop(counted.send(checked.records as u64)),
                    Err(_) => is_wrong.store(true, Ordering::Relaxed),
                }
                checked.map(drop)
            });
            let done = |done| {
                if let Ok(total) = count.try_recv() {
                    progress(Progress::Total(total));
                }
                progress(Progress::Done(done));
            };
            let written = self.put(writer, &package, is_wrong, &done);
            let checked = check.join().unwrap_or_else(|panic| resume_unwind(panic));
            checked.and(written)
        })
    }

    /// Writes the files of the package, until something is wrong with it.
    fn put(
        &self,
        writer: &mut Writer<'_>,
        package: &Package,
        is_wrong: &AtomicBool,
        done: &dyn Fn(u64),
    ) -> Result<(), Error> {
        let name = package.properties.get("name").and_then(Json::as_str);
        let author = self.author.or(name).unwrap_or("load");
        author.clone_into(&mut writer.author);
        writer.put_descriptor(&package.properties)?;
        for table in &package.tables {
            let read = || {
                let drafts = table.drafts(self.files)?;
                Ok(drafts.take_while(|_| !is_wrong.load(Ordering::Relaxed)))
            };
            writer.put(table.resource, read, done)?;
        }
        Ok(())
    }
}

fn text<'r>(record: &'r Object, name: &str) -> &'r str {
    record.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// A withdrawn record does not come back under its old id.
fn refuse_withdrawn(
    connection: &mut AnyConnection,
    package: &Package,
    files: &dyn Files,
) -> Result<(), Error> {
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
        for row in table.rows(files).map_err(Error::Problems)? {
            let id = row.draft.id();
            if ids.contains(id) {
                let reason =
                    "was withdrawn; a record that stands in its place needs an id of its own";
                problems.push(Problem::in_cell(&table.file, row.number, "id", id, reason));
            }
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Problems(problems))
    }
}

/// Nothing refers to a record that is withdrawn.
fn refuse_dangling(writer: &mut Writer<'_>, withdrawals: &Withdrawals) -> Result<(), Error> {
    let mut problems = Vec::new();
    for (file, row, withdrawal) in &withdrawals.0 {
        let text = |name: &str| withdrawal.text(name).unwrap_or_default();
        let (resource, id) = (text("resource"), text("record_id"));
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
