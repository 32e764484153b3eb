//! A watcher of the dataset's version: polls `SQLite`, listens to PostgreSQL, and notices that the register changed,
//! whoever wrote. The response cache asks it which answers still hold.

use crate::database::{
    AnyConnection, Error,
    connection::{connector::Connector, dataset_version},
};
use diesel::{QueryResult, prelude::*, r2d2::ManageConnection, sql_types::BigInt};
use std::{
    sync::{
        Arc, Mutex, TryLockError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a look at a file holds. To look takes microseconds, and nobody looks while nobody asks.
pub const FILE_LOOK: Duration = Duration::from_millis(1);
/// How often a server is asked. A server that tells by itself (`NOTIFY`) tells nobody whose connection
/// is gone or goes through a pooler; to ask finds that out too, and five questions a second are nothing.
const SERVER_LOOK: Duration = Duration::from_millis(200);

/// The state of the register that was seen last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Another number whenever the register may have changed.
    pub generation: u64,
    /// How long ago that was.
    pub age: Duration,
}

/// Looks whether the register changed.
pub struct Watch {
    generation: AtomicU64,
    /// When it was looked last, in microseconds after `started`.
    looked: AtomicU64,
    started: Instant,
    file: Option<Mutex<Look>>,
}

/// A connection that only looks, and what it saw.
struct Look {
    connector: Connector,
    connection: Option<AnyConnection>,
    last: Option<i64>,
}

impl Watch {
    /// Looks at the register at a URL from now on.
    pub fn start(url: &str) -> Result<Arc<Self>, Error> {
        let mut look = Look::new(Connector::new(url).read_only());
        look.changed().map_err(Error::Connection)?;
        let is_file = matches!(look.connection, Some(AnyConnection::Sqlite(_)));
        let (file, server) = if is_file {
            (Some(Mutex::new(look)), None)
        } else {
            (None, Some(look))
        };
        let watch = Arc::new(Self {
            generation: AtomicU64::new(0),
            looked: AtomicU64::new(0),
            started: Instant::now(),
            file,
        });
        if let Some(look) = server {
            let watch = Arc::downgrade(&watch);
            thread::Builder::new()
                .name("watch".to_owned())
                .spawn(move || ask(look, &watch))?;
        }
        Ok(watch)
    }

    /// The present state.
    pub fn seen(&self) -> Seen {
        let now = self.started.elapsed();
        let age = |looked| now.saturating_sub(Duration::from_micros(looked));
        if let Some(file) = &self.file
            && age(self.looked.load(Ordering::Acquire)) >= FILE_LOOK
        {
            match file.try_lock() {
                Ok(mut look) => self.note(&mut look),
                Err(TryLockError::Poisoned(look)) => self.note(&mut look.into_inner()),
                Err(TryLockError::WouldBlock) => {} // another thread is looking
            }
        }
        Seen {
            age: age(self.looked.load(Ordering::Acquire)),
            generation: self.generation.load(Ordering::Acquire),
        }
    }

    fn note(&self, look: &mut Look) {
        let began = self.started.elapsed();
        match look.changed() {
            Ok(changed) => {
                if changed {
                    self.generation.fetch_add(1, Ordering::AcqRel);
                }
                let began = u64::try_from(began.as_micros()).unwrap_or(u64::MAX);
                self.looked.store(began, Ordering::Release);
            }
            Err(error) => log::debug!("nobody knows whether the register changed: {error}"),
        }
    }
}

/// Asks a server again and again, as long as somebody wants to know.
fn ask(mut look: Look, watch: &Weak<Watch>) {
    while let Some(watch) = watch.upgrade() {
        watch.note(&mut look);
        drop(watch);
        thread::sleep(SERVER_LOOK);
    }
}

impl Look {
    fn new(connector: Connector) -> Self {
        Self {
            connector,
            connection: None,
            last: None,
        }
    }

    /// Whether the register changed since the last look. A new connection knows nothing of what the one
    /// before it saw of a file, so it takes for granted that it did.
    fn changed(&mut self) -> Result<bool, diesel::r2d2::Error> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.connector.connect()?),
        };
        let valid = self.connector.is_valid(connection); // it may have lost its place to another server
        match valid.and_then(|()| state(connection).map_err(diesel::r2d2::Error::QueryError)) {
            Ok(now) => Ok(self.last.replace(now).is_none_or(|last| last != now)),
            Err(error) => {
                self.connection = None;
                self.last = None;
                Err(error)
            }
        }
    }
}

/// A number that another connection's commit changes.
fn state(connection: &mut AnyConnection) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        data_version: i64,
    }
    match connection {
        AnyConnection::Sqlite(sqlite) => diesel::sql_query("PRAGMA data_version")
            .get_result::<Row>(sqlite)
            .map(|row| row.data_version),
        server @ AnyConnection::Postgres(_) => {
            Ok(dataset_version::version(server)?.map_or(0, |(number, _)| number))
        }
    }
}
