//! The write lock, taken at the start of a transaction: who waits for it says so in the log, and does not wait for
//! ever. `AnyConnection::writing` takes it.

use crate::database::AnyConnection;
use diesel::{
    QueryResult,
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    result::{
        DatabaseErrorKind,
        Error::{self, DatabaseError},
    },
    sql_types::Bool,
};
use std::time::{Duration, Instant};

/// How long it is waited for: what `lock_timeout` and `busy_timeout` are set to.
const PATIENCE: Duration = Duration::from_secs(30);
/// What `SQLite` says of a lock that others hold, and in its words what PostgreSQL says in the language of the server.
const LOCKED: &str = "database is locked";

/// Takes the lock, or fails with a fault of [`crate::database::FailureKind::Locked`].
pub fn take(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(postgres) => take_of_server(postgres),
        AnyConnection::Sqlite(sqlite) => take_of_file(sqlite),
    }
}

/// A transaction that starts with a write takes the only write lock of a file; one that reads first fails when
/// somebody else wrote in between.
fn take_of_file(sqlite: &mut SqliteConnection) -> QueryResult<()> {
    const LOCK: &str = "UPDATE descriptor SET id = 1 WHERE id = 0";
    sqlite.batch_execute("PRAGMA busy_timeout = 0")?;
    let taken = sqlite.batch_execute(LOCK);
    sqlite.batch_execute("PRAGMA busy_timeout = 30000")?;
    match taken {
        Err(DatabaseError(_, why)) if why.message() == LOCKED => {
            say_so();
            sqlite.batch_execute(LOCK)
        }
        taken => taken,
    }
}

fn take_of_server(postgres: &mut PgConnection) -> QueryResult<()> {
    // Not the table of the revisions: a lock needs the right to change rows, which nobody needs there.
    const LOCK: &str = "LOCK TABLE descriptor IN EXCLUSIVE MODE";
    let may_write = sql::<Bool>("has_table_privilege('revisions', 'INSERT')");
    if !diesel::select(may_write).get_result::<bool>(postgres)? {
        let reason = "the role of the URL may only read the register";
        return Err(told(DatabaseErrorKind::ReadOnlyTransaction, reason));
    }
    let at_once = format!("{LOCK} NOWAIT");
    let taken = postgres.transaction(|postgres| postgres.batch_execute(&at_once));
    if taken.is_ok() {
        return Ok(());
    }
    say_so();
    let began = Instant::now();
    postgres.batch_execute(LOCK).map_err(|error| {
        if began.elapsed() >= PATIENCE {
            return told(DatabaseErrorKind::Unknown, LOCKED);
        }
        error
    })
}

fn told(kind: DatabaseErrorKind, reason: &str) -> Error {
    DatabaseError(kind, Box::new(reason.to_owned()))
}

fn say_so() {
    log::warn!(
        "another program is writing to the register; this one waits for it, {} seconds at most",
        PATIENCE.as_secs()
    );
}
