//! Connections: `SQLite` or `PostgreSQL`, told apart by the URL.

use crate::{
    database::{
        Error,
        connection::{
            availability::Availability,
            dataset_version, deadline,
            redact::without_password,
            register_file::{RegisterFile, Replaced},
            statement_cache, write_lock,
        },
    },
    language,
};
use diesel::{
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    r2d2::{self, ManageConnection, R2D2Connection},
    sql_types::{Nullable, Text},
};
use std::{
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// How long it is tried again where `SQLite` does not wait by itself, and how often.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(5);

#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text in small letters without diacritics: `language::fold`, on both databases.
    fn fold(text: Nullable<Text>) -> Nullable<Text>;
    /// The text as it reads, however it is spelt: `language::as_read`, on `SQLite` alone.
    fn as_read(text: Nullable<Text>) -> Nullable<Text>;
}

/// Bounds on the wait for a server that does not answer, in seconds and in milliseconds.
const BOUNDS: [(&str, &str); 2] = [("connect_timeout", "5"), ("tcp_user_timeout", "10000")];

/// What a server, a database or a role may have set otherwise, and the statements rely on. Poolers know this
/// setting and keep it apart for each client. Values come and go in binary form, which no other setting changes.
const READ_AS_WRITTEN: &str = "SET standard_conforming_strings = on";
/// A transaction keeps its own time, whatever is set elsewhere: it may take as long as it must, and neither waits
/// for a lock for ever nor holds one while nothing comes from its program.
const OWN_BOUNDS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'; \
    SET LOCAL idle_in_transaction_session_timeout = '5min'";

/// What is told as written is on the disk, whatever else the server may do later than it says.
const ON_DISK: &str = "SELECT set_config('synchronous_commit', 'on', true) \
    WHERE current_setting('synchronous_commit') = 'off'";

/// Makes connections for the pool.
pub struct Connector {
    url: String,
    /// The register, where it is a file.
    file: Option<Arc<RegisterFile>>,
    /// Whether nothing is ever written.
    is_read_only: bool,
    /// Whether the URL asks for a server that takes writes.
    wants_primary: bool,
    availability: Arc<Availability>,
}

impl Connector {
    /// For the database at a URL. Where the URL does not bound how long PostgreSQL is waited for, this does.
    pub fn new(url: &str) -> Self {
        let mut url = url.to_owned();
        if url.starts_with("postgres") {
            for (name, value) in BOUNDS {
                if !url.contains(&format!("{name}=")) {
                    let sign = if url.contains('?') { '&' } else { '?' };
                    url = format!("{url}{sign}{name}={value}");
                }
            }
        }
        Self {
            wants_primary: ["read-write", "primary"]
                .iter()
                .any(|kind| url.contains(&format!("target_session_attrs={kind}"))),
            file: RegisterFile::of(&url).map(Arc::new),
            is_read_only: false,
            url,
            availability: Arc::default(),
        }
    }

    /// The same, for who writes nothing: a file that is not there is not made, and none is changed.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self {
            is_read_only: true,
            ..self
        }
    }

    /// The file of the register; `None` where a server has it.
    pub fn file(&self) -> Option<Arc<RegisterFile>> {
        self.file.clone()
    }

    /// What is known of the server, from now on.
    pub fn availability(&self) -> Arc<Availability> {
        self.availability.clone()
    }

    /// Whether the database is a file.
    pub fn is_file(&self) -> bool {
        self.file.is_some()
    }

    fn try_connect(&self) -> Result<AnyConnection, r2d2::Error> {
        if let (Some(path), Some(file)) = (self.url.strip_prefix("sqlite://"), &self.file) {
            return self.try_open(path, file).map(AnyConnection::Sqlite);
        }
        let mut connection = PgConnection::establish(&self.url)
            .map_err(|error| without_password(error, &self.url))?;
        connection
            .batch_execute(READ_AS_WRITTEN)
            .map_err(r2d2::Error::QueryError)?;
        Ok(AnyConnection::Postgres(connection))
    }
}

impl Connector {
    fn try_open(&self, path: &str, file: &RegisterFile) -> Result<SqliteConnection, r2d2::Error> {
        if self.is_read_only && !file.path().exists() {
            let reason = format!("there is no register at {}", file.path().display());
            return Err(ConnectionError::BadConnection(reason).into());
        }
        // Connections to two registers would give answers of both, and the second would take the log of the first,
        // which lies beside the file, for its own: so before it is opened, and then once more.
        let refused = |replaced: Replaced| ConnectionError::BadConnection(replaced.to_string());
        file.verify_known().map_err(refused)?;
        let opened = open_file(path, self.is_read_only)?;
        file.verify().map_err(refused)?;
        Ok(opened)
    }
}

impl ManageConnection for Connector {
    type Connection = AnyConnection;
    type Error = r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, r2d2::Error> {
        if !self.is_file() {
            self.availability.back_off();
        }
        let connection = self.try_connect();
        self.availability.tried(connection.is_err());
        let mut connection = connection?;
        statement_cache::count(&mut connection);
        Ok(connection)
    }

    /// Whether the database answers, and still takes writes where it must.
    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), r2d2::Error> {
        let AnyConnection::Postgres(postgres) = connection else {
            return Ok(()); // a file does not hang up
        };
        self.check(postgres)?;
        self.availability.answered();
        Ok(())
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        connection.is_broken()
    }
}

impl Connector {
    fn check(&self, postgres: &mut PgConnection) -> Result<(), r2d2::Error> {
        if !self.wants_primary {
            return postgres.ping().map_err(r2d2::Error::QueryError);
        }
        let read_only = diesel::select(sql::<Text>("current_setting('transaction_read_only')"));
        match read_only.get_result::<String>(postgres) {
            Ok(setting) if setting == "off" => Ok(()),
            Ok(_) => Err(ConnectionError::BadConnection(
                "the server takes no writes any more".to_owned(),
            )
            .into()),
            Err(error) => Err(r2d2::Error::QueryError(error)),
        }
    }
}

/// The file of a register in `SQLite`; `None` for another database.
pub fn file_of(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?;
    let path = match path.strip_prefix("file:") {
        Some(uri) => uri.split_once('?').map_or(uri, |(path, _)| path),
        None => path,
    };
    Some(PathBuf::from(path))
}

fn open_file(path: &str, is_read_only: bool) -> Result<SqliteConnection, r2d2::Error> {
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

/// Refuses a server whose texts are not UTF-8.
pub(crate) fn verify_encoding(connection: &mut AnyConnection) -> Result<(), Error> {
    let AnyConnection::Postgres(postgres) = connection else {
        return Ok(());
    };
    let encoding = sql::<Text>("current_setting('server_encoding')");
    let name = sql::<Text>("current_database()::text");
    let (encoding, name): (String, String) =
        diesel::select((encoding, name)).get_result(postgres)?;
    match encoding.as_str() {
        "UTF8" => Ok(()),
        _ => Err(Error::Encoding { encoding, name }),
    }
}

impl Connector {
    /// Finds out whether a pooler gives the prepared statements of one client to another: the second connection gives
    /// its statement the name of one that the first has made.
    pub(crate) fn verify_statements(&self) -> Result<(), Error> {
        if self.is_file() {
            return Ok(());
        }
        match self.connect() {
            Ok(mut second) => Ok(dataset_version::version(&mut second).map(drop)?),
            Err(_) => Ok(()), // a server that lets in one connection lets in no pooler's
        }
    }
}
