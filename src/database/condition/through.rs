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
