//! The connection manager of the pool: how a connection is made, checked and found broken, by the URL of the register.

use super::{
    any::AnyConnection,
    availability::Availability,
    dataset_version,
    redact::without_password,
    register_file::{RegisterFile, Replaced},
    sqlite::open_file,
    statement_cache,
};
use crate::database::Error;
use diesel::{
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    r2d2::{self, ManageConnection, R2D2Connection},
    sql_types::Text,
};
use std::sync::Arc;

/// Bounds on the wait for a server that does not answer, in seconds and in milliseconds.
const BOUNDS: [(&str, &str); 2] = [("connect_timeout", "5"), ("tcp_user_timeout", "10000")];

/// What a server, a database or a role may have set otherwise, and the statements rely on. Poolers know this
/// setting and keep it apart for each client. Values come and go in binary form, which no other setting changes.
const READ_AS_WRITTEN: &str = "SET standard_conforming_strings = on";
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
