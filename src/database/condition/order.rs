//! The order of rows.

use super::Pass;
use diesel::QueryResult;

/// One column of an order. Rows without a value come last, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub column: &'static str,
    pub descending: bool,
    pub nullable: bool,
}

/// The order of rows.
#[derive(Clone, Debug)]
pub struct Order {
    pub keys: Vec<SortKey>,
    pub backwards: bool,
}

impl Order {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "what other fragments push may fail"
    )]
    pub(super) fn walk<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
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
