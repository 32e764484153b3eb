//! A full-text query in the languages of both engines (FTS5's MATCH, PostgreSQL's tsquery), as a subquery of a
//! filter. The search compiles it; filters embed it without knowing what it means.

use crate::database::{
    AnyConnection,
    connection::deadline,
    sql::writer::{Dialect, SqlWriter, fragment, native, write_before_deadline},
};
use diesel::{
    QueryResult, RunQueryDsl,
    query_builder::{Query as Statement, QueryId},
    sql_types::{BigInt, Text},
};

/// A query of the records of some resources, as the engines read it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MatchQuery {
    fts5: String,
    tsquery: String,
}

impl MatchQuery {
    /// The same query in the languages of both engines.
    pub fn new(fts5: String, tsquery: String) -> Self {
        Self { fts5, tsquery }
    }

    /// How many bytes its texts have.
    pub(crate) fn bytes(&self) -> usize {
        self.fts5.len() + self.tsquery.len()
    }

    /// How many records match.
    pub fn count(&self, connection: &mut AnyConnection) -> QueryResult<i64> {
        deadline::check()?;
        native!(connection => Count(self).get_result(connection))
    }

    /// The numbers in `search_documents` of those that match, no more than `most`.
    pub(crate) fn numbers(
        &self,
        connection: &mut AnyConnection,
        most: usize,
    ) -> QueryResult<Vec<i64>> {
        deadline::check()?;
        let numbers = Numbers {
            matches: self,
            most: i64::try_from(most).unwrap_or(i64::MAX),
        };
        native!(connection => numbers.load(connection))
    }

    /// Writes a query for their numbers in `search_documents`.
    pub(crate) fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        match out.dialect() {
            Dialect::Sqlite => {
                out.push_sql("SELECT rowid FROM search_index WHERE search_index MATCH ");
                out.push_bind_param::<Text, String>(&self.fts5)?;
                out.push_sql(" AND ");
                write_before_deadline(&mut out);
            }
            Dialect::Postgres => {
                out.push_sql("SELECT number FROM search_index WHERE vector @@ CAST(");
                out.push_bind_param::<Text, String>(&self.tsquery)?;
                out.push_sql(" AS TSQUERY)");
            }
        }
        Ok(())
    }
}

/// Records that the index finds, and all that meet a condition are among them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Narrowed(MatchQuery);

impl Narrowed {
    pub fn new(query: MatchQuery) -> Self {
        Self(query)
    }

    pub fn matches(&self) -> &MatchQuery {
        &self.0
    }
}

struct Count<'m>(&'m MatchQuery);

impl Count<'_> {
    fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        out.push_sql("SELECT COUNT(*) FROM (");
        self.0.write_sql(out.reborrow())?;
        out.push_sql(") AS found");
        Ok(())
    }
}

struct Numbers<'m> {
    matches: &'m MatchQuery,
    most: i64,
}

impl Numbers<'_> {
    fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        self.matches.write_sql(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, i64>(&self.most)
    }
}

fragment!(Count<'_>);
fragment!(Numbers<'_>);

macro_rules! numbers_as_rows {
    ($statement:ty) => {
        impl QueryId for $statement {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
        impl Statement for $statement {
            type SqlType = BigInt;
        }
        impl<C> RunQueryDsl<C> for $statement {}
    };
}

numbers_as_rows!(Count<'_>);
numbers_as_rows!(Numbers<'_>);
