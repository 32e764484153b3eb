//! A set of changes that forgets its members when there are many: of much, it is only known that it is. Derived data
//! and the search index are brought up to date by it.

use std::collections::BTreeSet;

/// Things that were touched.
#[derive(Debug)]
pub enum ChangeSet<T> {
    Few(BTreeSet<T>),
    Many,
}

impl<T> Default for ChangeSet<T> {
    fn default() -> Self {
        Self::Few(BTreeSet::new())
    }
}

impl<T: Ord> ChangeSet<T> {
    /// Above so many, all are looked at again.
    const MOST: usize = 300;

    pub fn add(&mut self, thing: impl FnOnce() -> T) {
        if let Self::Few(things) = self {
            things.insert(thing());
            if things.len() > Self::MOST {
                *self = Self::Many;
            }
        }
    }
}
