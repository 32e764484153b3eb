//! Numbers in a row that a spreadsheet has cut: after 1.9 comes 1.1, since it took `1.10` for a number. A sliding
//! window over the rows of a file; the order gives it away where no number stands twice.

use super::{Problem, rows::Row};
use crate::package::table::Table;

/// The numbers of the last rows.
#[derive(Default)]
pub struct Sequences {
    file: String,
    /// The row before, and the one before that.
    last: Option<Numbered>,
    last_but_one: Option<Numbered>,
}

/// `1.10` of a plan: what stands before the last point, and the number behind it.
#[derive(Clone, PartialEq, Eq)]
struct Numbered {
    of: String,
    prefix: String,
    last: u64,
    row: usize,
    /// Whether it was told.
    is_cut: bool,
}

impl Sequences {
    /// Tells of a row, or of the one before it, that its number was likely cut.
    pub fn check(&mut self, table: &Table, row: &Row) -> Option<Problem> {
        if self.file != table.file {
            self.file.clone_from(&table.file);
            (self.last, self.last_but_one) = (None, None);
        }
        let mut now = Numbered::of(table, row);
        let (before, last) = (self.last_but_one.take(), self.last.take());
        let mut told = None;
        if let (Some(before), Some(last), Some(now)) = (&before, &last, &mut now) {
            if before.is_before(last) && last.is_before_the_cut(now) {
                now.is_cut = true; // 1.8, 1.9, 1.1
                told = Some(now.problem(table, last));
            } else if before.is_before_the_cut(last) && !last.is_cut && before.is_two_before(now) {
                told = Some(last.problem(table, before)); // 1.9, 1.1, 1.11
            }
        }
        (self.last_but_one, self.last) = (last, now);
        told
    }
}

impl Numbered {
    /// `None` of what has no number of several parts.
    fn of(table: &Table, row: &Row) -> Option<Self> {
        let mut unique = table.resource.unique.iter();
        let columns = unique.find(|columns| columns.contains(&"number"))?;
        let of = columns.iter().filter(|column| **column != "number");
        let of: Option<Vec<&str>> = of.map(|column| row.text(column)).collect();
        let (prefix, last) = row.text("number")?.rsplit_once('.')?;
        let is_plain = !last.starts_with('0') && last.bytes().all(|digit| digit.is_ascii_digit());
        Some(Self {
            of: of?.join("\0"),
            prefix: prefix.to_owned(),
            last: last.parse().ok().filter(|_| is_plain)?,
            row: row.number,
            is_cut: false,
        })
    }

    fn is_beside(&self, other: &Self) -> bool {
        self.of == other.of && self.prefix == other.prefix
    }

    fn is_before(&self, next: &Self) -> bool {
        self.is_beside(next) && self.last.checked_add(1) == Some(next.last)
    }

    fn is_two_before(&self, next: &Self) -> bool {
        self.is_beside(next) && self.last.checked_add(2) == Some(next.last)
    }

    /// Whether the next number would end in noughts, and stands there without them.
    fn is_before_the_cut(&self, next: &Self) -> bool {
        let Some(mut whole) = self.last.checked_add(1).filter(|whole| whole % 10 == 0) else {
            return false;
        };
        while whole % 10 == 0 {
            whole /= 10;
        }
        self.is_beside(next) && whole == next.last
    }

    fn problem(&self, table: &Table, before: &Self) -> Problem {
        let number = |numbered: &Self| format!("{}.{}", numbered.prefix, numbered.last);
        let right = format!("{}.{}", self.prefix, before.last + 1);
        let reason = format!(
            "stands behind {}; a spreadsheet has likely made it of {right}",
            number(before)
        );
        Problem::in_cell(&table.file, self.row, "number", &number(self), reason).damage()
    }
}
