//! Counts that hold for one state of the register: the database is asked for each once a version.

use super::register::Register;
use crate::database::{
    AnyConnection,
    condition::Condition,
    grouping::{self, Dimension, Group},
    resource::Resource,
    search::Knowledge,
};
use chrono::NaiveDateTime;
use diesel::QueryResult;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many counts of each kind are kept; above that, all are forgotten.
const MOST: usize = 10_000;
/// So many groups are kept for one question.
const MOST_GROUPS: usize = 1000;

/// What was counted in the state of the register that somebody asked about last.
#[derive(Default)]
pub struct Memory(Mutex<Kept>);

/// A version, and when it was made: a server that takes over from one that lost its last versions gives
/// their numbers again.
type Moment = (i64, Option<NaiveDateTime>);

#[derive(Default)]
struct Kept {
    moment: Moment,
    totals: HashMap<String, i64>,
    groups: HashMap<String, Vec<Group>>,
    knowledge: Option<Arc<Knowledge>>,
}

/// The memory of one version.
#[derive(Clone, Copy)]
pub struct Counts<'m> {
    memory: &'m Memory,
    moment: Moment,
}

impl<'m> Counts<'m> {
    /// What is kept of this state; what was kept of another one is forgotten. A read that began before a
    /// write may end after it and forget what is newer: that is counted again then.
    fn kept(self) -> MutexGuard<'m, Kept> {
        let kept = self.memory.0.lock();
        let mut kept = kept.unwrap_or_else(PoisonError::into_inner);
        if kept.moment != self.moment {
            *kept = Kept {
                moment: self.moment,
                ..Kept::default()
            };
        }
        kept
    }

    /// How many records meet the condition.
    pub fn total(
        self,
        connection: &mut AnyConnection,
        resource: &Resource,
        condition: &Condition,
    ) -> QueryResult<i64> {
        let key = format!("{} {condition:?}", resource.name);
        if let Some(total) = self.kept().totals.get(&key) {
            return Ok(*total);
        }
        let total = match condition.as_search() {
            Some(matches) => matches.count(connection)?,
            None => resource.store.count(connection, condition)?,
        };
        let mut kept = self.kept();
        make_room(&mut kept.totals);
        kept.totals.insert(key, total);
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
        if let Some(groups) = self.kept().groups.get(&key) {
            return Ok(groups.clone());
        }
        let groups = grouping::groups(connection, resource, condition, dimensions)?;
        if groups.len() <= MOST_GROUPS {
            let mut kept = self.kept();
            make_room(&mut kept.groups);
            kept.groups.insert(key, groups.clone());
        }
        Ok(groups)
    }

    /// What the search learnt of the register.
    pub fn knowledge(self, connection: &mut AnyConnection) -> QueryResult<Arc<Knowledge>> {
        if let Some(knowledge) = &self.kept().knowledge {
            return Ok(Arc::clone(knowledge));
        }
        let knowledge = Arc::new(Knowledge::read(connection)?);
        self.kept().knowledge = Some(Arc::clone(&knowledge));
        Ok(knowledge)
    }
}

impl Memory {
    /// What is remembered of the register as it is.
    pub fn of(&self, register: &Register) -> Counts<'_> {
        Counts {
            memory: self,
            moment: (register.version, register.at),
        }
    }
}

fn make_room<T>(counts: &mut HashMap<String, T>) {
    if counts.len() >= MOST {
        counts.clear();
    }
}
