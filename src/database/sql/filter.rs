//! Filters: which rows, as a list of clauses whose columns are known only when a request is read. Lists, counts,
//! facets and downloads ask by one; the planner rewrites it for the strategy that it takes.
//!
//! Names come from the declarations of resources, never from a request; values are always bound.

pub use crate::database::sql::join::JoinPath;
pub use crate::database::sql::order::{Order, SortKey};
pub use crate::database::sql::predicate::{Comparison, Predicate, Value};

use crate::database::{
    connection::deadline,
    sql::{
        index_hint::IndexHint,
        match_query::{MatchQuery, Narrowed},
        seek::{Bound, write_seek},
        writer::{SqlWriter, fragment, write_before_deadline},
    },
};
use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::QueryId,
    sql_types::{Bool, Untyped},
};
use std::mem;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Clause {
    Column(&'static str, Predicate, IndexHint),
    /// Other rows; or the table whose rows are asked for theirs, one by one.
    Joined(
        &'static JoinPath,
        Vec<(&'static str, Predicate)>,
        Option<&'static str>,
    ),
    Seek(Vec<Bound>),
    Search(MatchQuery),
    Narrowed(Narrowed),
    /// Says what the others say already, so that an index leads there.
    Redundant(Box<Self>),
}

/// Where a page begins: the value of the first column of its order, and those of the others.
pub type Seek = (Option<Value>, Vec<Option<Value>>);

/// What must hold of a row: all of its clauses. One without clauses holds of every row.
///
/// Each ends its query when the time is over: who reads many rows by another way asks for
/// `Filter::default()` too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub(super) clauses: Vec<Clause>,
}

impl Filter {
    pub fn column(column: &'static str, test: Predicate) -> Self {
        let mut condition = Self::default();
        condition.add(column, test);
        condition
    }

    /// Whether it holds of every row.
    pub fn is_open(&self) -> bool {
        self.clauses.is_empty()
    }

    /// How many bytes it takes, about.
    pub fn bytes(&self) -> usize {
        self.clauses.iter().map(Clause::bytes).sum()
    }

    /// Whether it asks of nothing but what is in one column, and where a page begins.
    pub fn is_of_one(&self, column: &str) -> bool {
        self.clauses.iter().all(|clause| match clause {
            Clause::Column(name, ..) => *name == column,
            Clause::Redundant(implied) => {
                matches!(**implied, Clause::Column(name, ..) if name == column)
            }
            Clause::Seek(_) => true,
            Clause::Joined(..) | Clause::Search(_) | Clause::Narrowed(_) => false,
        })
    }

    /// Whether some values are all that it does not want of a column.
    pub fn excludes(&self) -> bool {
        let is_none_of =
            |clause: &Clause| matches!(clause, Clause::Column(_, Predicate::NoneOf(_), _));
        self.clauses.iter().any(is_none_of)
    }

    /// Whether it asks the search index what a person looks for.
    pub fn searches(&self) -> bool {
        let is_search = |clause: &Clause| matches!(clause, Clause::Search(_));
        self.clauses.iter().any(is_search)
    }

    pub fn add(&mut self, column: &'static str, test: Predicate) {
        self.clauses
            .push(Clause::Column(column, test, IndexHint::Index));
    }

    /// Adds what holds wherever the rest does, so that an index leads to the rows.
    pub fn add_redundant(&mut self, column: &'static str, test: Predicate) {
        let clause = Clause::Column(column, test, IndexHint::Index);
        self.clauses.push(Clause::Redundant(Box::new(clause)));
    }

    /// Tests that go the same way must hold of the same row at its end.
    pub fn add_joined(
        &mut self,
        through: &'static JoinPath,
        column: &'static str,
        test: Predicate,
    ) {
        for clause in &mut self.clauses {
            if let Clause::Joined(way, tests, _) = clause
                && *way == through
            {
                return tests.push((column, test));
            }
        }
        self.clauses
            .push(Clause::Joined(through, vec![(column, test)], None));
    }

    /// What must hold of the same row at the end of a way.
    pub(crate) fn along(&self, through: &JoinPath) -> &[(&'static str, Predicate)] {
        let tests = self.clauses.iter().find_map(|clause| match clause {
            Clause::Joined(way, tests, _) if *way == through => Some(tests.as_slice()),
            _ => None,
        });
        tests.unwrap_or_default()
    }

    /// Only rows that the search finds.
    pub fn add_search(&mut self, query: MatchQuery) {
        self.clauses.push(Clause::Search(query));
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
        condition.add("id", Predicate::OneOf(ids));
        condition
    }

    /// What the index is asked, where nothing else must hold.
    pub fn as_search(&self) -> Option<&MatchQuery> {
        match self.clauses.as_slice() {
            [Clause::Search(matches)] => Some(matches),
            _ => None,
        }
    }

    /// Only rows after the one with these values in the order, or before it.
    pub fn add_seek(&mut self, order: &[SortKey], values: Vec<Option<Value>>, backwards: bool) {
        let bounds = order.iter().zip(values).map(|(&key, value)| Bound {
            key,
            value,
            backwards,
            lead: IndexHint::Index,
        });
        self.clauses.push(Clause::Seek(bounds.collect()));
    }

    /// The condition without the place where a page begins, and that place.
    pub fn without_seek(&self) -> (Self, Option<Seek>) {
        let mut matching = self.clone();
        let mut beginning = None;
        matching.clauses.retain(|clause| {
            let Clause::Seek(bounds) = clause else {
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
    pub fn for_filter_first(&self, is_nullable: impl Fn(&str) -> bool) -> Self {
        let clauses = self.clauses.iter().cloned().map(|clause| match clause {
            Clause::Column(column, Predicate::NoneOf(values), lead) => Clause::Column(
                column,
                Predicate::outside_of(values, is_nullable(column)),
                lead,
            ),
            Clause::Seek(mut bounds) => {
                for bound in &mut bounds {
                    bound.lead = IndexHint::Row;
                }
                Clause::Seek(bounds)
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
    pub fn for_order_scan(
        &self,
        table: &'static str,
        leads: impl Fn(&str, Option<&Predicate>) -> bool,
    ) -> Self {
        let clauses = self.clauses.iter().filter_map(|clause| match clause {
            Clause::Column(column, test, _) if !leads(column, Some(test)) => {
                Some(Clause::Column(column, test.clone(), IndexHint::Row))
            }
            Clause::Joined(through, tests, _) if !leads(through.column, None) => {
                Some(Clause::Joined(through, tests.clone(), Some(table)))
            }
            Clause::Redundant(implied) => match &**implied {
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

    pub(crate) fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        deadline::check()?;
        write_before_deadline(&mut out);
        for clause in &self.clauses {
            out.push_sql(" AND (");
            clause.write_sql(out.reborrow())?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl Clause {
    fn bytes(&self) -> usize {
        let held = match self {
            Self::Column(_, test, _) => test.bytes(),
            Self::Joined(_, tests, _) => {
                let sizes = tests.iter();
                let sizes =
                    sizes.map(|(_, test)| mem::size_of::<(&str, Predicate)>() + test.bytes());
                sizes.sum()
            }
            Self::Seek(bounds) => {
                let held = |bound: &Bound| bound.value.as_ref().map_or(0, Value::bytes);
                let sizes = bounds
                    .iter()
                    .map(|bound| mem::size_of::<Bound>() + held(bound));
                sizes.sum()
            }
            Self::Search(matches) => matches.bytes(),
            Self::Narrowed(narrowed) => narrowed.matches().bytes(),
            Self::Redundant(clause) => clause.bytes(),
        };
        mem::size_of::<Self>() + held
    }

    fn write_sql<'b>(&'b self, out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        match self {
            Self::Column(column, test, lead) => {
                let column = format!("{}{column}", lead.sign(out.dialect()));
                test.write_sql(&column, out)
            }
            Self::Joined(through, tests, None) => through.write_sql(tests, out),
            Self::Joined(through, tests, Some(table)) => through.write_each(table, tests, out),
            Self::Seek(bounds) => write_seek(bounds, out),
            Self::Search(matches) => write_search(matches, out),
            Self::Narrowed(narrowed) => write_search(narrowed.matches(), out),
            Self::Redundant(clause) => clause.write_sql(out),
        }
    }
}

fn write_search<'b>(matches: &'b MatchQuery, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
    out.push_sql("id IN (SELECT record_id FROM search_documents WHERE number IN (");
    matches.write_sql(out.reborrow())?;
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

fragment!(Filter);
fragment!(Order);
dynamic_sql!(Filter, Bool);
dynamic_sql!(Order, Untyped);
