//! Unique values that another record of the register holds: a lookup batch by batch. `check` asks once all ids of
//! the package are known, so that nothing is written that the database would refuse.

use super::{Problem, Problems, rows::Row};
use crate::{
    database::{
        AnyConnection,
        model::{new_record::Cell, resource::Object},
        sql::filter::{Filter, Predicate, Value},
    },
    package::{PackageSource, key_hashes::Ids, table::Table},
};

use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};

/// How many rows go into one query.
const BATCH: usize = 500;

/// Tells of each row what it has that a record beside the package holds: a record of the package gives up its
/// values when it is written.
pub fn refuse(
    table: &Table,
    files: &dyn PackageSource,
    ids: &Ids,
    connection: &mut AnyConnection,
    problems: &mut Problems,
) -> QueryResult<()> {
    let resource = table.resource;
    if resource.unique.is_empty() || resource.store.ids(connection, 1)?.is_empty() {
        return Ok(());
    }
    let mut rows = table.rows(files).into_iter().flatten();
    loop {
        let batch: Vec<Row> = rows.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        for columns in resource.unique {
            let wanted = Wanted::of(columns, &batch);
            for holder in wanted.holders(table, ids, connection)? {
                problems.extend(wanted.problems(table, &holder));
            }
        }
    }
}

/// The rows of a batch by their values in columns that must be unique together.
struct Wanted<'r> {
    columns: &'static [&'static str],
    rows: HashMap<Vec<Held>, Vec<&'r Row>>,
}

/// A value of a row, or of a record of the register.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Held {
    Text(String),
    Integer(i64),
}

impl<'r> Wanted<'r> {
    fn of(columns: &'static [&'static str], batch: &'r [Row]) -> Self {
        let mut rows: HashMap<Vec<Held>, Vec<&Row>> = HashMap::new();
        for row in batch {
            let values = columns.iter().map(|column| of_row(row, column));
            if let Some(values) = values.collect::<Option<_>>() {
                rows.entry(values).or_default().push(row);
            }
        }
        Self { columns, rows }
    }

    /// The records of the register that hold the values of a row; other records with some of them as well.
    fn holders(
        &self,
        table: &Table,
        ids: &Ids,
        connection: &mut AnyConnection,
    ) -> QueryResult<Vec<Object>> {
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut condition = Filter::default();
        for (place, column) in self.columns.iter().enumerate() {
            let values: HashSet<&Held> = self.rows.keys().map(|values| &values[place]).collect();
            let values = values.into_iter().map(|value| match value {
                Held::Text(text) => Value::Text(text.clone()),
                Held::Integer(integer) => Value::Integer(*integer),
            });
            condition.add(column, Predicate::OneOf(values.collect()));
        }
        let resource = table.resource;
        let rows = resource.store.list(connection, &resource.all(condition))?;
        let beside = |row: &Object| !ids.contain(resource.name, id(row));
        Ok(rows
            .iter()
            .map(|row| row.to_object())
            .filter(beside)
            .collect())
    }

    fn problems(&self, table: &Table, holder: &Object) -> Vec<Problem> {
        let values = self.columns.iter().map(|column| of_record(holder, column));
        let values: Option<Vec<Held>> = values.collect();
        let rows = values.as_ref().and_then(|values| self.rows.get(values));
        let problem = |row: &&Row| {
            let shown: Vec<String> = values.iter().flatten().map(Held::shown).collect();
            let (columns, shown) = (self.columns.join(", "), shown.join(", "));
            let reason = format!(
                "must be unique, and `{}` of the register has the same",
                id(holder)
            );
            Problem::in_cell(&table.file, row.number, &columns, &shown, reason)
        };
        rows.into_iter().flatten().map(problem).collect()
    }
}

impl Held {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Integer(integer) => integer.to_string(),
        }
    }
}

/// `None` where there is no value, which is like no other, or a wrong one.
fn of_row(row: &Row, column: &str) -> Option<Held> {
    match row.draft.cell(column) {
        _ if !row.is_sound(column) => None,
        Cell::Text(text) => Some(Held::Text(text.clone())),
        Cell::Integer(integer) => Some(Held::Integer(*integer)),
        Cell::Nothing | Cell::List(_) => None,
    }
}

fn of_record(record: &Object, column: &str) -> Option<Held> {
    match record.get(column)? {
        Json::String(text) => Some(Held::Text(text.clone())),
        value => value.as_i64().map(Held::Integer),
    }
}

fn id(record: &Object) -> &str {
    record.get("id").and_then(Json::as_str).unwrap_or_default()
}
