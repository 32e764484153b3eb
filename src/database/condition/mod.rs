//! Which rows, and in which order: SQL whose columns are known only when a request is read.
//!
//! Names come from the tables of resources, never from a request; values are always bound.

mod bounds;
mod order;
mod through;
mod value;

pub use order::{Order, SortKey};
pub use through::Through;
pub use value::{Comparison, Test, Value};

use super::{
    deadline,
    pass::{Pass, fragment},
    search::{Matches, Narrowed},
};
use bounds::{Bound, walk_beyond};
use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::QueryId,
    sql_types::{Bool, Untyped},
};

#[derive(Clone, Debug)]
enum Clause {
    Column(&'static str, Test),
    Through(&'static Through, Vec<(&'static str, Test)>),
    Beyond(Vec<Bound>),
    Search(Matches),
    Narrowed(Narrowed),
}

/// Where a page begins: the value of the first column of its order, and those of the others.
pub type Beginning = (Option<Value>, Vec<Option<Value>>);

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

    /// Only rows that the index finds: all that meet the other clauses are among them.
    pub fn add_narrowed(&mut self, narrowed: &Narrowed) {
        self.clauses.push(Clause::Narrowed(narrowed.clone()));
    }

    /// The same of records that the index was asked for already: these.
    #[must_use]
    pub fn of_found(&self, ids: Vec<Value>) -> Self {
        let mut condition = self.clone();
        let is_search = |clause: &Clause| matches!(clause, Clause::Search(_) | Clause::Narrowed(_));
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

    /// The condition without the place where a page begins, and that place; `None` where it asks of
    /// anything but one column.
    pub fn of_one(&self, column: &str) -> Option<(Self, Option<Beginning>)> {
        let mut matching = self.clone();
        let mut beginning = None;
        for clause in &self.clauses {
            match clause {
                Clause::Column(name, _) if *name == column => (),
                Clause::Beyond(bounds) => {
                    let mut values = bounds.iter().map(|bound| bound.value.clone());
                    beginning = Some((values.next()?, values.collect()));
                }
                _ => return None,
            }
        }
        let is_beyond = |clause: &Clause| matches!(clause, Clause::Beyond(_));
        matching.clauses.retain(|clause| !is_beyond(clause));
        Some((matching, beginning))
    }

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
                Clause::Narrowed(narrowed) => walk_search(narrowed.matches(), out.reborrow())?,
            }
            out.push_sql(")");
        }
        Ok(())
    }
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
