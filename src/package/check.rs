//! Checks a package: each record by itself, then the records together.

use super::{
    Class, Error, Problem, Problems,
    dependents::Dependents,
    notices::{self, Notices},
    rows::Row,
    sequences::Sequences,
    taken,
};
use crate::{
    database::{AnyConnection, find, model::resource::Resource, sql::filter::Filter},
    language::confusables::named,
    package::{
        PackageSource,
        cross_checks::{Quotes, Sections, Withdrawals},
        cycles::Circles,
        descriptor::read,
        foreign_keys::References,
        key_hashes::{Ids, Repeated, Unique},
        mixed_script,
        table::{Package, Table},
    },
};

use diesel::QueryResult;
use serde_json::Value as Json;
use std::{
    collections::{HashMap, HashSet},
    mem,
};

/// What was found in a package without a mistake.
#[derive(Debug)]
pub struct Found {
    pub records: usize,
    /// Damage and notices.
    pub problems: Problems,
}

/// How many records a package has, and what is damaged or likely wrong; everything that is wrong with it where
/// there is a mistake.
///
/// Records may refer to records of the register behind `connection`, where there is one.
pub fn check(
    files: &dyn PackageSource,
    connection: Option<&mut AnyConnection>,
) -> Result<Found, Error> {
    Ok(checked(files, connection)?.found)
}

/// A package without a mistake.
pub struct Checked {
    pub package: Package,
    pub found: Found,
    pub ids: Ids,
}

/// Reads the package once, row by row, and more of it only where something has to be looked up.
pub fn checked(
    files: &dyn PackageSource,
    mut connection: Option<&mut AnyConnection>,
) -> Result<Checked, Error> {
    let mut problems = Vec::new();
    let package = read(files, &mut problems);
    let mut together = CrossChecks::default();
    together.problems.extend(problems);
    if let Some(connection) = connection.as_deref_mut() {
        together.withdrawn = withdrawn(connection)?;
    }
    for table in &package.tables {
        together.read(table, files);
    }
    let records = together.records;
    let (ids, problems) = together.finish(&package, files, connection)?;
    if problems.has(Class::Error) {
        return Err(Error::Problems(problems));
    }
    Ok(Checked {
        package,
        found: Found { records, problems },
        ids,
    })
}

/// The records that the register has no more, by their resources.
fn withdrawn(connection: &mut AnyConnection) -> QueryResult<HashMap<String, HashSet<String>>> {
    let mut withdrawn: HashMap<String, HashSet<String>> = HashMap::new();
    let Some(withdrawals) = find("withdrawals") else {
        return Ok(withdrawn);
    };
    let all = withdrawals.all(Filter::default());
    for row in withdrawals.store.list(connection, &all)? {
        let row = row.to_object();
        let text = |name: &str| row.get(name).and_then(Json::as_str).unwrap_or_default();
        let ids = withdrawn.entry(text("resource").to_owned()).or_default();
        ids.insert(text("record_id").to_owned());
    }
    Ok(withdrawn)
}

/// What has to be known of all records to look at them together.
#[derive(Default)]
struct CrossChecks {
    /// What is wrong so far.
    problems: Problems,
    ids: Ids,
    records: usize,
    references: References,
    sections: Sections,
    quotes: Quotes,
    circles: Vec<(&'static Resource, Circles)>,
    withdrawals: Withdrawals,
    notices: Notices,
    sequences: Sequences,
    /// What the register has no more.
    withdrawn: HashMap<String, HashSet<String>>,
    /// Resources whose file cannot be read, or not to its end.
    unread: Vec<&'static str>,
}

impl CrossChecks {
    /// Notes what is wrong with the rows of a file, each beside those before, and with all of them.
    fn read(&mut self, table: &Table, files: &dyn PackageSource) {
        let rows = match table.rows(files) {
            Ok(rows) => rows,
            Err(problems) => {
                self.problems.extend(problems);
                self.unread.push(table.resource.name);
                return;
            }
        };
        let mut unique = Unique::of(table.resource);
        let mut circles = Circles::of(table.resource);
        let mut is_torn = false;
        for mut row in rows {
            is_torn = row.is_torn;
            self.check(table, &mut row, &mut unique, &mut circles);
        }
        if is_torn {
            // the file was likely cut there, and nobody knows what stood behind
            self.unread.push(table.resource.name);
        }
        self.problems.extend(self.sections.finish(table));
        let repeated: Vec<Repeated> = unique.into_iter().filter_map(Unique::repeated).collect();
        if !repeated.is_empty() {
            refuse_repeated(repeated, table, files, &mut self.problems);
        }
        self.circles.push((table.resource, circles));
    }

    /// Notes what is wrong with a row, by itself and beside those before.
    fn check(
        &mut self,
        table: &Table,
        row: &mut Row,
        unique: &mut [Unique],
        circles: &mut Circles,
    ) {
        let name = table.resource.name;
        if let Some(id) = row.draft.text("id") {
            self.ids.add(name, id); // others may refer to a row with a mistake
            if self.withdrawn.get(name).is_some_and(|ids| ids.contains(id)) {
                let reason =
                    "was withdrawn; a record that stands in its place needs an id of its own";
                let problem = Problem::in_cell(&table.file, row.number, "id", id, reason);
                row.problems.push(problem);
            }
        }
        let mixed = mixed_script::notices(table, row.number, &row.draft);
        row.problems.extend(mixed);
        for unique in unique {
            unique.add(row);
        }
        self.references.add(table, row, &self.ids);
        self.quotes.add(table, row);
        self.withdrawals.add(table, row);
        circles.add(row, &self.ids);
        if let Some(problem) = self.sections.check(table, row) {
            row.problems.push(problem);
        }
        let likely = self.notices.check(table, row);
        row.problems.extend(likely);
        self.problems.extend(self.sequences.check(table, row));
        self.records += usize::from(!row.is_wrong());
        self.problems.extend(mem::take(&mut row.problems));
    }

    /// Notes what is wrong with the files beside each other, once all are known, and gives everything that is
    /// wrong.
    fn finish(
        mut self,
        package: &Package,
        files: &dyn PackageSource,
        mut connection: Option<&mut AnyConnection>,
    ) -> QueryResult<(Ids, Problems)> {
        let (ids, connection, problems) = (&self.ids, &mut connection, &mut self.problems);
        let known = (ids, &self.withdrawals, self.unread.as_slice());
        let register = connection.as_deref_mut();
        (self.references).finish((package, files), known, register, problems)?;
        if let Some(connection) = connection.as_deref_mut() {
            for table in &package.tables {
                taken::refuse(table, files, ids, connection, problems)?;
            }
        }
        for (resource, circles) in self.circles {
            let mut tables = package.tables.iter();
            if let Some(table) = tables.find(|table| table.resource.name == resource.name) {
                let register = connection.as_deref_mut();
                circles.finish(table, files, ids, register, problems)?;
            }
        }
        let register = connection.as_deref_mut();
        self.quotes.finish(package, files, register, problems)?;
        let register = connection.as_deref_mut();
        self.notices.finish(ids, register, problems)?;
        problems.extend(notices::of_package(package));
        if let Some(connection) = connection.as_deref_mut() {
            self.sections.look_up(connection, problems)?;
            let dependents = Dependents {
                package,
                files,
                ids,
                withdrawals: &self.withdrawals,
            };
            dependents.check(connection, problems)?;
        }
        let known = (ids, &self.withdrawn, self.unread.as_slice());
        (self.withdrawals).check(known, connection.as_deref_mut(), problems)?;
        Ok((self.ids, self.problems.sorted()))
    }
}

/// Reads a file again for what stands more than once.
fn refuse_repeated(
    mut repeated: Vec<Repeated>,
    table: &Table,
    files: &dyn PackageSource,
    problems: &mut Problems,
) {
    for row in table.rows(files).into_iter().flatten() {
        let mut told = Vec::new();
        for values in &mut repeated {
            let Some((first, is_same)) = values.find(&row) else {
                continue;
            };
            if told.contains(&first) {
                continue; // the whole row stands twice
            }
            told.push(first);
            let (columns, shown) = (values.columns.join(", "), values.shown(&row));
            let reason = if is_same {
                format!("stands in row {first} already and must be unique")
            } else {
                let named = named(&shown).map_or(String::new(), |named| format!(" ({named})"));
                format!("looks like the value of row {first} and must be unique{named}")
            };
            problems.push(Problem::in_cell(
                &table.file,
                row.number,
                &columns,
                &shown,
                reason,
            ));
        }
    }
}
