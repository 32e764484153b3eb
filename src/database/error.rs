//! The error type of the database: what can go wrong between this program and it. Callers turn it into a problem
//! document or an exit code.

use super::connection::register_file::Replaced;
use std::{path::PathBuf, time::Duration};

/// What can go wrong between this program and its database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}.")]
    Url(String),
    #[error("there is no register at {}", .0.display())]
    Absent(PathBuf),
    #[error(
        "The database {name} holds its texts as {encoding}; the register needs UTF8. Make another one, for example: \
         createdb --template=template0 --encoding=UTF8 --locale=C {name}_utf8"
    )]
    Encoding { encoding: String, name: String },
    #[error("The database cannot be reached: {0}")]
    Connection(#[from] diesel::r2d2::Error),
    #[error("No connection to the database was free in time: {0}")]
    Pool(#[from] diesel::r2d2::PoolError),
    #[error("The database answered: {0}")]
    Query(#[from] diesel::result::Error),
    #[error("The database cannot be brought up to date: {0}")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(
        "The database was made by a later version of this program (migration {0}); use that version."
    )]
    TooNew(String),
    #[error(
        "The database was made by an earlier version of this program (migration {0} is pending); run `aciqplan \
         migrate` with the URL of its owner."
    )]
    TooOld(String),
    #[error(
        "The database holds no register yet; run `aciqplan migrate` with the URL of its owner, and load a package."
    )]
    Empty,
    #[error(transparent)]
    Replaced(#[from] Replaced),
    #[error("A database thread ended before its answer was ready.")]
    Cancelled,
    #[error("A file could not be written or read: {0}")]
    File(#[from] std::io::Error),
    #[error("As many downloads as may run at once are running.")]
    Busy,
    #[error(
        "As many requests of your network address are being answered as may be at once; ask for one after the other."
    )]
    Crowded,
    #[error("More requests wait for the database than it can answer in time.")]
    Overloaded,
    #[error("The database did not answer within {} seconds.", .0.as_secs_f32())]
    TooSlow(Duration),
}
