//! Counts of records by what they have in common.

use super::{
    AnyConnection,
    condition::{Condition, Through},
    connection::MultiBackend,
    resource::Resource,
};
use diesel::{
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Text},
};

/// Separates the values of a group; no text holds it.
const SEPARATOR: char = '\u{1f}';
/// Stands for no value.
const NOTHING: &str = "\u{1e}";

/// What records are grouped by: a column, or one of rows that lead there.
#[derive(Clone, Copy, Debug)]
pub struct Dimension {
    pub column: &'static str,
    pub through: Option<&'static Through>,
}

/// The values that a group has in common, and how many records it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub values: Vec<Option<String>>,
    pub count: i64,
}

/// The groups of the records that meet the condition, in no order.
pub fn groups(
    connection: &mut AnyConnection,
    resource: &Resource,
    condition: &Condition,
    dimensions: &[Dimension],
) -> QueryResult<Vec<Group>> {
    let query = Groups {
        table: resource.name,
        condition,
        dimensions,
    };
    let rows: Vec<(String, i64)> = query.load(connection)?;
    let value = |text: &str| (text != NOTHING).then(|| text.to_owned());
    let group = |(key, count): (String, i64)| Group {
        values: key.split(SEPARATOR).map(value).collect(),
        count,
    };
    Ok(rows.into_iter().map(group).collect())
}

struct Groups<'q> {
    table: &'static str,
    condition: &'q Condition,
    dimensions: &'q [Dimension],
}

impl Groups<'_> {
    /// The values in one text.
    fn key(&self) -> String {
        let value = |dimension: &Dimension| {
            let table = if dimension.through.is_some() {
                ""
            } else {
                self.table
            };
            let dot = if table.is_empty() { "" } else { "." };
            format!(
                "COALESCE(CAST({table}{dot}{} AS TEXT), '{NOTHING}')",
                dimension.column
            )
        };
        let values: Vec<String> = self.dimensions.iter().map(value).collect();
        values.join(&format!(" || '{SEPARATOR}' || "))
    }

    fn joins(&self) -> Vec<&'static Through> {
        let mut joins: Vec<&Through> = Vec::new();
        for through in self
            .dimensions
            .iter()
            .filter_map(|dimension| dimension.through)
        {
            if !joins.contains(&through) {
                joins.push(through);
            }
        }
        joins
    }
}

impl QueryFragment<MultiBackend> for Groups<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let (table, key) = (self.table, self.key());
        let joins = self.joins();
        if joins.is_empty() {
            // each record is one row: nothing to tell apart, and no ids to look up
            out.push_sql(&format!("SELECT {key}, COUNT(*) FROM {table} WHERE "));
            self.condition.walk_ast(out.reborrow())?;
            out.push_sql(&format!(" GROUP BY {key}"));
            return Ok(());
        }
        out.push_sql(&format!(
            "SELECT {key}, COUNT(DISTINCT {table}.id) FROM {table}"
        ));
        for join in joins {
            // PostgreSQL takes no parentheses around a single table.
            let tables = if join.tables.contains(" JOIN ") {
                format!("({})", join.tables)
            } else {
                join.tables.to_owned()
            };
            let (key, column) = (join.key, join.column);
            out.push_sql(&format!(" JOIN {tables} ON {key} = {table}.{column}"));
        }
        out.push_sql(&format!(
            " WHERE {table}.id IN (SELECT id FROM {table} WHERE "
        ));
        self.condition.walk_ast(out.reborrow())?;
        out.push_sql(&format!(") GROUP BY {key}"));
        Ok(())
    }
}

impl QueryId for Groups<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Groups<'_> {
    type SqlType = (Text, BigInt);
}

impl<C> RunQueryDsl<C> for Groups<'_> {}
