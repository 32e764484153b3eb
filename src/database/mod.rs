//! Where the records live: `SQLite` or `PostgreSQL`, one file a resource, one path for writes.

pub mod acronyms;
pub mod activities;
pub mod activity_links;
pub mod agencies;
pub mod assignments;
mod availability;
pub mod backup;
pub mod batches;
mod caller;
pub mod columns;
pub mod condition;
mod connection;
mod consequences;
pub mod counting;
mod countries;
mod deadline;
pub mod descriptor;
pub mod draft;
mod fault;
pub mod figures;
mod first_load;
pub mod grouping;
mod hints;
mod insertion;
pub mod level_names;
mod masked;
pub mod measure_links;
pub mod measures;
pub mod memberships;
mod migrations;
mod numbering;
pub mod obligation_parties;
pub mod obligations;
mod pass;
mod place;
pub mod plans;
mod pool;
mod preparation;
mod record;
mod register_file;
pub mod reserved;
pub mod resource;
pub mod revisions;
pub mod rules;
mod schema;
pub mod search;
pub mod sections;
mod shares;
pub mod sources;
mod statements;
pub mod status_entries;
mod stretches;
mod taken;
mod texts;
pub mod timestamp;
mod touched;
mod turns;
pub mod vocabulary;
pub mod watch;
pub mod ways;
pub mod web_address;
pub mod withdrawals;
mod write_lock;
pub mod writer;

use actix_web::{rt::time::timeout, web};
pub use caller::{Caller, Group, Work};
use connection::Connector;
pub use connection::{AnyConnection, know_as_read, know_fold};
pub use deadline::check as check_deadline;
use diesel::{QueryResult, connection::SimpleConnection, r2d2::ManageConnection};
pub use fault::Fault;
pub use first_load::alone;
use pool::Connections;
use resource::Resource;
pub use shares::{Share, Shares};
use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
    thread,
    time::{Duration, Instant},
};
use turns::Turns;
pub use turns::{Patience, Turn};

/// Every resource, each after those that it refers to.
pub static RESOURCES: [&Resource; 16] = [
    &agencies::AGENCIES,
    &sources::SOURCES,
    &plans::PLANS,
    &sections::SECTIONS,
    &measures::MEASURES,
    &measure_links::MEASURE_LINKS,
    &assignments::ASSIGNMENTS,
    &status_entries::STATUS_ENTRIES,
    &obligations::OBLIGATIONS,
    &obligation_parties::OBLIGATION_PARTIES,
    &activities::ACTIVITIES,
    &activity_links::ACTIVITY_LINKS,
    &figures::FIGURES,
    &memberships::MEMBERSHIPS,
    &acronyms::ACRONYMS,
    &withdrawals::WITHDRAWALS,
];

/// The resource of that name; `None` where there is none.
pub fn find(name: &str) -> Option<&'static Resource> {
    RESOURCES.into_iter().find(|resource| resource.name == name)
}

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
    Replaced(#[from] register_file::Replaced),
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

/// The database, shared by all requests.
#[derive(Clone)]
pub struct Database {
    connections: Connections,
    turns: Arc<Turns>,
    patience: Patience,
    migrated: usize,
}

/// How busy the database is.
pub struct Load {
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
        place::verify(url)?;
        let connector = Connector::new(url);
        let mut connection = connector.connect()?; // a pool would retry in silence
        connection::verify_encoding(&mut connection)?;
        let migrated = migrations::run(&mut connection)?;
        search::follow(&mut connection)?;
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
        Self::verified(
            url,
            Connector::new(url).read_only(),
            connections,
            Duration::ZERO,
        )
    }

    /// Opens a register to try a load on it that is undone: its tables must be those of this program.
    pub fn open_to_rehearse(url: &str) -> Result<Self, Error> {
        Self::verified(url, Connector::new(url), 1, Duration::ZERO)
    }

    /// Opens a copy that follows a register and takes no writes, as soon as it has the tables of this
    /// program.
    pub fn follow(url: &str, connections: u32) -> Result<Self, Error> {
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
        place::verify(url)?;
        place::verify_presence(url)?;
        let mut connection = connector.connect()?;
        connection::verify_encoding(&mut connection)?;
        let end = Instant::now() + patience;
        while let Err(error) = migrations::verify(&mut connection) {
            if matches!(error, Error::TooNew(_)) || Instant::now() >= end {
                return Err(error);
            }
            thread::sleep(PAUSE);
        }
        search::look(&mut connection)?;
        connector.verify_statements()?;
        drop(connection);
        Ok(Self::new(connector, connections))
    }

    fn new(connector: Connector, connections: u32) -> Self {
        let availability = connector.availability();
        Self {
            turns: Arc::new(Turns::new(connections, availability)),
            connections: Connections::new(connector, connections),
            patience: Patience::default(),
            migrated: 0,
        }
    }

    /// How many migrations were run when it was opened.
    pub fn migrated(&self) -> usize {
        self.migrated
    }

    /// The same, where requests wait for other times.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
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
    pub async fn turn(&self) -> Result<Turn, Error> {
        self.turns.take(self.patience.queue).await
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
        let limit = self.patience.query;
        let answer = timeout(limit * 2, answer).await;
        let answer = answer.map_err(|_| Error::TooSlow(limit))?;
        Ok(answer.map_err(|_| Error::Cancelled)??)
    }

    /// Reads with one statement that finds rows by their keys, in this thread: the way to another one and
    /// back takes longer than that. `None` where it might, since the register is no file or others wait.
    pub fn read_at_once<T>(
        &self,
        reads: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<Option<T>, Error> {
        if !self.connections.are_of_a_file() {
            return Ok(None);
        }
        let Some(_turn) = self.turns.take_now() else {
            return Ok(None);
        };
        Ok(Some(reads(&mut *self.connection()?)?))
    }

    /// Reads in this thread, as long as the caller of the turn waits for it; all of it sees one state of the
    /// register.
    pub fn read_in<T>(
        &self,
        turn: &Turn,
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
        let limit = self.patience.query;
        deadline::within(limit, caller, || {
            let read = connection.reading(|connection| Ok(reads(connection)));
            statements::bound(&mut connection)?;
            match read.map_err(Error::Query).flatten() {
                Err(Error::Query(_)) if caller.has_left() => Err(Error::Cancelled),
                Err(Error::Query(_)) if deadline::is_over() => Err(Error::TooSlow(limit)),
                read => read,
            }
        })
    }

    /// Reads a little, with the connection that is left for that, or not at all.
    pub async fn glance<T, F>(&self, reads: F) -> Result<T, Error>
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
        self.glance(|connection| {
            migrations::verify(connection)?;
            Ok(connection.batch_execute(&EVERY_TABLE)?)
        })
        .await
    }

    /// How busy the database is.
    pub fn load(&self) -> Load {
        let state = self.connections.state();
        Load {
            idle: state.idle_connections,
            used: state.connections - state.idle_connections,
            waiting: self.turns.waiting(),
        }
    }
}
