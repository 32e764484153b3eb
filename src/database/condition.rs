//! Which rows, and in which order: SQL whose columns are known only when a request is read.
//!
//! Names come from the tables of resources, never from a request; values are always bound.

use super::{
    bounds::{Bound, walk_beyond},
    deadline,
    pass::{Pass, fragment},
    search::Matches,
};
use crate::language;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::QueryId,
    sql_types::{BigInt, Bool, Date, Text, Timestamp, Untyped},
};

/// A value to compare a column with.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Integer(i64),
    Date(NaiveDate),
    Moment(NaiveDateTime),
}

/// How a column compares with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    AtMost,
    AtLeast,
    Greater,
}

/// What must hold of one column.
#[derive(Clone, Debug)]
pub enum Test {
    OneOf(Vec<Value>),
    /// None of the values; holds where there is no value too.
    NoneOf(Vec<Value>),
    Compare(Comparison, Value),
    /// The folded text stands somewhere in the folded column.
    Contains(String),
    Prefix(String),
    Missing(bool),
    /// One of these sections or a section below them.
    Within(Vec<Value>),
}

#[derive(Clone, Debug)]
enum Clause {
    Column(&'static str, Test),
    Through(&'static Through, Vec<(&'static str, Test)>),
    Beyond(Vec<Bound>),
    Search(Matches),
}

/// The way from a table to rows of others that belong to it.
#[derive(Debug, PartialEq, Eq)]
pub struct Through {
    /// The column of the table itself.
    pub column: &'static str,
    /// The other tables, joined.
    pub tables: &'static str,
    /// The column there that equals `column`.
    pub key: &'static str,
}

/// One column of an order. Rows without a value come last, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub column: &'static str,
    pub descending: bool,
    pub nullable: bool,
}

/// What must hold of a row: all of its clauses. One without clauses holds of every row.
///
/// Each ends its query when the time is over: who reads many rows by another way asks for
/// `Condition::default()` too.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    clauses: Vec<Clause>,
}

impl Condition {
    pub fn column(column: &'static str, test: Test) -> Self {
        let mut condition = Self::default();
        condition.add(column, test);
        condition
    }

    pub fn add(&mut self, column: &'static str, test: Test) {
        self.clauses.push(Clause::Column(column, test));
    }

    /// Tests that go the same way must hold of the same row at its end.
    pub fn add_through(&mut self, through: &'static Through, column: &'static str, test: Test) {
        for clause in &mut self.clauses {
            if let Clause::Through(way, tests) = clause
                && *way == through
            {
                return tests.push((column, test));
            }
        }
        self.clauses
            .push(Clause::Through(through, vec![(column, test)]));
    }

    /// Only rows of the resource that the search finds.
    pub fn add_search(&mut self, resource: &str, query: &super::search::Query) {
        self.clauses
            .push(Clause::Search(Matches::of(query, &[resource])));
    }

    /// The same of records that the index was asked for already: these.
    #[must_use]
    pub fn of_found(&self, ids: Vec<Value>) -> Self {
        let mut condition = self.clone();
        let is_search = |clause: &Clause| matches!(clause, Clause::Search(_));
        condition.clauses.retain(|clause| !is_search(clause));
        condition.add("id", Test::OneOf(ids));
        condition
    }

    /// What the index is asked, where nothing else must hold.
    pub fn as_search(&self) -> Option<&Matches> {
        match self.clauses.as_slice() {
            [Clause::Search(matches)] => Some(matches),
            _ => None,
        }
    }

    /// Only rows after the one with these values in the order, or before it.
    pub fn add_beyond(&mut self, order: &[SortKey], values: Vec<Option<Value>>, backwards: bool) {
        let bounds = order.iter().zip(values).map(|(&key, value)| Bound {
            key,
            value,
            backwards,
        });
        self.clauses.push(Clause::Beyond(bounds.collect()));
    }
}

/// The order of rows.
#[derive(Clone, Debug)]
pub struct Order {
    pub keys: Vec<SortKey>,
    pub backwards: bool,
}

impl Condition {
    pub(super) fn walk<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        deadline::check()?;
        deadline::walk_in_time(&mut out);
        for clause in &self.clauses {
            out.push_sql(" AND (");
            match clause {
                Clause::Column(column, test) => test.walk(column, out.reborrow())?,
                Clause::Through(through, tests) => through.walk(tests, out.reborrow())?,
                Clause::Beyond(bounds) => walk_beyond(bounds, out.reborrow())?,
                Clause::Search(matches) => walk_search(matches, out.reborrow())?,
            }
            out.push_sql(")");
        }
        Ok(())
    }
}

impl Order {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "what other fragments push may fail"
    )]
    fn walk<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        for (index, key) in self.keys.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            if key.nullable {
                out.push_sql(key.column);
                out.push_sql(if self.backwards {
                    " IS NULL DESC, "
                } else {
                    " IS NULL, "
                });
            }
            out.push_sql(key.column);
            if key.descending != self.backwards {
                out.push_sql(" DESC");
            }
        }
        Ok(())
    }
}

impl Through {
    /// Whether a row leads to one other row at most: they are found by their ids.
    pub(super) fn leads_to_one(&self) -> bool {
        self.key.rsplit('.').next() == Some("id")
    }

    fn walk<'b>(&self, tests: &'b [(&str, Test)], mut out: Pass<'_, 'b>) -> QueryResult<()> {
        for part in [
            self.column,
            " IN (SELECT ",
            self.key,
            " FROM ",
            self.tables,
            " WHERE ",
        ] {
            out.push_sql(part);
        }
        deadline::walk_in_time(&mut out);
        for (column, test) in tests {
            out.push_sql(" AND (");
            test.walk(column, out.reborrow())?;
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}

impl Test {
    fn walk<'b>(&'b self, column: &str, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        match self {
            Self::OneOf(values) => {
                out.push_sql(column);
                out.push_sql(" IN ");
                walk_values(values, out)
            }
            Self::NoneOf(values) => {
                for part in [column, " IS NULL OR ", column, " NOT IN "] {
                    out.push_sql(part);
                }
                walk_values(values, out)
            }
            Self::Compare(comparison, value) => {
                out.push_sql(column);
                out.push_sql(comparison.sql());
                value.walk(out)
            }
            Self::Contains(text) | Self::Prefix(text) => {
                for part in ["fold(", column, ") LIKE "] {
                    out.push_sql(part);
                }
                out.push_bind_param::<Text, String>(text)?;
                out.push_sql(" ESCAPE '\\'");
                Ok(())
            }
            Self::Missing(missing) => {
                out.push_sql(column);
                out.push_sql(if *missing { " IS NULL" } else { " IS NOT NULL" });
                Ok(())
            }
            Self::Within(values) => {
                out.push_sql(column);
                out.push_sql(
                    " IN (WITH RECURSIVE within(id) AS (SELECT id FROM sections WHERE id IN ",
                );
                walk_values(values, out.reborrow())?;
                out.push_sql(
                    " UNION SELECT sections.id FROM sections JOIN within ON sections.parent_id = \
                     within.id) SELECT id FROM within)",
                );
                Ok(())
            }
        }
    }

    pub fn contains(text: &str) -> Self {
        Self::Contains(format!("%{}%", escaped(text)))
    }

    pub fn prefix(text: &str) -> Self {
        Self::Prefix(format!("{}%", escaped(text)))
    }
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
    fn sql(self) -> &'static str {
        match self {
            Self::Less => " < ",
            Self::AtMost => " <= ",
            Self::AtLeast => " >= ",
            Self::Greater => " > ",
        }
    }
}

impl Value {
    pub(super) fn walk<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        match self {
            Self::Text(text) => out.push_bind_param::<Text, String>(text),
            Self::Integer(integer) => out.push_bind_param::<BigInt, i64>(integer),
            Self::Date(date) => out.push_bind_param::<Date, NaiveDate>(date),
            Self::Moment(moment) => out.push_bind_param::<Timestamp, NaiveDateTime>(moment),
        }
    }
}

fn walk_values<'b>(values: &'b [Value], mut out: Pass<'_, 'b>) -> QueryResult<()> {
    // The last one fills up to a power of two: few texts of statements, each of which is kept prepared.
    let places = match values.len() {
        0 => 0,
        length => length.next_power_of_two(),
    };
    let filled = values.iter().chain(values.last().into_iter().cycle());
    out.push_sql("(");
    for (index, value) in filled.take(places).enumerate() {
        if index > 0 {
            out.push_sql(", ");
        }
        value.walk(out.reborrow())?;
    }
    out.push_sql(")");
    Ok(())
}

fn walk_search<'b>(matches: &'b Matches, mut out: Pass<'_, 'b>) -> QueryResult<()> {
    out.push_sql("id IN (SELECT record_id FROM search_documents WHERE number IN (");
    matches.walk(out.reborrow())?;
    out.push_sql("))");
    Ok(())
}

macro_rules! dynamic_sql {
    ($fragment:ty, $type:ty) => {
        impl QueryId for $fragment {
            type QueryId = ();
            // The same type stands for many texts: a statement is known by its text alone.
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl Expression for $fragment {
            type SqlType = $type;
        }
        impl<Source> AppearsOnTable<Source> for $fragment {}
        impl<Source> SelectableExpression<Source> for $fragment {}
        impl<Groups> ValidGrouping<Groups> for $fragment {
            type IsAggregate = is_aggregate::No;
        }
    };
}

fragment!(Condition);
fragment!(Order);
dynamic_sql!(Condition, Bool);
dynamic_sql!(Order, Untyped);
