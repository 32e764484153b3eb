//! Loads a package into a register: all of it, or nothing.

use super::{
    Class, Error, Files, Problem,
    check::{Found, Together, checked, together_checked},
    read::{Package, Table, read},
    together::Withdrawals,
};
use crate::database::{
    AnyConnection, RESOURCES,
    condition::{Condition, Test, Value},
    draft::Draft,
    find,
    resource::Object,
    writer::{Counts, Writer, write},
};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

/// How to load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'l> {
    /// Whom the revisions name; the package's own name where there is none.
    pub author: Option<&'l str>,
    /// Whether damaged values are taken as they are.
    pub accept_damage: bool,
}

/// What a load did.
#[derive(Debug)]
pub struct Loaded {
    pub counts: Counts,
    /// Notices, and the damage that was accepted.
    pub problems: Vec<Problem>,
}

/// Writes what differs from the register and says how much that was.
///
/// `progress` is told how many more records are done.
pub fn load(
    files: &dyn Files,
    connection: &mut AnyConnection,
    options: &Options<'_>,
    progress: &dyn Fn(u64),
) -> Result<Loaded, Error> {
    let load = Load {
        files,
        options,
        progress,
    };
    let (problems, counts) = write(connection, |writer| {
        if writer.is_first() {
            return load.first(writer);
        }
        let checked = checked(files, Some(writer.connection))?;
        refuse_withdrawn(writer.connection, &checked.package, files)?;
        let problems = load.accepted(checked.found.problems)?;
        load.put(writer, &checked.package, |table| table.drafts(files))?;
        refuse_dangling(writer, &checked.withdrawals)?;
        Ok(problems)
    })?;
    Ok(Loaded { counts, problems })
}

/// A package on its way, and who is told how far it is.
struct Load<'l> {
    files: &'l dyn Files,
    options: &'l Options<'l>,
    progress: &'l dyn Fn(u64),
}

impl Load<'_> {
    /// The problems, where the package is taken with them.
    fn accepted(&self, problems: Vec<Problem>) -> Result<Vec<Problem>, Error> {
        let is_taken = |problem: &Problem| match problem.class {
            Class::Error => false,
            Class::Damage => self.options.accept_damage,
            Class::Notice => true,
        };
        if problems.iter().all(is_taken) {
            Ok(problems)
        } else {
            Err(Error::Problems(problems))
        }
    }

    /// Writes the package while it is checked: a register without records has no bearing on either.
    /// What is wrong undoes all of it, and then the package is read again to tell everything that is.
    fn first(&self, writer: &mut Writer<'_>) -> Result<Vec<Problem>, Error> {
        self.put_checking(writer).or_else(|error| {
            let Found { problems, .. } = checked(self.files, None)?.found;
            self.accepted(problems)?;
            Err(error)
        })
    }

    /// Nothing can refer to what is withdrawn, as that is checked too.
    fn put_checking(&self, writer: &mut Writer<'_>) -> Result<Vec<Problem>, Error> {
        let mut problems = Vec::new();
        let package = read(self.files, &mut problems);
        if !problems.iter().any(Problem::is_error) {
            let together = Mutex::new(Together::default());
            self.put(writer, &package, |table| {
                let together = together.lock().unwrap_or_else(PoisonError::into_inner);
                let records = together_checked(table, self.files, together);
                let records = records.map_err(Error::Problems)?;
                Ok(records.map(|record| record.map_err(Error::Problems)))
            })?;
            let together = together.into_inner();
            let mut together = together.unwrap_or_else(PoisonError::into_inner);
            problems.append(&mut together.noted);
            let register = (Some(&mut *writer.connection), true);
            together.finish(&package, self.files, register, &mut problems)?;
            problems.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
        }
        self.accepted(problems)
    }

    /// Writes the files of the package, by their records.
    fn put<'p, I: Iterator<Item = Result<Draft, Error>>>(
        &self,
        writer: &mut Writer<'_>,
        package: &'p Package,
        records: impl Fn(&'p Table) -> Result<I, Error> + Sync,
    ) -> Result<(), Error> {
        let name = package.properties.get("name").and_then(Json::as_str);
        let author = self.options.author.or(name).unwrap_or("load");
        author.clone_into(&mut writer.author);
        if !package.properties.is_empty() {
            writer.put_descriptor(&package.properties)?; // a file by itself has none
        }
        for table in &package.tables {
            writer.put(table.resource, || records(table), self.progress)?;
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
