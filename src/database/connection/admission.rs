//! Admission control: permits to read, as many at once as there are connections, and a bounded queue for them. The
//! handle acquires one for each read; who would wait longer than it takes to serve those before is refused (503).
//!
//! Where the server lets in fewer connections than are asked for, there are fewer permits; one client holds a share
//! at most (`bulkhead`).

use crate::database::{
    Error,
    connection::{
        availability::Availability,
        bulkhead::{Share, Shares},
        caller::Caller,
    },
};
use actix_web::rt::time::timeout;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for the database.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For its turn.
    pub queue: Duration,
    /// For the answer of the database.
    pub query: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            queue: Duration::from_secs(2),
            query: Duration::from_secs(10),
        }
    }
}

/// The line.
pub struct AdmissionQueue {
    free: Arc<Semaphore>,
    /// Connections that are asked for.
    wanted: u32,
    availability: Arc<Availability>,
    /// How many turns there are: given out, and free.
    size: AtomicU32,
    resizing: Mutex<()>,
    waiting: AtomicU32,
    /// What a turn takes of late, in microseconds.
    usual: AtomicU64,
    shares: Arc<Shares>,
}

/// One's turn; it is over when this is dropped, and its time is charged to the caller.
pub struct Permit {
    acquired: Option<OwnedSemaphorePermit>,
    /// Given back with it.
    shares: Vec<Share>,
    caller: Arc<Caller>,
    /// When it began, where its length tells how long others will take.
    began: Option<Instant>,
    admission: Arc<AdmissionQueue>,
}

impl AdmissionQueue {
    /// One connection is left for whoever asks whether the database answers.
    pub fn new(connections: u32, availability: Arc<Availability>) -> Self {
        let size = but_one(connections);
        Self {
            free: Arc::new(Semaphore::new(size as usize)),
            wanted: connections,
            availability,
            size: AtomicU32::new(size),
            resizing: Mutex::new(()),
            waiting: AtomicU32::new(0),
            usual: AtomicU64::new(0),
            shares: Arc::default(),
        }
    }

    /// How many wait.
    pub fn waiting(&self) -> u32 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Waits for a turn; refuses at once where it would not come in time.
    pub async fn acquire(self: &Arc<Self>, patience: Duration) -> Result<Permit, Error> {
        self.resize(None);
        let (began, caller) = (Instant::now(), Caller::current());
        let shares = self
            .shares
            .acquire(&caller, self.size.load(Ordering::Relaxed));
        let shares = timeout(patience, shares).await;
        let shares = shares.map_err(|_| Error::Crowded)?;
        let patience = patience.saturating_sub(began.elapsed());
        let permit = match self.free.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) if self.wait() > patience => return Err(Error::Overloaded),
            Err(_) => {
                let _place = Place::acquire(&self.waiting);
                let turn = timeout(patience, self.free.clone().acquire_owned()).await;
                turn.ok().and_then(Result::ok).ok_or(Error::Overloaded)?
            }
        };
        Ok(self.begin(permit, shares, caller))
    }

    /// A turn, where nobody has to wait for it.
    pub fn try_acquire(self: &Arc<Self>) -> Option<Permit> {
        self.resize(None);
        let permit = self.free.clone().try_acquire_owned();
        Some(self.begin(permit.ok()?, Vec::new(), Caller::current()))
    }

    fn begin(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        shares: Vec<Share>,
        caller: Arc<Caller>,
    ) -> Permit {
        Permit {
            acquired: Some(permit),
            shares,
            caller,
            began: Some(Instant::now()),
            admission: self.clone(),
        }
    }

    /// How long the line is, in time.
    fn wait(&self) -> Duration {
        let usual = Duration::from_micros(self.usual.load(Ordering::Relaxed));
        usual * self.waiting() / self.size.load(Ordering::Relaxed).max(1)
    }

    /// Makes as many turns as there can be connections; a turn that is given back is kept from others where there
    /// are too many.
    fn resize(&self, returned: Option<OwnedSemaphorePermit>) {
        let right = || but_one(self.availability.connections(self.wanted));
        if self.size.load(Ordering::Relaxed) == right() {
            return; // and what is returned goes to the next
        }
        let _alone = self.resizing.lock().unwrap_or_else(PoisonError::into_inner);
        let (size, right) = (self.size.load(Ordering::Relaxed), right());
        let mut size = size;
        if let Some(permit) = returned
            && size > right
        {
            permit.forget();
            size -= 1;
        }
        if size > right {
            let gone = self.free.forget_permits((size - right) as usize);
            size -= u32::try_from(gone).unwrap_or(0);
        } else {
            self.free.add_permits((right - size) as usize);
            size = right;
        }
        self.size.store(size, Ordering::Relaxed);
    }
}

impl Permit {
    /// A turn whose length tells nothing of others and takes nobody's share: a download lasts as long as its client
    /// reads. It has shares of its own, and its work is charged apart (`Work`).
    #[must_use]
    pub fn unmeasured(mut self) -> Self {
        self.began = None;
        self.shares.clear();
        self
    }

    /// Whom the turn is for.
    pub fn caller(&self) -> &Arc<Caller> {
        &self.caller
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.admission.resize(self.acquired.take());
        let Some(began) = self.began else {
            return;
        };
        let took = began.elapsed();
        self.caller.charge(took);
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let usual = self.admission.usual.load(Ordering::Relaxed);
        // An eighth of what is new: one slow query does not turn away a line of quick ones.
        let usual = usual - usual / 8 + took / 8;
        self.admission.usual.store(usual, Ordering::Relaxed);
    }
}

/// All but one connection, which is left for whoever asks whether the database answers.
fn but_one(connections: u32) -> u32 {
    connections.saturating_sub(1).max(1)
}

/// A place in the line, left however the waiting ends.
struct Place<'a>(&'a AtomicU32);

impl<'a> Place<'a> {
    fn acquire(waiting: &'a AtomicU32) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
