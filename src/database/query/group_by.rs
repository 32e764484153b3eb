//! GROUP BY: counts of records by what they have in common. Facets and statistics ask it.

use crate::database::{
    AnyConnection,
    model::resource::Resource,
    schema::sections,
    sql::{
        filter::{Filter, JoinPath},
        writer::{SqlWriter, fragment, write_before_deadline},
    },
};
use diesel::{
    prelude::*,
    query_builder::{Query, QueryId},
    sql_types::{BigInt, Text},
};
use std::collections::BTreeSet;

/// Separates the values of a group; no text holds it.
const SEPARATOR: char = '\u{1f}';
/// Stands for no value.
const NOTHING: &str = "\u{1e}";

/// What records are grouped by: a column, or one of rows that lead there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimension {
    pub column: &'static str,
    pub through: Option<&'static JoinPath>,
    /// Whether the values are sections that count with those below them.
    pub within: bool,
}

impl Dimension {
    /// A column of the records themselves.
    pub const fn own(column: &'static str) -> Self {
        Self {
            column,
            through: None,
            within: false,
        }
    }

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

/// The groups of the records that meet the condition, in the order of the texts of their values. As many
/// records are in a group as meet its values too: what the condition asks of rows that a dimension leads to
/// holds of the same rows. Without a value there are those records that have none.
///
/// A section has a group where records are in the section itself; those in its subsections count there too.
///
/// `None` where there are more than `most`: no more than those are read to know it.
pub fn groups(
    connection: &mut AnyConnection,
    resource: &Resource,
    condition: &Filter,
    dimensions: &[Dimension],
    most: usize,
) -> QueryResult<Option<Vec<Group>>> {
    let mut query = Groups {
        table: resource.name,
        condition,
        dimensions,
        lineage: false,
        most,
    };
    let groups = query.read(connection)?;
    if groups.len() > most {
        return Ok(None);
    }
    let Some(at) = dimensions.iter().position(|dimension| dimension.within) else {
        return Ok(Some(groups));
    };
    let own: BTreeSet<Option<String>> = groups
        .iter()
        .map(|group| group.values[at].clone())
        .collect();
    let parents = sections::table.select(sections::parent_id).distinct();
    let parents: Vec<Option<String>> = parents.load(connection)?;
    if !parents
        .iter()
        .any(|parent| parent.is_some() && own.contains(parent))
    {
        return Ok(Some(groups));
    }
    query.lineage = true;
    query.most = usize::MAX; // no more than those, each under the sections above it
    let mut groups = query.read(connection)?;
    groups.retain(|group| own.contains(&group.values[at]));
    Ok((groups.len() <= most).then_some(groups))
}

/// Each section, and the sections that it is in: itself and those above it.
const LINEAGE: &str = "WITH RECURSIVE lineage(section_id, within_id) AS (SELECT id, id FROM sections UNION \
    SELECT lineage.section_id, sections.parent_id FROM lineage JOIN sections ON sections.id = lineage.within_id \
    WHERE sections.parent_id IS NOT NULL) ";

#[derive(Clone, Copy)]
struct Groups<'q> {
    table: &'static str,
    condition: &'q Filter,
    dimensions: &'q [Dimension],
    /// Whether sections count for those that they are in.
    lineage: bool,
    /// How many groups are wanted; one more is read, to know whether there are more.
    most: usize,
}

impl Groups<'_> {
    fn read(self, connection: &mut AnyConnection) -> QueryResult<Vec<Group>> {
        let rows: Vec<(String, i64)> = self.load(connection)?;
        let value = |text: &str| (text != NOTHING).then(|| text.to_owned());
        let group = |(key, count): (String, i64)| Group {
            values: key.split(SEPARATOR).map(value).collect(),
            count,
        };
        let mut groups: Vec<Group> = rows.into_iter().map(group).collect();
        groups.sort(); // the same on both databases, whatever the order that counts are shown in
        Ok(groups)
    }

    /// The column that a dimension groups by.
    fn name(&self, dimension: &Dimension) -> String {
        if self.lineage && dimension.within {
            return "lineage.within_id".to_owned();
        }
        dimension.name(self.table)
    }

    /// The columns, each once.
    fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        for column in self.dimensions.iter().map(|own| self.name(own)) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// The columns of the table itself, with those that the joins begin at, each once.
    fn input_columns(&self, joins: &[&'static JoinPath]) -> Vec<&'static str> {
        let own = self.dimensions.iter().filter(|own| own.through.is_none());
        let own = own.map(|dimension| dimension.column);
        let mut columns: Vec<&str> = own.chain(joins.iter().map(|join| join.column)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn limit(&self) -> String {
        match i64::try_from(self.most) {
            Ok(most) if most < i64::MAX => format!(" LIMIT {}", most + 1),
            _ => String::new(),
        }
    }

    /// The values in one text.
    fn key(&self) -> String {
        let value = |dimension: &Dimension| {
            let column = self.name(dimension);
            format!("COALESCE(CAST({column} AS TEXT), '{NOTHING}')")
        };
        let values: Vec<String> = self.dimensions.iter().map(value).collect();
        values.join(&format!(" || '{SEPARATOR}' || "))
    }

    fn joins(&self) -> Vec<&'static JoinPath> {
        let mut joins: Vec<&JoinPath> = Vec::new();
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
    fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        let (table, key, by) = (self.table, self.key(), self.columns().join(", "));
        let joins = self.joins();
        if self.lineage {
            out.push_sql(LINEAGE);
        } else if joins.is_empty() {
            out.push_sql(&format!("SELECT {key}, COUNT(*) FROM {table} WHERE "));
            self.condition.write_sql(out.reborrow())?;
            out.push_sql(&format!(" GROUP BY {by}{}", self.limit()));
            return Ok(());
        }
        if joins
            .iter()
            .all(|join| join.leads_to_one() && !is_joined(join))
        {
            // few rows are left to follow where they are counted first
            let own = self.input_columns(&joins).join(", ");
            out.push_sql(&format!(
                "SELECT {key}, CAST(SUM(records) AS BIGINT) FROM \
                 (SELECT {own}, COUNT(*) AS records FROM {table} WHERE "
            ));
            self.condition.write_sql(out.reborrow())?;
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
            self.condition.write_sql(out.reborrow())?;
            out.push_sql(&format!(") AS {table}"));
        }
        for join in joins {
            self.write_join(join, out.reborrow())?;
        }
        if self.lineage {
            for section in self.dimensions.iter().filter(|own| own.within) {
                let column = section.name(table);
                out.push_sql(&format!(
                    " LEFT JOIN lineage ON lineage.section_id = {column}"
                ));
            }
        }
        out.push_sql(" WHERE ");
        write_before_deadline(&mut out);
        out.push_sql(&format!(" GROUP BY {by}{}", self.limit()));
        Ok(())
    }

    /// The rows that a way leads to. Where that may be several, they are those that the condition asks for and that have
    /// a value; a record that has no such row stays, without a value.
    fn write_join<'b>(&'b self, join: &JoinPath, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        // PostgreSQL takes no parentheses around a single table.
        let tables = if is_joined(join) {
            format!("({})", join.tables)
        } else {
            join.tables.to_owned()
        };
        let on = format!(
            "JOIN {tables} ON {} = {}.{}",
            join.key, self.table, join.column
        );
        if join.leads_to_one() {
            out.push_sql(&format!(" {on}"));
            return Ok(());
        }
        let led = self
            .dimensions
            .iter()
            .filter(|own| own.through == Some(join));
        let has_value = led.map(|own| format!("{} IS NOT NULL", own.column));
        let has_value: Vec<String> = has_value.collect();
        out.push_sql(&format!(" LEFT {on} AND ({})", has_value.join(" OR ")));
        for (column, test) in self.condition.along(join) {
            out.push_sql(" AND (");
            test.write_sql(column, out.reborrow())?;
            out.push_sql(")");
        }
        Ok(())
    }
}

fragment!(Groups<'_>);

/// Whether a way leads over several tables.
fn is_joined(through: &JoinPath) -> bool {
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
