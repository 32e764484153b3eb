//! Which rows, and in which order: SQL whose columns are known only when a request is read.
//!
//! Names come from the tables of resources, never from a request; values are always bound.

mod bounds;
mod lead;
mod narrow;
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
use lead::Lead;

#[derive(Clone, Debug)]
enum Clause {
    Column(&'static str, Test, Lead),
    /// Other rows; or the table whose rows are asked for theirs, one by one.
    Through(
        &'static Through,
        Vec<(&'static str, Test)>,
        Option<&'static str>,
    ),
    Beyond(Vec<Bound>),
    Search(Matches),
    Narrowed(Narrowed),
    /// Says what the others say already, so that an index leads there.
    Implied(Box<Self>),
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

    /// Whether it holds of every row.
    pub fn is_open(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether it asks of nothing but what is in one column, and where a page begins.
    pub fn is_of_one(&self, column: &str) -> bool {
        self.clauses.iter().all(|clause| match clause {
            Clause::Column(name, ..) => *name == column,
            Clause::Implied(implied) => {
                matches!(**implied, Clause::Column(name, ..) if name == column)
            }
            Clause::Beyond(_) => true,
            Clause::Through(..) | Clause::Search(_) | Clause::Narrowed(_) => false,
        })
    }

    /// Whether some values are all that it does not want of a column.
    pub fn excludes(&self) -> bool {
        let is_none_of = |clause: &Clause| matches!(clause, Clause::Column(_, Test::NoneOf(_), _));
        self.clauses.iter().any(is_none_of)
    }

    /// Whether it asks the search index what a person looks for.
    pub fn searches(&self) -> bool {
        let is_search = |clause: &Clause| matches!(clause, Clause::Search(_));
        self.clauses.iter().any(is_search)
    }

    pub fn add(&mut self, column: &'static str, test: Test) {
        self.clauses.push(Clause::Column(column, test, Lead::Index));
    }

    /// Adds what holds wherever the rest does, so that an index leads to the rows.
    pub fn add_implied(&mut self, column: &'static str, test: Test) {
        let clause = Clause::Column(column, test, Lead::Index);
        self.clauses.push(Clause::Implied(Box::new(clause)));
    }

    /// Tests that go the same way must hold of the same row at its end.
    pub fn add_through(&mut self, through: &'static Through, column: &'static str, test: Test) {
        for clause in &mut self.clauses {
            if let Clause::Through(way, tests, _) = clause
                && *way == through
            {
                return tests.push((column, test));
            }
        }
        self.clauses
            .push(Clause::Through(through, vec![(column, test)], None));
    }

    /// What must hold of the same row at the end of a way.
    pub(super) fn along(&self, through: &Through) -> &[(&'static str, Test)] {
        let tests = self.clauses.iter().find_map(|clause| match clause {
            Clause::Through(way, tests, _) if *way == through => Some(tests.as_slice()),
            _ => None,
        });
        tests.unwrap_or_default()
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
            lead: Lead::Index,
        });
        self.clauses.push(Clause::Beyond(bounds.collect()));
    }

    /// The condition without the place where a page begins, and that place.
    pub fn parted(&self) -> (Self, Option<Beginning>) {
        let mut matching = self.clone();
        let mut beginning = None;
        matching.clauses.retain(|clause| {
            let Clause::Beyond(bounds) = clause else {
                return true;
            };
            let mut values = bounds.iter().map(|bound| bound.value.clone());
            beginning = values.next().map(|first| (first, values.collect()));
            false
        });
        (matching, beginning)
    }

    /// The same, for rows that are found by it and sorted then. Some columns may lack a value.
    #[must_use]
    pub fn found(&self, is_nullable: impl Fn(&str) -> bool) -> Self {
        let clauses = self.clauses.iter().cloned().map(|clause| match clause {
            Clause::Column(column, Test::NoneOf(values), lead) => {
                Clause::Column(column, Test::apart(values, is_nullable(column)), lead)
            }
            Clause::Beyond(mut bounds) => {
                for bound in &mut bounds {
                    bound.lead = Lead::Row;
                }
                Clause::Beyond(bounds)
            }
            other => other,
        });
        Self {
            clauses: clauses.collect(),
        }
    }

    /// The same, for rows of a table that come in an order and are asked one by one. An index leads by the
    /// columns that `leads` says so of, with what must hold of them.
    #[must_use]
    pub fn met(&self, table: &'static str, leads: impl Fn(&str, Option<&Test>) -> bool) -> Self {
        let clauses = self.clauses.iter().filter_map(|clause| match clause {
            Clause::Column(column, test, _) if !leads(column, Some(test)) => {
                Some(Clause::Column(column, test.clone(), Lead::Row))
            }
            Clause::Through(through, tests, _) if !leads(through.column, None) => {
                Some(Clause::Through(through, tests.clone(), Some(table)))
            }
            Clause::Implied(implied) => match &**implied {
                Clause::Column(column, test, _) if leads(column, Some(test)) => {
                    Some(clause.clone())
                }
                _ => None,
            },
            Clause::Narrowed(_) => None,
            other => Some(other.clone()),
        });
        Self {
            clauses: clauses.collect(),
        }
    }

    pub(super) fn walk<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        deadline::check()?;
        deadline::walk_in_time(&mut out);
        for clause in &self.clauses {
            out.push_sql(" AND (");
            clause.walk(out.reborrow())?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl Clause {
    fn walk<'b>(&'b self, out: Pass<'_, 'b>) -> QueryResult<()> {
        match self {
            Self::Column(column, test, lead) => {
                let column = format!("{}{column}", lead.sign(out.dialect()));
                test.walk(&column, out)
            }
            Self::Through(through, tests, None) => through.walk(tests, out),
            Self::Through(through, tests, Some(table)) => through.walk_each(table, tests, out),
            Self::Beyond(bounds) => walk_beyond(bounds, out),
            Self::Search(matches) => walk_search(matches, out),
            Self::Narrowed(narrowed) => walk_search(narrowed.matches(), out),
            Self::Implied(clause) => clause.walk(out),
        }
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
