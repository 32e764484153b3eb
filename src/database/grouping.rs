//! Counts of records by what they have in common.

use super::{
    AnyConnection,
    condition::{Condition, Through},
    deadline,
    pass::{Pass, fragment},
    resource::Resource,
};
use diesel::{
    prelude::*,
    query_builder::{Query, QueryId},
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

impl Dimension {
    /// The column with its table.
    fn name(&self, table: &str) -> String {
        match self.through {
            Some(_) => self.column.to_owned(),
            None => format!("{table}.{}", self.column),
        }
    }
}

/// The values that a group has in common, and how many records it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    pub values: Vec<Option<String>>,
    pub count: i64,
}

/// The groups of the records that meet the condition, in the order of the texts of their values.
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
    let mut groups: Vec<Group> = rows.into_iter().map(group).collect();
    groups.sort(); // the same on both databases, whatever the order that counts are shown in
    Ok(groups)
}

struct Groups<'q> {
    table: &'static str,
    condition: &'q Condition,
    dimensions: &'q [Dimension],
}

impl Groups<'_> {
    /// The columns, each once.
    fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        for column in self.dimensions.iter().map(|own| own.name(self.table)) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// The columns of the table itself, with those that the joins begin at, each once.
    fn own_columns(&self, joins: &[&'static Through]) -> Vec<&'static str> {
        let own = self.dimensions.iter().filter(|own| own.through.is_none());
        let own = own.map(|dimension| dimension.column);
        let mut columns: Vec<&str> = own.chain(joins.iter().map(|join| join.column)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The values in one text.
    fn key(&self) -> String {
        let value = |dimension: &Dimension| {
            let column = dimension.name(self.table);
            format!("COALESCE(CAST({column} AS TEXT), '{NOTHING}')")
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

impl Groups<'_> {
    fn walk<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        let (table, key, by) = (self.table, self.key(), self.columns().join(", "));
        let joins = self.joins();
        if joins.is_empty() {
            out.push_sql(&format!("SELECT {key}, COUNT(*) FROM {table} WHERE "));
            self.condition.walk(out.reborrow())?;
            out.push_sql(&format!(" GROUP BY {by}"));
            return Ok(());
        }
        if joins
            .iter()
            .all(|join| join.leads_to_one() && !is_joined(join))
        {
            // few rows are left to follow where they are counted first
            let own = self.own_columns(&joins).join(", ");
            out.push_sql(&format!(
                "SELECT {key}, CAST(SUM(records) AS BIGINT) FROM \
                 (SELECT {own}, COUNT(*) AS records FROM {table} WHERE "
            ));
            self.condition.walk(out.reborrow())?;
            out.push_sql(&format!(" GROUP BY {own}) AS {table}"));
        } else {
            let distinct = if joins.iter().all(|join| join.leads_to_one()) {
                "*".to_owned()
            } else {
                format!("DISTINCT {table}.id")
            };
            out.push_sql(&format!(
                "SELECT {key}, COUNT({distinct}) FROM (SELECT * FROM {table} WHERE "
            ));
            self.condition.walk(out.reborrow())?;
            out.push_sql(&format!(") AS {table}"));
        }
        for join in joins {
            // PostgreSQL takes no parentheses around a single table.
            let tables = if is_joined(join) {
                format!("({})", join.tables)
            } else {
                join.tables.to_owned()
            };
            let (key, column) = (join.key, join.column);
            out.push_sql(&format!(" JOIN {tables} ON {key} = {table}.{column}"));
        }
        out.push_sql(" WHERE ");
        deadline::walk_in_time(&mut out);
        out.push_sql(&format!(" GROUP BY {by}"));
        Ok(())
    }
}

fragment!(Groups<'_>);

/// Whether a way leads over several tables.
fn is_joined(through: &Through) -> bool {
    through.tables.contains(" JOIN ")
}

impl QueryId for Groups<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Groups<'_> {
    type SqlType = (Text, BigInt);
}

impl<C> RunQueryDsl<C> for Groups<'_> {}
