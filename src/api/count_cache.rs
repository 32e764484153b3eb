//! A cache of counts that hold for one state of the register, bounded in bytes: the database is asked for each once a
//! version.

use crate::{
    api::dataset_version::Register,
    database::{
        AnyConnection,
        model::resource::Resource,
        query::group_by::{self, Dimension, Group},
        search::SearchCache,
        sql::filter::Filter,
    },
};
use chrono::NaiveDateTime;
use diesel::QueryResult;
use quick_cache::{OptionsBuilder, Weighter, sync};
use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many groups are kept for one question.
const MOST_GROUPS: usize = 1000;
/// What a count takes beside its texts, about.
const OVERHEAD: usize = 256;
/// What a count usually takes: room for so many is made at the start.
const USUAL: u64 = 1 << 10;
/// Room is made at the start for so many at most, however many bytes they may take.
const MOST_ROOM: u64 = 1 << 16;

/// What was counted in the state of the register that somebody asked about last; by default nothing is kept.
pub struct CountCache {
    rooms: Rooms,
    kept: Mutex<Kept>,
}

/// How many bytes are kept: of counts, and of what the search learnt.
#[derive(Clone, Copy, Default)]
pub struct Rooms {
    pub counts: u64,
    pub search: u64,
}

/// A version, and when it was made: a server that takes over from one that lost its last versions gives
/// their numbers again.
type Moment = (i64, Option<NaiveDateTime>);

struct Kept {
    moment: Moment,
    counts: Arc<sync::Cache<Question, Count, Weight>>,
    knowledge: Option<Arc<SearchCache>>,
}

/// What was counted: records of a resource that meet a filter; where there are dimensions, in groups.
#[derive(PartialEq, Eq, Hash)]
struct Question {
    resource: &'static str,
    filter: Filter,
    dimensions: Option<Vec<Dimension>>,
}

impl Question {
    fn new(resource: &Resource, filter: &Filter, dimensions: Option<&[Dimension]>) -> Self {
        Self {
            resource: resource.name,
            filter: filter.clone(),
            dimensions: dimensions.map(<[Dimension]>::to_vec),
        }
    }

    fn bytes(&self) -> usize {
        let dimensions = self.dimensions.iter().flatten();
        self.filter.bytes() + dimensions.map(mem::size_of_val).sum::<usize>()
    }
}

#[derive(Clone)]
enum Count {
    Total(i64),
    Groups(Arc<[Group]>),
}

/// What a count takes, in bytes.
#[derive(Clone)]
struct Weight;

impl Weighter<Question, Count> for Weight {
    fn weight(&self, question: &Question, count: &Count) -> u64 {
        let of_value = |value: &Option<String>| {
            mem::size_of::<Option<String>>() + value.as_ref().map_or(0, String::len)
        };
        let of_group = |group: &Group| {
            mem::size_of::<Group>() + group.values.iter().map(of_value).sum::<usize>()
        };
        let groups = match count {
            Count::Total(_) => 0,
            Count::Groups(groups) => groups.iter().map(of_group).sum(),
        };
        (OVERHEAD + question.bytes() + groups) as u64
    }
}

impl Kept {
    fn new(moment: Moment, rooms: Rooms) -> Self {
        let number = (rooms.counts / USUAL).min(MOST_ROOM);
        let options = OptionsBuilder::new()
            .shards(1) // the groups of one question may take all of the room
            .estimated_items_capacity(usize::try_from(number).unwrap_or(usize::MAX))
            .weight_capacity(rooms.counts)
            .build()
            .expect("number, shards and room are given");
        let counts = sync::Cache::with_options(
            options,
            Weight,
            quick_cache::DefaultHashBuilder::default(),
            sync::DefaultLifecycle::default(),
        );
        Self {
            moment,
            counts: Arc::new(counts),
            knowledge: None,
        }
    }
}

impl Default for CountCache {
    fn default() -> Self {
        Self::new(Rooms::default())
    }
}

/// The memory of one version.
#[derive(Clone, Copy)]
pub struct CountsAtVersion<'m> {
    count_cache: &'m CountCache,
    moment: Moment,
}

impl<'m> CountsAtVersion<'m> {
    /// What is kept of this state; what was kept of another one is forgotten. A read that began before a
    /// write may end after it and forget what is newer: that is counted again then.
    fn kept(self) -> MutexGuard<'m, Kept> {
        let mut kept = self.count_cache.kept();
        if kept.moment != self.moment {
            *kept = Kept::new(self.moment, self.count_cache.rooms);
        }
        kept
    }

    fn counts(self) -> Arc<sync::Cache<Question, Count, Weight>> {
        self.kept().counts.clone()
    }

    /// How many records meet the condition.
    pub fn total(
        self,
        connection: &mut AnyConnection,
        resource: &Resource,
        condition: &Filter,
    ) -> QueryResult<i64> {
        let key = Question::new(resource, condition, None);
        let counts = self.counts();
        if let Some(Count::Total(total)) = counts.get(&key) {
            return Ok(total);
        }
        let total = match condition.as_search() {
            Some(matches) => matches.count(connection)?,
            None => resource.store.count(connection, condition)?,
        };
        counts.insert(key, Count::Total(total));
        Ok(total)
    }

    /// The groups of the records that meet the condition, in the order of the texts of their values; `None` where
    /// there are more than `most`.
    pub fn groups(
        self,
        connection: &mut AnyConnection,
        resource: &Resource,
        condition: &Filter,
        dimensions: &[Dimension],
        most: usize,
    ) -> QueryResult<Option<Vec<Group>>> {
        let key = Question::new(resource, condition, Some(dimensions));
        let counts = self.counts();
        if let Some(Count::Groups(groups)) = counts.get(&key) {
            return Ok(Some(groups.to_vec()));
        }
        let groups = group_by::groups(connection, resource, condition, dimensions, most)?;
        if let Some(groups) = groups.as_ref().filter(|groups| groups.len() <= MOST_GROUPS) {
            counts.insert(key, Count::Groups(groups.as_slice().into()));
        }
        Ok(groups)
    }

    /// What the search learnt of the register.
    pub fn knowledge(self, connection: &mut AnyConnection) -> QueryResult<Arc<SearchCache>> {
        if let Some(knowledge) = &self.kept().knowledge {
            return Ok(Arc::clone(knowledge));
        }
        let knowledge = Arc::new(SearchCache::read(
            connection,
            self.count_cache.rooms.search,
        )?);
        self.kept().knowledge = Some(Arc::clone(&knowledge));
        Ok(knowledge)
    }
}

impl CountCache {
    /// Keeps no more bytes than there is room for.
    pub fn new(rooms: Rooms) -> Self {
        Self {
            rooms,
            kept: Mutex::new(Kept::new(Moment::default(), rooms)),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is remembered of the register as it is.
    pub fn of(&self, register: &Register) -> CountsAtVersion<'_> {
        CountsAtVersion {
            count_cache: self,
            moment: (register.version, register.at),
        }
    }

    /// How many bytes are kept.
    pub fn bytes(&self) -> u64 {
        let kept = self.kept();
        let knowledge = kept.knowledge.as_ref().map_or(0, |it| it.bytes());
        kept.counts.weight() + knowledge
    }
}
