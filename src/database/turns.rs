//! Whose turn it is to read: as many at once as there are connections, and no longer a line than they can serve
//! in time.

use super::Error;
use actix_web::rt::time::timeout;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for the database.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For its turn.
    pub queue: Duration,
    /// For the answer of the database.
    pub query: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            queue: Duration::from_secs(2),
            query: Duration::from_secs(10),
        }
    }
}

/// The line.
pub struct Turns {
    free: Arc<Semaphore>,
    most: u32,
    waiting: AtomicU32,
    /// What a turn takes of late, in microseconds.
    usual: AtomicU64,
}

/// One's turn; it is over when this is dropped.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
    /// When it began, where its length tells how long others will take.
    began: Option<Instant>,
    turns: Arc<Turns>,
}

impl Turns {
    /// One connection is left for whoever asks whether the database answers.
    pub fn new(connections: u32) -> Self {
        let most = connections.saturating_sub(1).max(1);
        Self {
            free: Arc::new(Semaphore::new(most as usize)),
            most,
            waiting: AtomicU32::new(0),
            usual: AtomicU64::new(0),
        }
    }

    /// How many wait.
    pub fn waiting(&self) -> u32 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for a turn; refuses at once where it would not come in time.
    pub async fn take(self: &Arc<Self>, patience: Duration) -> Result<Turn, Error> {
        let permit = match self.free.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) if self.wait() > patience => return Err(Error::Overloaded),
            Err(_) => {
                let _place = Place::take(&self.waiting);
                let turn = timeout(patience, self.free.clone().acquire_owned()).await;
                turn.ok().and_then(Result::ok).ok_or(Error::Overloaded)?
            }
        };
        Ok(self.begin(permit))
    }

    /// A turn, where nobody has to wait for it.
    pub fn take_now(self: &Arc<Self>) -> Option<Turn> {
        let permit = self.free.clone().try_acquire_owned();
        Some(self.begin(permit.ok()?))
    }

    fn begin(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Turn {
        Turn {
            _permit: permit,
            began: Some(Instant::now()),
            turns: self.clone(),
        }
    }

    /// How long the line is, in time.
    fn wait(&self) -> Duration {
        let usual = Duration::from_micros(self.usual.load(Ordering::Relaxed));
        usual * self.waiting() / self.most
    }
}

impl Turn {
    /// A turn whose length tells nothing of others: a download lasts as long as its client reads.
    #[must_use]
    pub fn unmeasured(mut self) -> Self {
        self.began = None;
        self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(began) = self.began else {
            return;
        };
        let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let usual = self.turns.usual.load(Ordering::Relaxed);
        // An eighth of what is new: one slow query does not turn away a line of quick ones.
        let usual = usual - usual / 8 + took / 8;
        self.turns.usual.store(usual, Ordering::Relaxed);
    }
}

/// A place in the line, left however the waiting ends.
struct Place<'a>(&'a AtomicU32);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicU32) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
