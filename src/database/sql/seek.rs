//! Keyset pagination (the seek method): only the rows beyond the one where a page ended, compared key by key.

use crate::database::sql::{
    filter::{Comparison, SortKey, Value},
    index_hint::IndexHint,
    writer::SqlWriter,
};
use diesel::QueryResult;

/// One column of an order and the value at which a page ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bound {
    pub key: SortKey,
    pub value: Option<Value>,
    pub backwards: bool,
    pub lead: IndexHint,
}

/// `(a, b) > (1, 2)` where every column has a value and goes the same way, so that an index leads
/// there; `a > 1 OR a = 1 AND (b > 2 OR b = 2 AND (…))` elsewhere, behind `a >= 1` where that holds.
pub(crate) fn write_seek<'b>(bounds: &'b [Bound], mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
    let Some(first) = bounds.first() else {
        out.push_sql("1 = 0");
        return Ok(());
    };
    let is_plain = |bound: &Bound| !bound.key.nullable && bound.value.is_some();
    let goes_on = |bound: &Bound| bound.key.descending == first.key.descending;
    if bounds.iter().all(|bound| is_plain(bound) && goes_on(bound)) {
        return write_row(bounds, first.sign(), out);
    }
    if is_plain(first) {
        write_row(&bounds[..1], first.reach().sql(), out.reborrow())?;
        out.push_sql(" AND (");
        write_columns(bounds, out.reborrow())?;
        out.push_sql(")");
        return Ok(());
    }
    write_columns(bounds, out)
}

/// The columns as one row, compared with their values as another.
fn write_row<'b>(bounds: &'b [Bound], sign: &str, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
    for (index, bound) in bounds.iter().enumerate() {
        out.push_sql(if index == 0 { "(" } else { ", " });
        bound.write_column(&mut out);
    }
    out.push_sql(")");
    out.push_sql(sign);
    let values = bounds.iter().filter_map(|bound| bound.value.as_ref());
    for (index, value) in values.enumerate() {
        out.push_sql(if index == 0 { "(" } else { ", " });
        value.write_sql(out.reborrow())?;
    }
    out.push_sql(")");
    Ok(())
}

fn write_columns<'b>(bounds: &'b [Bound], mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
    let Some((bound, rest)) = bounds.split_first() else {
        out.push_sql("1 = 0");
        return Ok(());
    };
    bound.write_past(out.reborrow())?;
    out.push_sql(" OR ");
    bound.write_at(out.reborrow())?;
    out.push_sql(" AND (");
    write_columns(rest, out.reborrow())?;
    out.push_sql(")");
    Ok(())
}

impl Bound {
    fn write_column(&self, out: &mut SqlWriter<'_, '_>) {
        out.push_sql(self.lead.sign(out.dialect()));
        out.push_sql(self.key.column);
    }

    fn sign(&self) -> &'static str {
        if self.key.descending == self.backwards {
            " > "
        } else {
            " < "
        }
    }

    /// How the column compares with the value, beyond the row and at it.
    pub fn reach(&self) -> Comparison {
        if self.key.descending == self.backwards {
            Comparison::AtLeast
        } else {
            Comparison::AtMost
        }
    }

    fn write_past<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        let Some(value) = &self.value else {
            let past_nothing = if self.backwards {
                " IS NOT NULL"
            } else {
                " <> "
            };
            self.write_column(&mut out);
            out.push_sql(past_nothing);
            if !self.backwards {
                self.write_column(&mut out); // never true: nothing comes after the rows without a value
            }
            return Ok(());
        };
        self.write_column(&mut out);
        out.push_sql(self.sign());
        value.write_sql(out.reborrow())?;
        if self.key.nullable && !self.backwards {
            out.push_sql(" OR ");
            self.write_column(&mut out);
            out.push_sql(" IS NULL");
        }
        Ok(())
    }

    fn write_at<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        self.write_column(&mut out);
        match &self.value {
            Some(value) => {
                out.push_sql(" = ");
                value.write_sql(out)
            }
            None => {
                out.push_sql(" IS NULL");
                Ok(())
            }
        }
    }
}
