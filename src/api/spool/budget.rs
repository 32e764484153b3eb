//! The budget of bytes that all temporary files share. Room is reserved in steps before it is written to.

use crate::api::log_throttle::ThrottledLog;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Room is reserved so many bytes at a time.
const STEP: u64 = 64 << 10;
/// So many bytes of the disk are left to others.
const OF_OTHERS: u64 = 8 << 20;

static FULL: ThrottledLog = ThrottledLog::new(log::Level::Warn);

/// How many bytes there are, and how many of them are reserved.
pub struct Budget {
    room: u64,
    reserved: AtomicU64,
}

impl Budget {
    pub fn new(room: u64) -> Self {
        Self {
            room,
            reserved: AtomicU64::new(0),
        }
    }

    fn take(&self, bytes: u64) -> io::Result<()> {
        let more = |reserved: u64| reserved.checked_add(bytes).filter(|sum| *sum <= self.room);
        let taken = self
            .reserved
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        match (taken, free_space()) {
            (Err(reserved), _) => Err(full(&format!(
                "they have {reserved} of {} bytes (--temporary-bytes)",
                self.room
            ))),
            (Ok(_), Some(free)) if free < bytes + OF_OTHERS => {
                self.give_back(bytes);
                let folder = tempfile::env::temp_dir();
                let folder = folder.display();
                Err(full(&format!("{folder} has {free} bytes left")))
            }
            (Ok(_), _) => Ok(()),
        }
    }

    fn give_back(&self, bytes: u64) {
        self.reserved.fetch_sub(bytes, Ordering::Relaxed);
    }
}

fn full(why: &str) -> io::Error {
    let told = format!("no room for temporary files: {why}");
    FULL.log(&told);
    io::Error::new(io::ErrorKind::StorageFull, told)
}

/// What is free in the folder for temporary files; `None` where the system does not tell.
fn free_space() -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(tempfile::env::temp_dir()).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    None
}

/// Bytes of a budget, given back when this is dropped.
pub struct Reservation {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Reservation {
    pub fn new(budget: Arc<Budget>) -> Self {
        Self { budget, bytes: 0 }
    }

    /// Reserves room to that length, where there is any.
    pub fn reach(&mut self, length: u64) -> io::Result<()> {
        if length > self.bytes {
            let step = (length - self.bytes).next_multiple_of(STEP);
            self.budget.take(step)?;
            self.bytes += step;
        }
        Ok(())
    }

    /// Gives back what is beyond that length.
    pub fn fit(&mut self, length: u64) {
        if length < self.bytes {
            self.budget.give_back(self.bytes - length);
            self.bytes = length;
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}
