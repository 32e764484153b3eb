//! Index hints: whether an index may lead to the rows of a clause, or the clause is only asked of rows that are at
//! hand (`SQLite`'s unary `+`). The planner sets them.

use crate::database::sql::writer::Dialect;

/// Whether an index may lead to rows by a column, or rows that come by another way are asked for it.
///
/// `SQLite` keeps no statistics here, so it is told. PostgreSQL has its own and finds the way by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexHint {
    Index,
    Row,
}

impl IndexHint {
    /// What stands before the name of a column: `SQLite` uses no index for an expression.
    pub fn sign(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::Row, Dialect::Sqlite) => "+",
            (Self::Index, _) | (_, Dialect::Postgres) => "",
        }
    }
}
