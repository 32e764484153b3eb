//! Where a page ended: the rows beyond it in the order.

use super::condition::{Pass, SortKey, Value};
use diesel::QueryResult;

/// One column of an order and the value at which a page ended.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub key: SortKey,
    pub value: Option<Value>,
    pub backwards: bool,
}

/// `a > 1 OR a = 1 AND (b > 2 OR b = 2 AND (…))`
pub(super) fn walk_beyond<'b>(bounds: &'b [Bound], mut out: Pass<'_, 'b>) -> QueryResult<()> {
    let Some((bound, rest)) = bounds.split_first() else {
        out.push_sql("1 = 0");
        return Ok(());
    };
    bound.walk_past(out.reborrow())?;
    out.push_sql(" OR ");
    bound.walk_at(out.reborrow())?;
    out.push_sql(" AND (");
    walk_beyond(rest, out.reborrow())?;
    out.push_sql(")");
    Ok(())
}

impl Bound {
    fn walk_past<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        let column = self.key.column;
        let Some(value) = &self.value else {
            let past_nothing = if self.backwards {
                " IS NOT NULL"
            } else {
                " <> "
            };
            out.push_sql(column);
            out.push_sql(past_nothing);
            if !self.backwards {
                out.push_sql(column); // never true: nothing comes after the rows without a value
            }
            return Ok(());
        };
        out.push_sql(column);
        out.push_sql(if self.key.descending == self.backwards {
            " > "
        } else {
            " < "
        });
        value.walk(out.reborrow())?;
        if self.key.nullable && !self.backwards {
            out.push_sql(" OR ");
            out.push_sql(column);
            out.push_sql(" IS NULL");
        }
        Ok(())
    }

    fn walk_at<'b>(&'b self, mut out: Pass<'_, 'b>) -> QueryResult<()> {
        out.push_sql(self.key.column);
        match &self.value {
            Some(value) => {
                out.push_sql(" = ");
                value.walk(out)
            }
            None => {
                out.push_sql(" IS NULL");
                Ok(())
            }
        }
    }
}
