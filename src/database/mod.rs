//! Where the records live: `SQLite` or `PostgreSQL`, one file a resource, one path for writes.

pub mod acronyms;
pub mod activities;
pub mod activity_links;
pub mod agencies;
pub mod assignments;
pub mod backup;
pub mod batches;
mod bounds;
pub mod columns;
pub mod condition;
mod connection;
pub mod descriptor;
pub mod draft;
mod fault;
pub mod figures;
pub mod grouping;
pub mod measure_links;
pub mod measures;
pub mod memberships;
mod migrations;
pub mod obligation_parties;
pub mod obligations;
pub mod plans;
mod pool;
mod record;
pub mod resource;
pub mod revisions;
pub mod rules;
mod schema;
pub mod search;
pub mod sections;
pub mod sources;
pub mod status_entries;
mod texts;
pub mod timestamp;
mod touched;
pub mod vocabulary;
pub mod watch;
pub mod withdrawals;
pub mod writer;

pub use connection::AnyConnection;
use connection::Connector;
use diesel::{QueryResult, r2d2::ManageConnection};
pub use fault::Fault;
use pool::Connections;
use resource::Resource;
use std::{
    thread,
    time::{Duration, Instant},
};

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
    #[error("A database thread ended before its answer was ready.")]
    Cancelled,
    #[error("A file could not be written or read: {0}")]
    File(#[from] std::io::Error),
    #[error("As many downloads as may run at once are running.")]
    Busy,
}

/// The database, shared by all requests.
#[derive(Clone)]
pub struct Database(Connections);

impl Database {
    /// Opens the database at a URL, `sqlite://PATH` or `postgres://…`, and brings its tables up to date.
    pub fn open(url: &str, connections: u32) -> Result<Self, Error> {
        let connector = Connector::new(url);
        let mut connection = connector.connect()?; // a pool would retry in silence
        migrations::run(&mut connection)?;
        drop(connection);
        Ok(Self(Connections::new(connector, connections)))
    }

    /// Opens a copy that follows a register and takes no writes, as soon as it has the tables of this
    /// program.
    pub fn follow(url: &str, connections: u32) -> Result<Self, Error> {
        const PATIENCE: Duration = Duration::from_secs(30);
        const PAUSE: Duration = Duration::from_millis(200);
        let connector = Connector::new(url);
        let mut connection = connector.connect()?;
        let end = Instant::now() + PATIENCE;
        while let Err(error) = migrations::verify(&mut connection) {
            if Instant::now() >= end {
                return Err(error);
            }
            thread::sleep(PAUSE);
        }
        drop(connection);
        Ok(Self(Connections::new(connector, connections)))
    }

    /// A connection for this thread.
    pub fn connection(
        &self,
    ) -> Result<impl std::ops::DerefMut<Target = AnyConnection> + use<>, Error> {
        self.0.get()
    }

    /// How many connections there may be at once.
    pub fn connections(&self) -> u32 {
        self.0.most()
    }

    /// Reads away from the threads that answer requests; all of it sees one state of the register.
    pub async fn read<T, E, F>(&self, reads: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    {
        let database = self.clone();
        let answer = actix_web::web::block(move || {
            let mut connection = database.connection()?;
            connection.reading(reads).map_err(Error::Query)
        });
        Ok(answer.await.map_err(|_| Error::Cancelled)??)
    }

    /// Whether the database answers and its tables are those of this program.
    pub fn is_ready(&self) -> Result<(), Error> {
        migrations::verify(&mut *self.connection()?)
    }
}
