//! Checks a package: each record by itself, then the records together.

use super::{
    Error, Files, Problem,
    keys::{Ids, Repeated, Unique},
    read::{Package, Table, read},
    references::References,
    together::{Quotes, Sections, Withdrawals},
};
use crate::database::AnyConnection;

/// How many records a package has; everything that is wrong with it where something is.
///
/// Records may refer to records of the register behind `connection`, where there is one.
pub fn check(files: &dyn Files, connection: Option<&mut AnyConnection>) -> Result<usize, Error> {
    Ok(checked(files, connection)?.records)
}

/// A package that nothing is wrong with.
pub struct Checked {
    pub package: Package,
    pub records: usize,
    pub withdrawals: Withdrawals,
}

/// Reads the package once, row by row, and more of it only where something has to be looked up.
pub fn checked(
    files: &dyn Files,
    mut connection: Option<&mut AnyConnection>,
) -> Result<Checked, Error> {
    let mut problems = Vec::new();
    let package = read(files, &mut problems);
    let mut together = Together::default();
    for table in &package.tables {
        together.check(table, files, &mut problems);
    }
    let Together {
        ids,
        records,
        references,
        quotes,
        withdrawals,
        ..
    } = together;
    references.finish(
        &package,
        files,
        &ids,
        connection.as_deref_mut(),
        &mut problems,
    )?;
    quotes.finish(&package, files, connection.as_deref_mut(), &mut problems)?;
    withdrawals.check(&ids, connection, &mut problems)?;
    if problems.is_empty() {
        return Ok(Checked {
            package,
            records,
            withdrawals,
        });
    }
    problems.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
    Err(Error::Problems(problems))
}

/// What has to be known of all records to look at them together.
#[derive(Default)]
struct Together {
    ids: Ids,
    records: usize,
    references: References,
    sections: Sections,
    quotes: Quotes,
    withdrawals: Withdrawals,
}

impl Together {
    fn check(&mut self, table: &Table, files: &dyn Files, problems: &mut Vec<Problem>) {
        let rows = match table.rows(files) {
            Ok(rows) => rows,
            Err(found) => return problems.extend(found),
        };
        let resource = table.resource;
        let mut unique = Unique::of(resource);
        for row in rows {
            let (number, draft) = (row.number, row.draft);
            if let Some(id) = draft.text("id") {
                self.ids.add(resource.name, id); // others may refer to a row with a mistake
            }
            if !row.problems.is_empty() {
                problems.extend(row.problems);
                continue;
            }
            self.records += 1;
            for unique in &mut unique {
                unique.add(&draft);
            }
            self.references.add(table, number, &draft, &self.ids);
            problems.extend(self.sections.check(table, number, &draft));
            self.quotes.add(table, number, &draft);
            self.withdrawals.add(table, number, draft);
        }
        problems.extend(self.sections.finish(table));
        let repeated: Vec<Repeated> = unique.into_iter().filter_map(Unique::repeated).collect();
        if !repeated.is_empty() {
            refuse_repeated(repeated, table, files, problems);
        }
    }
}

/// Reads a file again for what stands more than once.
fn refuse_repeated(
    mut repeated: Vec<Repeated>,
    table: &Table,
    files: &dyn Files,
    problems: &mut Vec<Problem>,
) {
    let rows = table.rows(files).into_iter().flatten();
    for row in rows.filter(|row| row.problems.is_empty()) {
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
