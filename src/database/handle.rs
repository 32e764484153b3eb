//! The handle of a database, a facade over its pool, its admission control and its deadlines. Requests and commands
//! read through it; one is shared by all of them.

use super::{
    AnyConnection, Caller, Error, Permit, RESOURCES, Timeouts,
    connection::{
        admission::AdmissionQueue,
        connector::{self, Connector},
        deadline, migrations,
        pool::ConnectionPool,
        statement_cache, url,
    },
    search,
};
use actix_web::{rt::time::timeout, web};
use diesel::{QueryResult, connection::SimpleConnection, r2d2::ManageConnection};
use std::{
    sync::{Arc, LazyLock},
    thread,
    time::{Duration, Instant},
};

/// The database, shared by all requests.
#[derive(Clone)]
pub struct Database {
    connections: ConnectionPool,
    admission: Arc<AdmissionQueue>,
    timeouts: Timeouts,
    migrated: usize,
}

/// How busy the database is.
pub struct PoolStats {
    /// Connections that wait for work, and those that have some.
    pub idle: u32,
    pub used: u32,
    /// Requests that wait for a connection.
    pub waiting: u32,
}

/// How long those wait who only ask whether the database answers.
const GLANCE: Duration = Duration::from_secs(1);

/// Reads a row of each table that answers are made of, and so waits for those that are locked.
static EVERY_TABLE: LazyLock<String> = LazyLock::new(|| {
    let beside = [
        "revisions",
        "descriptor",
        "search_documents",
        "search_index",
        "search_words",
    ];
    let names = RESOURCES.iter().map(|resource| resource.name).chain(beside);
    let read = names.map(|name| format!("EXISTS (SELECT 1 FROM {name} LIMIT 1)"));
    format!("SELECT {}", read.collect::<Vec<_>>().join(", "))
});

impl Database {
    /// Opens the database at a URL, `sqlite://PATH` or `postgres://…`, and brings its tables and
    /// the search index up to date.
    pub fn open(url: &str, connections: u32) -> Result<Self, Error> {
        url::verify(url)?;
        let connector = Connector::new(url);
        let mut connection = connector.connect()?; // a pool would retry in silence
        connector::verify_encoding(&mut connection)?;
        let migrated = migrations::run(&mut connection)?;
        search::rebuild_if_outdated(&mut connection)?;
        connector.verify_statements()?;
        drop(connection);
        let database = Self::new(connector, connections);
        Ok(Self {
            migrated,
            ..database
        })
    }

    /// Opens a register and writes nothing into it: its tables must be those of this program.
    pub fn open_read_only(url: &str, connections: u32) -> Result<Self, Error> {
        let connector = Connector::new(url).read_only();
        Self::verified(url, connector, connections, Duration::ZERO)
    }

    /// Opens a register to try a load on it that is undone: its tables must be those of this program.
    pub fn open_to_rehearse(url: &str) -> Result<Self, Error> {
        Self::verified(url, Connector::new(url), 1, Duration::ZERO)
    }

    /// Opens a copy that follows a register and takes no writes, as soon as it has the tables of this
    /// program.
    pub fn open_replica(url: &str, connections: u32) -> Result<Self, Error> {
        let patience = Duration::from_secs(30);
        Self::verified(url, Connector::new(url).read_only(), connections, patience)
    }

    fn verified(
        url: &str,
        connector: Connector,
        connections: u32,
        patience: Duration,
    ) -> Result<Self, Error> {
        const PAUSE: Duration = Duration::from_millis(200);
        url::verify(url)?;
        url::verify_presence(url)?;
        let mut connection = connector.connect()?;
        connector::verify_encoding(&mut connection)?;
        let end = Instant::now() + patience;
        while let Err(error) = migrations::verify(&mut connection) {
            if matches!(error, Error::TooNew(_)) || Instant::now() >= end {
                return Err(error);
            }
            thread::sleep(PAUSE);
        }
        search::warn_if_outdated(&mut connection)?;
        connector.verify_statements()?;
        drop(connection);
        Ok(Self::new(connector, connections))
    }

    fn new(connector: Connector, connections: u32) -> Self {
        let availability = connector.availability();
        Self {
            admission: Arc::new(AdmissionQueue::new(connections, availability)),
            connections: ConnectionPool::new(connector, connections),
            timeouts: Timeouts::default(),
            migrated: 0,
        }
    }

    /// How many migrations were run when it was opened.
    pub fn migrated(&self) -> usize {
        self.migrated
    }

    /// The same, where requests wait for other times.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// A connection for this thread.
    pub fn connection(
        &self,
    ) -> Result<impl std::ops::DerefMut<Target = AnyConnection> + use<>, Error> {
        self.connections.get()
    }

    /// How many connections there may be at once, as far as the server lets them in.
    pub fn connections(&self) -> u32 {
        self.connections.most()
    }

    /// Waits for a turn to read; refuses where it would not come in time.
    pub async fn turn(&self) -> Result<Permit, Error> {
        self.admission.acquire(self.timeouts.queue).await
    }

    /// Reads away from the threads that answer requests; all of it sees one state of the register.
    ///
    /// It waits for a turn, and fails with [`Error::TooSlow`] where the queries take too long; the
    /// database does not go on with them then, nor where this is dropped: PostgreSQL not after the query
    /// that it is at.
    pub async fn read<T, E, F>(&self, reads: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    {
        let turn = self.turn().await?;
        let database = self.clone();
        let answer =
            web::block(move || database.read_in(&turn, |connection| Ok(reads(connection)?)));
        // Twice, for a query that begins just in time; later than that, the network keeps the answer.
        let limit = self.timeouts.query;
        let answer = timeout(limit * 2, answer).await;
        let answer = answer.map_err(|_| Error::TooSlow(limit))?;
        Ok(answer.map_err(|_| Error::Cancelled)??)
    }

    /// Reads with one statement that finds rows by their keys, in this thread: the way to another one and
    /// back takes longer than that. `None` where it might, since the register is no file or others wait.
    pub fn try_read_inline<T>(
        &self,
        reads: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<Option<T>, Error> {
        if !self.connections.are_of_a_file() {
            return Ok(None);
        }
        let Some(_turn) = self.admission.try_acquire() else {
            return Ok(None);
        };
        Ok(Some(reads(&mut *self.connection()?)?))
    }

    /// Reads in this thread, as long as the caller of the turn waits for it; all of it sees one state of the
    /// register.
    pub fn read_in<T>(
        &self,
        turn: &Permit,
        reads: impl FnOnce(&mut AnyConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.read_for(turn.caller(), reads)
    }

    /// The same, where nobody can leave.
    pub fn read_here<T>(
        &self,
        reads: impl FnOnce(&mut AnyConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.read_for(&Arc::default(), reads)
    }

    fn read_for<T>(
        &self,
        caller: &Arc<Caller>,
        reads: impl FnOnce(&mut AnyConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if caller.has_left() {
            return Err(Error::Cancelled);
        }
        let mut connection = self.connection()?;
        let limit = self.timeouts.query;
        deadline::within(limit, caller, || {
            let read = connection.reading(|connection| Ok(reads(connection)));
            statement_cache::bound(&mut connection)?;
            match read.map_err(Error::Query).flatten() {
                Err(Error::Query(_)) if caller.has_left() => Err(Error::Cancelled),
                Err(Error::Query(_)) if deadline::is_over() => Err(Error::TooSlow(limit)),
                read => read,
            }
        })
    }

    /// Reads a little, with the connection that is left for that, or not at all.
    pub async fn read_reserved<T, F>(&self, reads: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> Result<T, Error> + Send + 'static,
    {
        let connections = self.connections.clone();
        let answer = web::block(move || {
            let mut connection = connections.get_within(GLANCE)?;
            deadline::within(GLANCE, &Arc::default(), || {
                // In a transaction, so that PostgreSQL keeps the time too: else who asks would wait for a table
                // that is locked, and keep the connection.
                let read = connection.reading(|connection| Ok(reads(connection)));
                match read.map_err(Error::Query).flatten() {
                    Err(Error::Query(_)) if deadline::is_over() => Err(Error::TooSlow(GLANCE)),
                    read => read,
                }
            })
        });
        let answer = timeout(GLANCE * 2, answer).await;
        let answer = answer.map_err(|_| Error::TooSlow(GLANCE))?;
        answer.map_err(|_| Error::Cancelled)?
    }

    /// Whether the database answers, its tables are those of this program and can be read, and the file is the one
    /// that was opened.
    pub async fn is_ready(&self) -> Result<(), Error> {
        if let Some(file) = self.connections.file() {
            file.verify()?;
        }
        self.read_reserved(|connection| {
            migrations::verify(connection)?;
            Ok(connection.batch_execute(&EVERY_TABLE)?)
        })
        .await
    }

    /// How busy the database is.
    pub fn load(&self) -> PoolStats {
        let state = self.connections.state();
        PoolStats {
            idle: state.idle_connections,
            used: state.connections - state.idle_connections,
            waiting: self.admission.waiting(),
        }
    }
}
