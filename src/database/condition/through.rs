//! Ways from a table to others.

use super::{Pass, Test, deadline};
use diesel::QueryResult;

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

impl Through {
    /// Whether a row leads to one other row at most: they are found by their ids.
    pub(in crate::database) fn leads_to_one(&self) -> bool {
        self.key.rsplit('.').next() == Some("id")
    }

    pub(super) fn walk<'b>(
        &self,
        tests: &'b [(&str, Test)],
        mut out: Pass<'_, 'b>,
    ) -> QueryResult<()> {
        let (column, key, tables) = (self.column, self.key, self.tables);
        out.push_sql(&format!("{column} IN (SELECT {key} FROM {tables} WHERE "));
        walk_tests(tests, out)
    }

    /// The same, asked of each row of the table.
    pub(super) fn walk_each<'b>(
        &self,
        table: &str,
        tests: &'b [(&str, Test)],
        mut out: Pass<'_, 'b>,
    ) -> QueryResult<()> {
        let (column, key, tables) = (self.column, self.key, self.tables);
        out.push_sql(&format!(
            "EXISTS (SELECT 1 FROM {tables} WHERE {key} = {table}.{column} AND "
        ));
        walk_tests(tests, out)
    }
}

/// What must hold of the other rows, up to the end of their query.
fn walk_tests<'b>(tests: &'b [(&str, Test)], mut out: Pass<'_, 'b>) -> QueryResult<()> {
    deadline::walk_in_time(&mut out);
    for (column, test) in tests {
        out.push_sql(" AND (");
        test.walk(column, out.reborrow())?;
        out.push_sql(")");
    }
    out.push_sql(")");
    Ok(())
}
