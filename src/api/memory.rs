//! Counts that hold for one state of the register: the database is asked for each once a version.

use crate::database::{
    AnyConnection,
    condition::Condition,
    grouping::{self, Dimension, Group},
    resource::Resource,
    search::Lexicon,
};
use diesel::QueryResult;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many counts of each kind are kept; above that, all are forgotten.
const MOST: usize = 10_000;
/// So many groups are kept for one question.
const MOST_GROUPS: usize = 1000;

/// What was counted in the newest state of the register that anybody asked about.
#[derive(Default)]
pub struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    version: i64,
    totals: HashMap<String, i64>,
    groups: HashMap<String, Vec<Group>>,
    lexicon: Option<Arc<Lexicon>>,
}

/// The memory of one version.
#[derive(Clone, Copy)]
pub struct Counts<'m> {
    memory: &'m Memory,
    version: i64,
}

impl Counts<'_> {
    /// How many records meet the condition.
    pub fn total(
        self,
        connection: &mut AnyConnection,
        resource: &Resource,
        condition: &Condition,
    ) -> QueryResult<i64> {
        let key = format!("{} {condition:?}", resource.name);
        if let Some(kept) = self.memory.kept(self.version)
            && let Some(total) = kept.totals.get(&key)
        {
            return Ok(*total);
        }
        let total = match condition.as_search() {
            Some(matches) => matches.count(connection)?,
            None => resource.store.count(connection, condition)?,
        };
        if let Some(mut kept) = self.memory.kept(self.version) {
            make_room(&mut kept.totals);
            kept.totals.insert(key, total);
        }
        Ok(total)
    }

    /// The groups of the records that meet the condition, in the order of the texts of their values.
    pub fn groups(
        self,
        connection: &mut AnyConnection,
        resource: &Resource,
        condition: &Condition,
        dimensions: &[Dimension],
    ) -> QueryResult<Vec<Group>> {
        let key = format!("{} {condition:?} {dimensions:?}", resource.name);
        if let Some(kept) = self.memory.kept(self.version)
            && let Some(groups) = kept.groups.get(&key)
        {
            return Ok(groups.clone());
        }
        let groups = grouping::groups(connection, resource, condition, dimensions)?;
        if let Some(mut kept) = self.memory.kept(self.version)
            && groups.len() <= MOST_GROUPS
        {
            make_room(&mut kept.groups);
            kept.groups.insert(key, groups.clone());
        }
        Ok(groups)
    }

    /// The short forms that the register knows.
    pub fn lexicon(self, connection: &mut AnyConnection) -> QueryResult<Arc<Lexicon>> {
        let kept = self.memory.kept(self.version);
        if let Some(lexicon) = kept.and_then(|kept| kept.lexicon.clone()) {
            return Ok(lexicon);
        }
        let lexicon = Arc::new(Lexicon::read(connection)?);
        if let Some(mut kept) = self.memory.kept(self.version) {
            kept.lexicon = Some(Arc::clone(&lexicon));
        }
        Ok(lexicon)
    }
}

impl Memory {
    /// What is remembered of a version.
    pub fn of(&self, version: i64) -> Counts<'_> {
        Counts {
            memory: self,
            version,
        }
    }

    /// What is kept of a version; `None` where a newer one is kept: a read may begin before a write
    /// and end after it.
    fn kept(&self, version: i64) -> Option<MutexGuard<'_, Kept>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version < version {
            *kept = Kept {
                version,
                ..Kept::default()
            };
        }
        (kept.version == version).then_some(kept)
    }
}

fn make_room<T>(counts: &mut HashMap<String, T>) {
    if counts.len() >= MOST {
        counts.clear();
    }
}
