//! Join paths from a table to related ones, for filters that reach through relations (semi-joins).

use crate::database::sql::{
    filter::Predicate,
    writer::{SqlWriter, write_before_deadline},
};
use diesel::QueryResult;

/// The way from a table to rows of others that belong to it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct JoinPath {
    /// The column of the table itself.
    pub column: &'static str,
    /// The other tables, joined.
    pub tables: &'static str,
    /// The column there that equals `column`.
    pub key: &'static str,
}

impl JoinPath {
    /// Whether a row leads to one other row at most: they are found by their ids.
    pub(crate) fn leads_to_one(&self) -> bool {
        self.key.rsplit('.').next() == Some("id")
    }

    pub(crate) fn write_sql<'b>(
        &self,
        tests: &'b [(&str, Predicate)],
        mut out: SqlWriter<'_, 'b>,
    ) -> QueryResult<()> {
        let (column, key, tables) = (self.column, self.key, self.tables);
        out.push_sql(&format!("{column} IN (SELECT {key} FROM {tables} WHERE "));
        write_tests(tests, out)
    }

    /// The same, asked of each row of the table.
    pub(crate) fn write_each<'b>(
        &self,
        table: &str,
        tests: &'b [(&str, Predicate)],
        mut out: SqlWriter<'_, 'b>,
    ) -> QueryResult<()> {
        let (column, key, tables) = (self.column, self.key, self.tables);
        out.push_sql(&format!(
            "EXISTS (SELECT 1 FROM {tables} WHERE {key} = {table}.{column} AND "
        ));
        write_tests(tests, out)
    }
}

/// What must hold of the other rows, up to the end of their query.
fn write_tests<'b>(tests: &'b [(&str, Predicate)], mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
    write_before_deadline(&mut out);
    for (column, test) in tests {
        out.push_sql(" AND (");
        test.write_sql(column, out.reborrow())?;
        out.push_sql(")");
    }
    out.push_sql(")");
    Ok(())
}
