//! Classification of failures: what stands behind an error of the database, as far as it can be told. Exit codes and
//! problem documents go by it.

use crate::database::Error;
use diesel::{
    ConnectionError::InvalidConnectionUrl,
    r2d2::{Error as ConnectionError, PoolError},
    result::{DatabaseErrorKind, Error as QueryError},
};

/// What is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// No space is left on a disk.
    DiskFull,
    /// A disk cannot be read or written.
    Disk,
    /// The file, or its folder, cannot be written.
    ReadOnly,
    /// The file, or its folder, is not there or may not be opened.
    NotOpened,
    /// The file of a register that is to be read is not there.
    Absent,
    /// The file is no database, or not a whole one.
    Damaged,
    /// Others hold the database, or all connections.
    Locked,
    /// The server is not there.
    Unreachable,
    /// A pooler gives the statements of one client to another.
    Pooler,
    /// The texts of the database are not UTF-8.
    Encoding,
    /// A later version of this program made the tables.
    Later,
    /// An earlier version made them, or nobody has.
    Earlier,
}

/// What the databases say. diesel does not pass on their codes, and these words have stood in SQLite
/// and in the C library for decades.
const WORDS: [(&str, FailureKind); 11] = [
    // What diesel calls its statements; servers say the rest in their own language.
    ("__diesel_stmt_", FailureKind::Pooler),
    ("database or disk is full", FailureKind::DiskFull),
    ("No space left on device", FailureKind::DiskFull),
    ("no room for temporary files", FailureKind::DiskFull),
    ("disk I/O error", FailureKind::Disk),
    (
        "attempt to write a readonly database",
        FailureKind::ReadOnly,
    ),
    ("Read-only file system", FailureKind::ReadOnly),
    ("unable to open database file", FailureKind::NotOpened),
    ("database disk image is malformed", FailureKind::Damaged),
    ("file is not a database", FailureKind::Damaged),
    ("database is locked", FailureKind::Locked),
];

impl FailureKind {
    /// What stands behind an error and its sources; `None` where that is not a fault of these.
    pub fn of(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let told = error.to_string();
        let worded = WORDS.iter().find(|(words, _)| told.contains(words));
        if let Some((_, fault)) = worded {
            return Some(*fault);
        }
        let mut sources = std::iter::successors(Some(error), |error| error.source());
        sources.find_map(Self::of_one)
    }

    fn of_one(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<Error>() {
            return match error {
                Error::TooNew(_) => Some(Self::Later),
                Error::TooOld(_) | Error::Empty => Some(Self::Earlier),
                Error::Replaced(_) => Some(Self::NotOpened),
                Error::Encoding { .. } => Some(Self::Encoding),
                Error::Absent(_) => Some(Self::Absent),
                Error::Pool(_) => Some(Self::Unreachable),
                Error::Busy => Some(Self::Locked),
                Error::Connection(error) => Self::of_one(error),
                Error::Query(error) => Self::of_one(error),
                _ => None,
            };
        }
        if let Some(error) = error.downcast_ref::<ConnectionError>() {
            return match error {
                ConnectionError::ConnectionError(InvalidConnectionUrl(_)) => None,
                ConnectionError::ConnectionError(_) => Some(Self::Unreachable),
                ConnectionError::QueryError(error) => Self::of_one(error),
            };
        }
        if error.is::<PoolError>() {
            return Some(Self::Unreachable);
        }
        match error.downcast_ref::<QueryError>()? {
            QueryError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | QueryError::BrokenTransactionManager => Some(Self::Unreachable),
            QueryError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => {
                Some(Self::ReadOnly)
            }
            QueryError::RollbackErrorOnCommit {
                commit_error,
                rollback_error,
            } => Self::of_one(commit_error.as_ref())
                .or_else(|| Self::of_one(rollback_error.as_ref())),
            _ => None,
        }
    }
}
