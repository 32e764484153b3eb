//! Opens files of `SQLite` with the settings and the SQL functions that the register relies on. The connector calls it.

use super::deadline;
use crate::language;
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    r2d2,
    sql_types::{Nullable, Text},
};
use std::{
    thread,
    time::{Duration, Instant},
};

/// How long it is tried again where `SQLite` does not wait by itself, and how often.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(5);

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text in small letters without diacritics: `language::fold`, on both databases.
    fn fold(text: Nullable<Text>) -> Nullable<Text>;
    /// The text as it reads, however it is spelt: `language::as_read`, on `SQLite` alone.
    fn as_read(text: Nullable<Text>) -> Nullable<Text>;
}

/// Opens the file at a path; a new one is made unless it is only read.
pub fn open_file(path: &str, is_read_only: bool) -> Result<SqliteConnection, r2d2::Error> {
    let mut connection = SqliteConnection::establish(path)?;
    let query_only = format!("query_only = {is_read_only}");
    for pragma in [
        &query_only,
        "busy_timeout = 30000",
        "page_size = 16384",  // of a new file
        "synchronous = FULL", // what was acknowledged outlasts a power cut
        "foreign_keys = ON",
    ] {
        connection
            .batch_execute(&format!("PRAGMA {pragma}"))
            .map_err(r2d2::Error::QueryError)?;
    }
    if !is_read_only {
        enable_wal(&mut connection).map_err(r2d2::Error::QueryError)?;
    }
    know_fold(&mut connection).map_err(r2d2::Error::QueryError)?;
    deadline::register(&mut connection).map_err(r2d2::Error::QueryError)?;
    Ok(connection)
}

/// Gives `SQLite` the function `as_read`, for as long as the connection lasts.
pub fn know_as_read(connection: &mut SqliteConnection) -> QueryResult<()> {
    as_read_utils::register_impl(connection, |text: Option<String>| {
        text.map(|text| language::as_read(&text).into_owned())
    })
}

/// Gives `SQLite` the function `fold`, for as long as the connection lasts.
pub fn know_fold(connection: &mut SqliteConnection) -> QueryResult<()> {
    fold_utils::register_impl(connection, |text: Option<String>| {
        text.as_deref().map(language::fold)
    })
}

/// Has a file keep a log of writes, beside which it is read.
///
/// Programs that do so at once would wait for each other, so `SQLite` refuses all but one at once.
fn enable_wal(connection: &mut SqliteConnection) -> QueryResult<()> {
    let began = Instant::now();
    loop {
        match connection.batch_execute("PRAGMA journal_mode = WAL") {
            Err(diesel::result::Error::DatabaseError(_, why))
                if why.message() == "database is locked" && began.elapsed() < PATIENCE =>
            {
                thread::sleep(PAUSE);
            }
            kept => return kept,
        }
    }
}
