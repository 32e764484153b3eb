//! A bulkhead: of all permits, a group of callers holds a share at most, so that the others find some. The admission
//! queue and the permits of downloads take shares from it.

use crate::database::connection::caller::{Caller, Group};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the groups hold whose members read now, or wait for it.
#[derive(Default)]
pub struct Shares(Mutex<HashMap<Group, Arc<Semaphore>>>);

/// A permit of a group's share, given back when this is dropped.
pub struct Share {
    group: Group,
    permit: Option<OwnedSemaphorePermit>,
    shares: Arc<Shares>,
}

impl Shares {
    fn groups(&self) -> MutexGuard<'_, HashMap<Group, Arc<Semaphore>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until each group of a caller holds less than its share of `all` permits.
    pub async fn acquire(self: &Arc<Self>, caller: &Caller, all: u32) -> Vec<Share> {
        let mut taken = Vec::new();
        for group in caller.groups() {
            // Before it waits, so that it is given back however the waiting ends.
            let mut share = Share {
                group: *group,
                permit: None,
                shares: self.clone(),
            };
            let size = all.div_ceil(group.part.max(1)).max(1);
            let new = || Arc::new(Semaphore::new(size as usize));
            let semaphore = self.groups().entry(*group).or_insert_with(new).clone();
            share.permit = semaphore.acquire_owned().await.ok();
            taken.push(share);
        }
        taken
    }
}

impl Drop for Share {
    /// A group of which nobody holds or waits for a permit is forgotten.
    fn drop(&mut self) {
        self.permit = None;
        let mut groups = self.shares.groups();
        let semaphore = groups.get(&self.group);
        if semaphore.is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            groups.remove(&self.group);
        }
    }
}
