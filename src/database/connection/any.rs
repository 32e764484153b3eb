//! A connection to either database, `SQLite` or PostgreSQL, and its transactions: reads that see one state, writes one
//! at a time. All that reads or writes takes one.

use super::{deadline, write_lock};
use diesel::{connection::SimpleConnection, prelude::*};

#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// A transaction keeps its own time, whatever is set elsewhere: it may take as long as it must, and neither waits
/// for a lock for ever nor holds one while nothing comes from its program.
const OWN_BOUNDS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'; \
    SET LOCAL idle_in_transaction_session_timeout = '5min'";

/// What is told as written is on the disk, whatever else the server may do later than it says.
const ON_DISK: &str = "SELECT set_config('synchronous_commit', 'on', true) \
    WHERE current_setting('synchronous_commit') = 'off'";

impl AnyConnection {
    /// Runs reads that see one state of the register, whatever is written meanwhile.
    pub fn reading<T>(
        &mut self,
        reads: impl FnOnce(&mut Self) -> QueryResult<T>,
    ) -> QueryResult<T> {
        self.transaction(|connection| {
            if let Self::Postgres(postgres) = connection {
                let mut set =
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned();
                if deadline::limit().is_none() {
                    set = format!("{set}; {OWN_BOUNDS}");
                }
                if let Some(limit) = deadline::limit() {
                    // PostgreSQL takes 0 for no limit.
                    let milliseconds = limit.as_millis().max(1);
                    set = format!("{set}; SET LOCAL statement_timeout = {milliseconds}");
                }
                postgres.batch_execute(&set)?;
            }
            reads(connection)
        })
    }

    /// How much of its file a connection to `SQLite` may hold in memory, in KiB.
    pub(crate) fn set_cache_size(&mut self, most: u32) -> QueryResult<()> {
        match self {
            Self::Postgres(_) => Ok(()), // the server decides
            Self::Sqlite(sqlite) => sqlite.batch_execute(&format!("PRAGMA cache_size = -{most}")),
        }
    }

    /// Runs writes, all or none, one writer at a time.
    pub fn writing<T, E: From<diesel::result::Error>>(
        &mut self,
        writes: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        // On a full disk SQLite rolls back by itself, and diesel would tell of its own rollback, which
        // finds nothing to do, and not of the disk.
        let mut cause = None;
        let done = self.transaction(|connection| {
            if let Self::Postgres(postgres) = connection {
                postgres.batch_execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")?;
                postgres.batch_execute(OWN_BOUNDS)?;
                postgres.batch_execute(ON_DISK)?;
            }
            write_lock::take(connection)?;
            writes(connection).map_err(|error| {
                cause = Some(error);
                diesel::result::Error::RollbackTransaction
            })
        });
        done.map_err(|error| cause.unwrap_or_else(|| error.into()))
    }
}
