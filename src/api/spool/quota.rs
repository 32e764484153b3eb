//! Quotas of the spool: of all bytes of temporary files, those that wait for one client are a part at most, so that a
//! few clients that read slowly leave room to the others.
//!
//! `export::chunks` counts what it spools for a client here, and `file_cache` the files that it sends.

use crate::database::{Caller, Group};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The number of a temporary file.
pub type FileNumber = u64;

/// What waits for the clients of each group: files by their numbers, each counted once however often it is sent.
pub struct Quotas {
    /// The bytes of which a group has its part.
    room: u64,
    groups: Mutex<HashMap<Group, HashMap<FileNumber, Waiting>>>,
}

#[derive(Default)]
struct Waiting {
    bytes: u64,
    times: usize,
}

/// A file that waits for a client, counted until this is dropped.
pub struct Held {
    groups: Vec<Group>,
    file: FileNumber,
    quotas: Arc<Quotas>,
}

impl Quotas {
    pub fn new(room: u64) -> Self {
        Self {
            room,
            groups: Mutex::default(),
        }
    }

    fn groups(&self) -> MutexGuard<'_, HashMap<Group, HashMap<FileNumber, Waiting>>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a file of so many bytes as one that waits for a caller; `None` where others do that leave no room for it.
    pub fn hold(self: &Arc<Self>, caller: &Caller, file: FileNumber, bytes: u64) -> Option<Held> {
        let mut held = Held {
            groups: Vec::new(),
            file,
            quotas: self.clone(),
        };
        for group in caller.groups() {
            let mut groups = self.groups();
            let files = groups.entry(*group).or_default();
            let others = others(files, file);
            if others > 0 && others + bytes > self.part(*group) {
                return None; // what is counted by now is given back, and so is a group without files
            }
            let waiting = files.entry(file).or_default();
            waiting.bytes = waiting.bytes.max(bytes);
            waiting.times += 1;
            held.groups.push(*group);
        }
        Some(held)
    }

    fn part(&self, group: Group) -> u64 {
        self.room / u64::from(group.part.max(1))
    }
}

/// The bytes of other files.
fn others(files: &HashMap<FileNumber, Waiting>, file: FileNumber) -> u64 {
    let others = files.iter().filter(|(number, _)| **number != file);
    others.map(|(_, waiting)| waiting.bytes).sum()
}

impl Held {
    /// Counts so many bytes of the file from now on; `false` where there is no room for them.
    pub fn reach(&self, bytes: u64) -> bool {
        let mut groups = self.quotas.groups();
        let has_room = |group: &Group| {
            let files = groups.get(group);
            let others = files.map_or(0, |files| others(files, self.file));
            others + bytes <= self.quotas.part(*group)
        };
        if !self.groups.iter().all(has_room) {
            return false;
        }
        for group in &self.groups {
            let files = groups.get_mut(group);
            if let Some(waiting) = files.and_then(|files| files.get_mut(&self.file)) {
                waiting.bytes = waiting.bytes.max(bytes);
            }
        }
        true
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut groups = self.quotas.groups();
        for group in &self.groups {
            let Some(files) = groups.get_mut(group) else {
                continue;
            };
            if let Some(waiting) = files.get_mut(&self.file) {
                waiting.times -= 1;
                if waiting.times == 0 {
                    files.remove(&self.file);
                }
            }
            if files.is_empty() {
                groups.remove(group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Quotas;
    use crate::database::{Caller, Group};
    use std::sync::Arc;

    fn client(key: u64) -> Caller {
        let site = Group { key: 0, part: 2 };
        Caller::new(vec![Group { key, part: 4 }, site], Box::new(|_| ()))
    }

    #[test]
    fn what_waits_for_a_client_is_a_quarter_and_for_a_site_a_half() {
        let quotas = Arc::new(Quotas::new(400));
        let first = quotas.hold(&client(1), 1, 60).expect("room");
        assert!(quotas.hold(&client(1), 2, 50).is_none());
        let second = quotas.hold(&client(1), 2, 40).expect("room");
        let other = quotas
            .hold(&client(2), 3, 90)
            .expect("room of another client");
        assert!(quotas.hold(&client(3), 4, 20).is_none(), "of the same site");
        assert!(quotas.hold(&Caller::default(), 4, 1000).is_some());
        drop((first, other));
        let third = quotas.hold(&client(1), 5, 60).expect("room");
        drop((second, third));
        assert!(quotas.groups().is_empty());
    }

    #[test]
    fn a_file_counts_once_and_one_may_be_longer_than_the_quarter() {
        let quotas = Arc::new(Quotas::new(400));
        let long = quotas.hold(&client(1), 1, 300).expect("the only one");
        let again = quotas.hold(&client(1), 1, 300).expect("the same");
        assert!(quotas.hold(&client(1), 2, 1).is_none());
        drop(long);
        assert!(quotas.hold(&client(1), 2, 1).is_none());
        drop(again);
        assert!(quotas.hold(&client(1), 2, 1).is_some());
    }

    #[test]
    fn what_grows_grows_to_the_quarter() {
        let quotas = Arc::new(Quotas::new(400));
        let growing = quotas.hold(&client(1), 1, 0).expect("room");
        assert!(growing.reach(100) && !growing.reach(101));
        assert!(quotas.hold(&client(1), 2, 1).is_none());
    }
}
