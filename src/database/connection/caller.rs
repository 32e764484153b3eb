//! The caller of a read, as a task-local: whose share of the permits it takes, its cancellation token, and who is told
//! of the work that it caused.
//!
//! `server` sets one around every handler. `admission` and `deadline` look at it, so that no handler has to pass it on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

tokio::task_local! {
    static CALLER: Arc<Caller>;
}

/// Callers that share permits: a client, or a network of many clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    /// Which of its kind.
    pub key: u64,
    /// The part of all permits that they may hold at once: one of so many.
    pub part: u32,
}

type Charge = Box<dyn Fn(Duration) + Send + Sync>;

/// Whom the database works for.
#[derive(Default)]
pub struct Caller {
    groups: Vec<Group>,
    charge: Option<Charge>,
    has_left: AtomicBool,
}

impl Caller {
    /// A caller of these groups, whose work is charged so; by default one that has all permits for nothing.
    pub fn new(groups: Vec<Group>, charge: Charge) -> Self {
        Self {
            groups,
            charge: Some(charge),
            has_left: AtomicBool::new(false),
        }
    }

    /// The caller that this task works for.
    pub fn current() -> Arc<Self> {
        CALLER.try_with(Arc::clone).unwrap_or_default()
    }

    /// Does something for the caller. Where that is dropped before its end, the caller has left.
    pub async fn wait_for<T>(self: Arc<Self>, done: impl Future<Output = T>) -> T {
        let mut leave = Leave(Some(self.clone()));
        let done = CALLER.scope(self, done).await;
        leave.0 = None;
        done
    }

    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Whether nobody waits any more for what is read.
    pub fn has_left(&self) -> bool {
        self.has_left.load(Ordering::Relaxed)
    }

    /// Charges the time that was worked for it.
    pub fn charge(&self, work: Duration) {
        if let Some(charge) = &self.charge {
            charge(work);
        }
    }
}

/// Work for a caller that the length of its turn does not tell. It is charged when this is dropped, without the time in
/// which the work waited for its caller.
pub struct Work {
    caller: Arc<Caller>,
    began: Instant,
    waited: Duration,
}

impl Work {
    pub fn begin(caller: &Arc<Caller>) -> Self {
        Self {
            caller: caller.clone(),
            began: Instant::now(),
            waited: Duration::ZERO,
        }
    }

    /// Does not charge so much of the time.
    pub fn excuse(&mut self, waited: Duration) {
        self.waited += waited;
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let worked = self.began.elapsed().saturating_sub(self.waited);
        self.caller.charge(worked);
    }
}

/// Says of a caller that it has left, unless what it waits for has come to its end.
struct Leave(Option<Arc<Caller>>);

impl Drop for Leave {
    fn drop(&mut self) {
        if let Some(caller) = &self.0 {
            caller.has_left.store(true, Ordering::Relaxed);
        }
    }
}
