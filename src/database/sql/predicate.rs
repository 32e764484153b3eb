//! Predicates: what must hold of one column, and the values that it is compared with.

use crate::{
    database::sql::writer::{SqlWriter, write_before_deadline},
    language,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    QueryResult,
    sql_types::{BigInt, Date, Text, Timestamp},
};
use std::mem;

/// A value to compare a column with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    Text(String),
    Integer(i64),
    Date(NaiveDate),
    Moment(NaiveDateTime),
}

/// How a column compares with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Less,
    AtMost,
    AtLeast,
    Greater,
}

/// What must hold of one column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    OneOf(Vec<Value>),
    /// None of the values; holds where there is no value too.
    NoneOf(Vec<Value>),
    /// The same, as what lies before, between and behind the values, which are in their order, and where
    /// there may be none.
    OutsideOf(Vec<Value>, bool),
    Compare(Comparison, Value),
    /// The folded text stands somewhere in the folded column.
    Contains(String),
    Prefix(String),
    Missing(bool),
    /// The same as `Contains` or `Prefix`, told of the different values in this column of a table.
    DistinctMatch(&'static str, &'static str, String),
    /// One of these sections or a section below them.
    Subtree(Vec<Value>),
}

impl Predicate {
    pub(crate) fn write_sql<'b>(
        &'b self,
        column: &str,
        mut out: SqlWriter<'_, 'b>,
    ) -> QueryResult<()> {
        match self {
            // PostgreSQL has no empty list
            Self::OneOf(values) | Self::Subtree(values) if values.is_empty() => {
                out.push_sql("1 = 0");
                Ok(())
            }
            Self::NoneOf(values) | Self::OutsideOf(values, _) if values.is_empty() => {
                out.push_sql("1 = 1");
                Ok(())
            }
            Self::OneOf(values) => {
                out.push_sql(column);
                out.push_sql(" IN ");
                write_values(values, out)
            }
            Self::NoneOf(values) => {
                for part in [column, " IS NULL OR ", column, " NOT IN "] {
                    out.push_sql(part);
                }
                write_values(values, out)
            }
            Self::OutsideOf(values, is_nullable) => {
                if *is_nullable {
                    out.push_sql(&format!("{column} IS NULL OR "));
                }
                write_outside_of(column, values, out)
            }
            Self::Compare(comparison, value) => {
                out.push_sql(column);
                out.push_sql(comparison.sql());
                value.write_sql(out)
            }
            Self::Contains(pattern) | Self::Prefix(pattern) => write_like(column, pattern, out),
            Self::DistinctMatch(table, listed, pattern) => {
                out.push_sql(&format!(
                    "{column} IN (WITH RECURSIVE listed(value) AS (SELECT MIN({listed}) FROM {table} UNION ALL \
                     SELECT (SELECT MIN({listed}) FROM {table} WHERE {listed} > listed.value) FROM listed \
                     WHERE listed.value IS NOT NULL) SELECT value FROM listed WHERE "
                ));
                write_before_deadline(&mut out);
                out.push_sql(" AND ");
                write_like("value", pattern, out.reborrow())?;
                out.push_sql(")");
                Ok(())
            }
            Self::Missing(missing) => {
                out.push_sql(column);
                out.push_sql(if *missing { " IS NULL" } else { " IS NOT NULL" });
                Ok(())
            }
            Self::Subtree(values) => {
                out.push_sql(column);
                out.push_sql(
                    " IN (WITH RECURSIVE within(id) AS (SELECT id FROM sections WHERE id IN ",
                );
                write_values(values, out.reborrow())?;
                out.push_sql(
                    " UNION SELECT sections.id FROM sections JOIN within ON sections.parent_id = \
                     within.id) SELECT id FROM within)",
                );
                Ok(())
            }
        }
    }

    /// How many bytes it holds beside itself.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::OneOf(values)
            | Self::NoneOf(values)
            | Self::OutsideOf(values, _)
            | Self::Subtree(values) => {
                let sizes = values.iter();
                let sizes = sizes.map(|value| mem::size_of::<Value>() + value.bytes());
                sizes.sum()
            }
            Self::Compare(_, value) => value.bytes(),
            Self::Contains(text) | Self::Prefix(text) | Self::DistinctMatch(_, _, text) => {
                text.len()
            }
            Self::Missing(_) => 0,
        }
    }

    pub fn contains(text: &str) -> Self {
        Self::Contains(format!("%{}%", escaped(text)))
    }

    pub fn prefix(text: &str) -> Self {
        Self::Prefix(format!("{}%", escaped(text)))
    }

    /// Whether it holds of one value, or of none.
    pub fn is_of_one(&self) -> bool {
        match self {
            Self::OneOf(values) => values.len() == 1,
            Self::Missing(missing) => *missing,
            _ => false,
        }
    }

    /// Whether it holds of no row that lacks a value.
    pub(crate) fn needs_value(&self) -> bool {
        !matches!(
            self,
            Self::NoneOf(_) | Self::OutsideOf(_, true) | Self::Missing(true)
        )
    }

    pub(crate) fn outside_of(mut values: Vec<Value>, is_nullable: bool) -> Self {
        values.sort();
        values.dedup();
        Self::OutsideOf(values, is_nullable)
    }
}

fn write_like<'b>(
    column: &str,
    pattern: &'b String,
    mut out: SqlWriter<'_, 'b>,
) -> QueryResult<()> {
    out.push_sql(&format!("fold({column}) LIKE "));
    out.push_bind_param::<Text, String>(pattern)?;
    out.push_sql(" ESCAPE '\\'");
    Ok(())
}

/// `a < 1 OR a > 1 AND a < 2 OR a > 2`: an index leads to each part.
fn write_outside_of<'b>(
    column: &str,
    values: &'b [Value],
    mut out: SqlWriter<'_, 'b>,
) -> QueryResult<()> {
    for value in values {
        out.push_sql(&format!("{column} < "));
        value.write_sql(out.reborrow())?;
        out.push_sql(&format!(" OR {column} > "));
        value.write_sql(out.reborrow())?;
        if value != &values[values.len() - 1] {
            out.push_sql(" AND ");
        }
    }
    Ok(())
}

/// The folded text, with what `LIKE` would take for a pattern taken literally.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for character in language::fold(text).chars() {
        if matches!(character, '\\' | '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

impl Comparison {
    /// Whether it holds of what is above a value.
    pub(crate) fn is_lower(self) -> bool {
        matches!(self, Self::AtLeast | Self::Greater)
    }

    pub(crate) fn holds(self, of: &Value, beside: &Value) -> bool {
        match self {
            Self::Less => of < beside,
            Self::AtMost => of <= beside,
            Self::AtLeast => of >= beside,
            Self::Greater => of > beside,
        }
    }

    /// Whether another comparison on the same side holds wherever this one does.
    pub(crate) fn is_within(self, value: &Value, other: Self, bound: &Value) -> bool {
        let is_strict = matches!(self, Self::Less | Self::Greater);
        other.holds(value, bound) || is_strict && value == bound
    }

    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Less => " < ",
            Self::AtMost => " <= ",
            Self::AtLeast => " >= ",
            Self::Greater => " > ",
        }
    }
}

impl Value {
    /// How many bytes it holds beside itself.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Integer(_) | Self::Date(_) | Self::Moment(_) => 0,
        }
    }

    pub(crate) fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        match self {
            Self::Text(text) => out.push_bind_param::<Text, String>(text),
            Self::Integer(integer) => out.push_bind_param::<BigInt, i64>(integer),
            Self::Date(date) => out.push_bind_param::<Date, NaiveDate>(date),
            Self::Moment(moment) => out.push_bind_param::<Timestamp, NaiveDateTime>(moment),
        }
    }
}

fn write_values<'b>(values: &'b [Value], mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
    // The last one fills up to a power of two: few texts of statements, each of which is kept prepared.
    let places = values.len().next_power_of_two();
    let filled = values.iter().chain(values.last().into_iter().cycle());
    out.push_sql("(");
    for (index, value) in filled.take(places).enumerate() {
        if index > 0 {
            out.push_sql(", ");
        }
        value.write_sql(out.reborrow())?;
    }
    out.push_sql(")");
    Ok(())
}
