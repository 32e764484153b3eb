//! Circuit state of the server with exponential backoff: how many connections there are, and whether more are to be
//! had. The connector and the pool write it; the pool and the queue of readers go by it.

use crate::database::AnyConnection;
use diesel::r2d2::{self, CustomizeConnection, HandleError};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

/// So many connections are made at once before one of them has answered; after that there are pauses.
const AT_ONCE: u32 = 4;
/// The first pause, and the longest one while there is no connection.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// The pause while there are connections and the server refuses more.
const FULL_PAUSE: Duration = Duration::from_secs(5);
/// How often who pauses looks whether things have changed.
const LOOK: Duration = Duration::from_millis(50);

/// What is known of a server.
#[derive(Debug, Default)]
pub struct Availability {
    /// Connections of the pool.
    alive: AtomicU32,
    /// Whether the last try to connect failed.
    is_refused: AtomicBool,
    /// Tries since a connection last answered.
    tries: AtomicU32,
    is_told: AtomicBool,
}

impl Availability {
    /// Whether there is no connection, and none to be had.
    pub fn is_away(&self) -> bool {
        self.is_refused.load(Relaxed) && self.alive.load(Relaxed) == 0
    }

    /// How many connections there can be, of so many that are wanted: those there are, where no more are to be had.
    pub fn connections(&self, wanted: u32) -> u32 {
        if self.is_refused.load(Relaxed) {
            wanted.min(self.alive.load(Relaxed)).max(1)
        } else {
            wanted
        }
    }

    /// Waits before the next try to connect, longer after each that led to nothing.
    pub fn back_off(&self) {
        let tries = self.tries.fetch_add(1, Relaxed);
        let began = Instant::now();
        while began.elapsed() < self.pause(tries) {
            thread::sleep(LOOK);
        }
    }

    fn pause(&self, tries: u32) -> Duration {
        if self.is_refused.load(Relaxed) && self.alive.load(Relaxed) > 0 {
            return FULL_PAUSE;
        }
        match tries.checked_sub(AT_ONCE) {
            None => Duration::ZERO,
            Some(more) => (FIRST_PAUSE * (1 << more.min(5))).min(LONGEST_PAUSE),
        }
    }

    /// Takes down whether a try to connect failed.
    pub fn tried(&self, failed: bool) {
        self.is_refused.store(failed, Relaxed);
    }

    /// Takes down that a connection answered.
    pub fn answered(&self) {
        self.tries.store(0, Relaxed);
        if self.is_told.load(Relaxed) && !self.is_refused.load(Relaxed) {
            self.is_told.store(false, Relaxed);
            log::info!("the database lets connections in again");
        }
    }
}

/// What the pool tells of its connections.
#[derive(Debug)]
pub struct Census(pub Arc<Availability>);

impl CustomizeConnection<AnyConnection, r2d2::Error> for Census {
    fn on_acquire(&self, _: &mut AnyConnection) -> Result<(), r2d2::Error> {
        self.0.alive.fetch_add(1, Relaxed);
        Ok(())
    }

    fn on_release(&self, _: AnyConnection) {
        self.0.alive.fetch_sub(1, Relaxed);
    }
}

impl HandleError<r2d2::Error> for Census {
    /// Logs the first of the failures in a row: the pool tries again and again.
    fn handle_error(&self, error: r2d2::Error) {
        if self.0.is_told.swap(true, Relaxed) {
            return;
        }
        match self.0.alive.load(Relaxed) {
            0 => log::error!("{error}"),
            alive => log::warn!(
                "no more connections to the database are to be had, so the service goes on with those that it has ({alive}): {error}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::database::connection::availability::{Availability, FULL_PAUSE, LONGEST_PAUSE};
    use std::{sync::atomic::Ordering::Relaxed, time::Duration};

    #[test]
    fn a_server_is_away_where_no_connection_is_and_none_to_be_had() {
        let server = Availability::default();
        assert!(!server.is_away(), "nobody has asked yet");
        server.tried(true);
        assert!(server.is_away());
        assert_eq!(server.connections(16), 1);
        server.alive.store(3, Relaxed);
        assert!(!server.is_away());
        assert_eq!(server.connections(16), 3);
        assert_eq!(server.pause(0), FULL_PAUSE);
        server.tried(false);
        assert_eq!(server.connections(16), 16);
    }

    #[test]
    fn tries_that_lead_to_nothing_are_ever_further_apart() {
        let server = Availability::default();
        let pauses: Vec<Duration> = (0..20).map(|tries| server.pause(tries)).collect();
        assert_eq!(pauses[..4], [Duration::ZERO; 4]);
        assert_eq!(pauses[4], Duration::from_millis(100));
        assert!(pauses.is_sorted());
        assert_eq!(pauses[19], LONGEST_PAUSE);
    }
}
