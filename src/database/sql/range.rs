//! Range narrowing: at most one bound on each side of a column, so that an index begins where a page does.

use crate::database::sql::filter::{Clause, Comparison, Filter, Predicate, Value};

impl Filter {
    /// Adds a bound of the values of a column in place of all wider ones on its side, as an index may begin
    /// at any: a page far behind in an order would read all rows before it.
    pub fn narrow(&mut self, column: &'static str, comparison: Comparison, value: Value) {
        self.drop_wider(column, comparison, &value);
        self.add(column, Predicate::Compare(comparison, value));
    }

    /// Drops the bounds of a column that hold wherever another one on their side does, and of lists the values
    /// that it does not hold of.
    fn drop_wider(&mut self, column: &str, comparison: Comparison, value: &Value) {
        self.clauses.retain_mut(|clause| {
            let clause = match clause {
                Clause::Redundant(implied) => &mut **implied,
                other => other,
            };
            let Clause::Column(name, test, _) = clause else {
                return true;
            };
            match test {
                Predicate::OneOf(values) if *name == column => {
                    values.retain(|other| comparison.holds(other, value));
                }
                Predicate::Compare(other, bound)
                    if *name == column && other.is_lower() == comparison.is_lower() =>
                {
                    return !comparison.is_within(value, *other, bound);
                }
                _ => {}
            }
            true
        });
    }

    /// The same, with no wider bound than the place where a page begins.
    #[must_use]
    pub fn begun(&self) -> Self {
        let mut condition = self.clone();
        for clause in &self.clauses {
            if let Clause::Seek(bounds) = clause
                && let Some(first) = bounds.first()
                && let (false, Some(value)) = (first.key.nullable, &first.value)
            {
                condition.drop_wider(first.key.column, first.reach(), value);
            }
        }
        condition
    }

    /// Whether what must hold of a column holds of no row that lacks a value there.
    pub fn needs(&self, column: &str) -> bool {
        self.asks(column, Predicate::needs_value)
    }

    /// Whether it holds of no row that has a value in a column.
    pub fn lacks(&self, column: &str) -> bool {
        self.asks(column, |test| matches!(test, Predicate::Missing(true)))
    }

    fn asks(&self, of: &str, what: impl Fn(&Predicate) -> bool) -> bool {
        self.clauses.iter().any(|clause| match clause {
            Clause::Column(column, test, _) => *column == of && what(test),
            _ => false,
        })
    }

    /// Whether it bounds the values of a column from below.
    pub fn is_bounded_below(&self, column: &str) -> bool {
        let is_bound = |clause: &Clause| {
            matches!(clause, Clause::Column(name, Predicate::Compare(comparison, _), _)
                if *name == column && comparison.is_lower())
        };
        self.clauses.iter().any(|clause| match clause {
            Clause::Redundant(implied) => is_bound(implied),
            other => is_bound(other),
        })
    }
}
