//! The numbering of revisions: what a number was told of stays what it stands for, though a register is put back to an
//! earlier state. `writer` asks here where its numbers begin.
//!
//! A backup that is restored, and a standby that takes the place of its primary, lack what was written since. Counted on
//! from what they have, numbers that clients know would be given again. So they go on with the time, in microseconds:
//! nobody writes a revision in each of them, so every number that was given before is lower.

use crate::database::{AnyConnection, Error};
use chrono::Utc;
use diesel::{
    QueryResult,
    connection::SimpleConnection,
    prelude::*,
    sql_types::{BigInt, Text},
};

/// What a copy of a file is marked by in its head, and a register that is its own.
const COPY: i64 = 1;
const OWN: i64 = 0;

/// Where a register is: the server, what has become of it, the database and the table. A standby that is promoted
/// begins another timeline, and so does a server that is put back to a moment; a dump that is restored makes another
/// table, and a copy by `CREATE DATABASE … TEMPLATE` another database.
const PLACE: &str = "SELECT concat_ws('/', (pg_control_system()).system_identifier, \
    left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), \
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'revisions'::regclass::oid) AS place";

/// The number that the next revision follows, where `last` is the highest one that the register has. Whoever asks must
/// have the lock of the one who writes.
pub fn last(connection: &mut AnyConnection, last: i64) -> QueryResult<i64> {
    let has_forks = match connection {
        AnyConnection::Sqlite(sqlite) => is_copy(sqlite)?,
        AnyConnection::Postgres(postgres) => is_elsewhere(postgres)?,
    };
    if !has_forks {
        return Ok(last);
    }
    let now = Utc::now().timestamp_micros().max(last);
    log::warn!(
        "the register was put back or copied: its versions go on above {now}, so that none is given twice"
    );
    Ok(now)
}

/// Whether the file is a copy that nobody has written into; it is its own register from now on.
fn is_copy(sqlite: &mut SqliteConnection) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        user_version: i64,
    }
    let row: Row = diesel::sql_query("PRAGMA user_version").get_result(sqlite)?;
    let is_copy = row.user_version == COPY;
    if is_copy {
        sqlite.batch_execute(&format!("PRAGMA user_version = {OWN}"))?;
    }
    Ok(is_copy)
}

/// Whether another server, or another table, had the register when it was written last.
fn is_elsewhere(postgres: &mut PgConnection) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        place: String,
    }
    let place = diesel::sql_query(PLACE).get_result::<Row>(postgres)?.place;
    let noted: Vec<Row> = diesel::sql_query("SELECT place FROM numbering").load(postgres)?;
    if noted.iter().any(|noted| noted.place == place) {
        return Ok(false);
    }
    postgres.batch_execute("DELETE FROM numbering")?;
    let note = diesel::sql_query("INSERT INTO numbering (place) VALUES ($1)");
    note.bind::<Text, _>(&place).execute(postgres)?;
    Ok(!noted.is_empty())
}

/// Marks a file as a copy of a register.
pub fn mark_copy(path: &str) -> Result<(), Error> {
    let mut copy =
        SqliteConnection::establish(path).map_err(|error| Error::Connection(error.into()))?;
    Ok(copy.batch_execute(&format!("PRAGMA user_version = {COPY}"))?)
}
