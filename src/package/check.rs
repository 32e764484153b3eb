//! Checks a package: each record by itself, then the records together.

use super::{
    Error, Files, Problem, alphabets,
    keys::{Ids, Repeated, Unique},
    read::{Package, Table, read},
    references::References,
    rows::Row,
    together::{Quotes, Sections, Withdrawals},
};
use crate::database::{AnyConnection, draft::Draft};
use diesel::QueryResult;
use std::{iter, mem, ops::DerefMut};

/// What was found in a package without a mistake.
#[derive(Debug)]
pub struct Found {
    pub records: usize,
    /// Damage and notices.
    pub problems: Vec<Problem>,
}

/// How many records a package has, and what is damaged or likely wrong; everything that is wrong with it where
/// there is a mistake.
///
/// Records may refer to records of the register behind `connection`, where there is one.
pub fn check(files: &dyn Files, connection: Option<&mut AnyConnection>) -> Result<Found, Error> {
    Ok(checked(files, connection)?.found)
}

/// A package without a mistake.
pub struct Checked {
    pub package: Package,
    pub found: Found,
    pub withdrawals: Withdrawals,
}

/// Reads the package once, row by row, and more of it only where something has to be looked up.
pub fn checked(
    files: &dyn Files,
    connection: Option<&mut AnyConnection>,
) -> Result<Checked, Error> {
    let mut problems = Vec::new();
    let package = read(files, &mut problems);
    let mut together = Together::default();
    for table in &package.tables {
        match together_checked(table, files, &mut together) {
            Ok(records) => problems.extend(records.filter_map(Result::err).flatten()),
            Err(found) => problems.extend(found),
        }
    }
    let records = together.records;
    problems.append(&mut together.noted);
    let withdrawals = together.finish(&package, files, (connection, false), &mut problems)?;
    problems.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
    if problems.iter().any(Problem::is_error) {
        return Err(Error::Problems(problems));
    }
    Ok(Checked {
        package,
        found: Found { records, problems },
        withdrawals,
    })
}

/// What has to be known of all records to look at them together.
#[derive(Default)]
pub struct Together {
    ids: Ids,
    records: usize,
    references: References,
    sections: Sections,
    quotes: Quotes,
    withdrawals: Withdrawals,
    /// Damage and notices in rows without a mistake.
    pub noted: Vec<Problem>,
}

impl Together {
    /// What is wrong with a row, by itself and beside those before.
    fn check(&mut self, table: &Table, row: &mut Row, unique: &mut [Unique]) -> Vec<Problem> {
        let (number, draft) = (row.number, &row.draft);
        if let Some(id) = draft.text("id") {
            self.ids.add(table.resource.name, id); // others may refer to a row with a mistake
        }
        if row.is_wrong() {
            return mem::take(&mut row.problems);
        }
        self.noted.append(&mut row.problems);
        self.noted.extend(alphabets::notices(table, number, draft));
        self.records += 1;
        for unique in unique {
            unique.add(draft);
        }
        self.references.add(table, number, draft, &self.ids);
        self.quotes.add(table, number, draft);
        self.withdrawals.add(table, number, draft);
        self.sections
            .check(table, number, draft)
            .into_iter()
            .collect()
    }

    /// What is wrong with a file as a whole, once all of its rows are known.
    fn check_whole(
        &mut self,
        table: &Table,
        files: &dyn Files,
        unique: Vec<Unique>,
    ) -> Vec<Problem> {
        let mut problems = self.sections.finish(table);
        let repeated: Vec<Repeated> = unique.into_iter().filter_map(Unique::repeated).collect();
        if !repeated.is_empty() {
            refuse_repeated(repeated, table, files, &mut problems);
        }
        problems
    }

    /// What is wrong with the files beside each other, once all are known. With the register it is said
    /// whether that has the package already.
    pub fn finish(
        self,
        package: &Package,
        files: &dyn Files,
        (mut connection, is_written): (Option<&mut AnyConnection>, bool),
        problems: &mut Vec<Problem>,
    ) -> QueryResult<Withdrawals> {
        let (ids, connection) = (&self.ids, &mut connection);
        let references = self.references;
        references.finish(package, files, ids, connection.as_deref_mut(), problems)?;
        let quotes = self.quotes;
        let register = (connection.as_deref_mut(), is_written);
        quotes.finish(package, files, register, problems)?;
        let withdrawals = self.withdrawals;
        withdrawals.check(ids, connection.as_deref_mut(), problems)?;
        Ok(withdrawals)
    }
}

/// The records of a file, each looked at beside those before; behind the last what is wrong with all.
pub fn together_checked<'c, T: DerefMut<Target = Together> + 'c>(
    table: &'c Table,
    files: &'c dyn Files,
    mut together: T,
) -> Result<impl Iterator<Item = Result<Draft, Vec<Problem>>> + 'c, Vec<Problem>> {
    let mut rows = table.rows(files)?;
    let mut unique = Unique::of(table.resource);
    Ok(iter::from_fn(move || match rows.next() {
        Some(mut row) => match together.check(table, &mut row, &mut unique) {
            problems if problems.iter().any(Problem::is_error) => Some(Err(problems)),
            mut problems => {
                together.noted.append(&mut problems);
                Some(Ok(row.draft))
            }
        },
        None => match together.check_whole(table, files, mem::take(&mut unique)) {
            problems if problems.is_empty() => None,
            problems => Some(Err(problems)),
        },
    }))
}

/// Reads a file again for what stands more than once.
fn refuse_repeated(
    mut repeated: Vec<Repeated>,
    table: &Table,
    files: &dyn Files,
    problems: &mut Vec<Problem>,
) {
    let rows = table.rows(files).into_iter().flatten();
    for row in rows.filter(|row| !row.is_wrong()) {
        for values in &mut repeated {
            let Some(first) = values.find(row.number, &row.draft) else {
                continue;
            };
            let reason = format!("stands in row {first} already and must be unique");
            let (columns, shown) = (values.columns.join(", "), values.shown(&row.draft));
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
