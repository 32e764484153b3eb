//! ORDER BY: sort keys, each with its direction. Resources make it of their columns.

use crate::database::sql::{index_hint::IndexHint, writer::SqlWriter};
use diesel::QueryResult;

/// One column of an order. Rows without a value come last, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    pub column: &'static str,
    pub descending: bool,
    pub nullable: bool,
}

/// The order of rows.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub keys: Vec<SortKey>,
    pub backwards: bool,
    /// Whether the rows are found by what must hold of them, and sorted then.
    pub sorts: bool,
}

impl Order {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "what other fragments push may fail"
    )]
    pub(crate) fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        let lead = if self.sorts {
            IndexHint::Row
        } else {
            IndexHint::Index
        };
        let sign = lead.sign(out.dialect());
        for (index, key) in self.keys.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            if key.nullable {
                out.push_sql(sign);
                out.push_sql(key.column);
                out.push_sql(if self.backwards {
                    " IS NULL DESC, "
                } else {
                    " IS NULL, "
                });
            }
            out.push_sql(sign);
            out.push_sql(key.column);
            if key.descending != self.backwards {
                out.push_sql(" DESC");
            }
        }
        Ok(())
    }
}
