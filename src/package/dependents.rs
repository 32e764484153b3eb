//! Validation of dependents: records that stand in the register alone, and hang on what the package changes.
//!
//! `check` asks once all records of the package are known. What the package itself holds is looked at beside it.

use super::{Problem, Problems};
use crate::{
    database::{
        AnyConnection, find,
        model::{
            record::Record,
            resource::{Object, Resource},
        },
        query::by_keys::by_keys,
        sql::filter::Filter,
    },
    language::stands_in,
    package::{
        PackageSource,
        cross_checks::Withdrawals,
        key_hashes::Ids,
        table::{Package, Table},
    },
};

use diesel::QueryResult;
use std::collections::{BTreeMap, HashMap};

/// How many rows are looked up at once.
const BATCH: usize = 500;

/// What stays in a section, by its column.
const IN_SECTIONS: [(&str, &str); 2] = [("measures", "section_id"), ("sections", "parent_id")];

/// The records of the register that the package leaves as they are.
pub struct Dependents<'d> {
    pub package: &'d Package,
    pub files: &'d dyn PackageSource,
    pub ids: &'d Ids,
    pub withdrawals: &'d Withdrawals,
}

/// A row by its id: its number, and the value that others hang on.
type Batch = BTreeMap<String, (usize, String)>;

impl Dependents<'_> {
    /// Tells which of them a change in the package makes wrong.
    pub fn check(
        &self,
        connection: &mut AnyConnection,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        if let Some(table) = self.table("sections", connection)? {
            self.each_batch(table, "plan_id", |batch| {
                self.check_sections(table, &batch, connection, problems)
            })?;
        }
        if let Some(table) = self.table("status_entries", connection)? {
            self.each_batch(table, "statement", |batch| {
                self.check_quotes(table, &batch, connection, problems)
            })?;
        }
        Ok(())
    }

    /// The file of a resource, where the register has records of it.
    fn table(&self, name: &str, connection: &mut AnyConnection) -> QueryResult<Option<&Table>> {
        let mut tables = self.package.tables.iter();
        let Some(table) = tables.find(|table| table.resource.name == name) else {
            return Ok(None);
        };
        let held = table.resource.store.count(connection, &Filter::default())?;
        Ok((held > 0).then_some(table))
    }

    /// Gives away the sound rows of a file, some at once.
    fn each_batch(
        &self,
        table: &Table,
        column: &str,
        mut take: impl FnMut(Batch) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let mut batch = Batch::new();
        for row in table.rows(self.files).into_iter().flatten() {
            if let Some(id) = row.text("id").filter(|_| row.is_sound(column)) {
                let value = row.draft.text(column).unwrap_or_default().to_owned();
                batch.insert(id.to_owned(), (row.number, value));
            }
            if batch.len() == BATCH {
                take(std::mem::take(&mut batch))?;
            }
        }
        take(batch)
    }

    /// What stays in a section stays in its plan.
    fn check_sections(
        &self,
        table: &Table,
        batch: &Batch,
        connection: &mut AnyConnection,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        let mut moved = Vec::new();
        let ids = batch.keys().map(String::as_str);
        by_keys(connection, table.resource, "id", ids, |section| {
            let id = section.text("id");
            if batch
                .get(id)
                .is_some_and(|(_, plan)| plan != section.text("plan_id"))
            {
                moved.push(id.to_owned());
            }
        })?;
        for (name, column) in IN_SECTIONS {
            let mut left: BTreeMap<String, (usize, String)> = BTreeMap::new();
            self.each_left((name, column), &moved, connection, |record| {
                let section = record.text(column);
                let stays = |(_, plan): &(usize, String)| plan != record.text("plan_id");
                if batch.get(section).is_some_and(stays) {
                    let first = || (0, record.text("id").to_owned());
                    left.entry(section.to_owned()).or_insert_with(first).0 += 1;
                }
            })?;
            for (section, (count, first)) in left {
                let Some((row, plan)) = batch.get(&section) else {
                    continue;
                };
                let reason = format!(
                    "{count} record(s) of {name} in the register, such as `{first}`, stay in the section and in \
                     another plan: move them with it"
                );
                let told = Problem::in_cell(&table.file, *row, "plan_id", plan, reason);
                problems.push(told);
            }
        }
        Ok(())
    }

    /// A quote stands in the statement of its entry, or in that of the entry that this refers to.
    fn check_quotes(
        &self,
        table: &Table,
        batch: &Batch,
        connection: &mut AnyConnection,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        let name = (table.resource.name, "same_as");
        let ids: Vec<String> = batch.keys().cloned().collect();
        let mut lost: HashMap<String, String> = HashMap::new();
        self.each_left(name, &ids, connection, |entry| {
            let (quote, other) = (entry.text("quote"), entry.text("same_as"));
            let stands = |(_, statement): &(usize, String)| stands_in(quote, statement);
            let is_lost = batch.get(other).is_some_and(|row| !stands(row));
            if is_lost && !quote.is_empty() && !stands_in(quote, entry.text("statement")) {
                lost.insert(entry.text("id").to_owned(), other.to_owned());
            }
        })?;
        for (id, other) in lost {
            if let Some((row, statement)) = batch.get(&other) {
                let reason = format!(
                    "the quote of `{id}` in the register, whose same_as is this entry, stands in it no more: change \
                     that entry too"
                );
                problems.push(Problem::in_cell(
                    &table.file,
                    *row,
                    "statement",
                    statement,
                    reason,
                ));
            }
        }
        Ok(())
    }

    /// Gives away the records of the register that have one of the values, and that the package neither holds nor
    /// withdraws.
    fn each_left(
        &self,
        (name, column): (&'static str, &'static str),
        values: &[String],
        connection: &mut AnyConnection,
        mut take: impl FnMut(&Object),
    ) -> QueryResult<()> {
        let Some(resource) = find(name).filter(|_| !values.is_empty()) else {
            return Ok(());
        };
        for row in stored(connection, resource, column, values)? {
            let id = row.text("id");
            if !self.ids.contain(name, id) && self.withdrawals.place(name, id).is_none() {
                take(&row);
            }
        }
        Ok(())
    }
}

/// The records of the register that have one of the values in a column.
fn stored(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    column: &'static str,
    values: &[String],
) -> QueryResult<Vec<Object>> {
    let mut records = Vec::new();
    let values = values.iter().map(String::as_str);
    by_keys(connection, resource, column, values, |record| {
        records.push(record);
    })?;
    Ok(records)
}
