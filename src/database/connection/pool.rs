//! The connection pool (r2d2), with a quick refusal while the server is away. The handle takes connections from it.

use crate::database::{
    Error,
    connection::{
        availability::{Availability, Census},
        connector::Connector,
        register_file::RegisterFile,
    },
};
use diesel::r2d2::{Pool, PooledConnection, State};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How long a request waits for a connection when all are in use.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often who waits looks whether the server went away.
const LOOK: Duration = Duration::from_millis(250);
/// How long a request waits while the server is known to be away.
const AWAY: Duration = Duration::from_millis(20);
/// The pool tries to reach a server that is away at least once in half of this.
const RETRY: Duration = Duration::from_secs(2);

/// The connections of a service.
#[derive(Clone)]
pub struct ConnectionPool {
    pool: Pool<Connector>,
    file: Option<Arc<RegisterFile>>,
    availability: Arc<Availability>,
}

impl ConnectionPool {
    /// Keeps at most so many connections.
    pub fn new(connector: Connector, most: u32) -> Self {
        let availability = connector.availability();
        let file = connector.file();
        let mut builder = Pool::builder()
            .max_size(most)
            .min_idle(Some(1))
            .connection_timeout(RETRY)
            .connection_customizer(Box::new(Census(availability.clone())))
            .error_handler(Box::new(Census(availability.clone())));
        if file.is_some() {
            // Who closes the last connection removes what SQLite keeps beside the file, and on a full
            // disk nobody could make that again: connections stay open.
            builder = builder.max_lifetime(None).idle_timeout(None);
        }
        Self {
            pool: builder.build_unchecked(connector),
            file,
            availability,
        }
    }

    /// Whether the register is a file.
    pub fn are_of_a_file(&self) -> bool {
        self.file.is_some()
    }

    /// The file of the register; `None` where a server has it.
    pub fn file(&self) -> Option<&RegisterFile> {
        self.file.as_deref()
    }

    /// A connection, as soon as one is free.
    pub fn get(&self) -> Result<PooledConnection<Connector>, Error> {
        self.get_within(PATIENCE)
    }

    /// A connection, where one is free in time.
    pub fn get_within(&self, patience: Duration) -> Result<PooledConnection<Connector>, Error> {
        let end = Instant::now() + patience;
        loop {
            let is_away = self.availability.is_away();
            match self.pool.get_timeout(if is_away { AWAY } else { LOOK }) {
                Ok(connection) => return Ok(connection),
                Err(error) if is_away || Instant::now() >= end => return Err(Error::Pool(error)),
                Err(_) => {}
            }
        }
    }

    /// How many connections there are, and how many of them wait for work.
    pub fn state(&self) -> State {
        self.pool.state()
    }

    /// How many connections there may be at once, as far as the server lets them in.
    pub fn most(&self) -> u32 {
        self.availability.connections(self.pool.max_size())
    }
}
