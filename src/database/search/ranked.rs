//! A ranked result list, the best first; ties in the order of the document.
//!
//! Where records stand in the document is asked only of those that tie and are shown: few of many.

use crate::database::{
    AnyConnection,
    model::resource::{Resource, Row},
    search::cache::Indexed,
    sql::filter::{Filter, Predicate, Value},
};
use diesel::QueryResult;
use std::{cmp::Reverse, collections::HashMap, ops::Range, sync::Arc};

/// So many rows too many are read rather than asking for their order first.
const TOO_MANY: usize = 20;

#[derive(Default)]
pub struct Ranking {
    records: Vec<Ranked>,
    /// Which of equal records come first.
    resources: Vec<&'static Resource>,
    /// Whether equal ones of a resource stand as in the document.
    is_ordered: bool,
}

struct Ranked {
    score: i64,
    /// Its resource, by its place among those of the ranking.
    of: usize,
    record: Arc<Indexed>,
}

impl Ranked {
    fn place(&self) -> (Reverse<i64>, usize) {
        (Reverse(self.score), self.of)
    }
}

impl Ranking {
    /// Records of these resources with their scores, in no order.
    pub(crate) fn of(scored: Vec<(i64, Arc<Indexed>)>, resources: Vec<&'static Resource>) -> Self {
        let ranked = scored.into_iter().filter_map(|(score, record)| {
            let is_its = |resource: &&Resource| resource.name == record.resource;
            let of = resources.iter().position(is_its)?;
            Some(Ranked { score, of, record })
        });
        let mut records: Vec<Ranked> = ranked.collect();
        records.sort_unstable_by_key(Ranked::place);
        Self {
            records,
            resources,
            is_ordered: false,
        }
    }

    /// Records of a resource with their scores, in the order of the document.
    pub(crate) fn ordered(scored: Vec<(i64, Arc<Indexed>)>, resource: &'static Resource) -> Self {
        let ranked = scored.into_iter();
        let ranked = ranked.map(|(score, record)| Ranked {
            score,
            of: 0,
            record,
        });
        let mut records: Vec<Ranked> = ranked.collect();
        records.sort_by_key(Ranked::place); // stable
        Self {
            records,
            resources: vec![resource],
            is_ordered: true,
        }
    }

    /// Adds the records of another resource; equal ones come behind those that are there.
    pub fn add(&mut self, other: Self) {
        let before = self.resources.len();
        self.resources.extend(other.resources);
        let moved = other.records.into_iter().map(|ranked| Ranked {
            of: before + ranked.of,
            ..ranked
        });
        self.records.extend(moved);
        self.records.sort_by_key(Ranked::place); // stable
        self.is_ordered &= other.is_ordered;
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The score and the id at a place that was ordered.
    pub fn at(&self, place: usize) -> Option<(i64, &str)> {
        let ranked = self.records.get(place)?;
        Some((ranked.score, ranked.record.id()))
    }

    /// How many records have a better score.
    pub fn better_than(&self, score: i64) -> usize {
        self.records.partition_point(|ranked| ranked.score > score)
    }

    /// The place of a record of a ranking of one resource.
    pub fn place_of(
        &mut self,
        connection: &mut AnyConnection,
        id: &str,
    ) -> QueryResult<Option<usize>> {
        let is_it = |ranked: &Ranked| ranked.record.id() == id;
        if let Some(place) = self.records.iter().position(is_it) {
            self.order(connection, &(place..place + 1))?;
        }
        Ok(self.records.iter().position(is_it))
    }

    /// The resources and ids of the records at these places.
    pub fn ids(
        &mut self,
        connection: &mut AnyConnection,
        places: Range<usize>,
    ) -> QueryResult<Vec<(&'static Resource, String)>> {
        self.order(connection, &places)?;
        let records = self.records[places].iter();
        let id = |ranked: &Ranked| (self.resources[ranked.of], ranked.record.id().to_owned());
        Ok(records.map(id).collect())
    }

    /// The rows of the records at these places, of a ranking of one resource.
    pub fn rows(
        &mut self,
        connection: &mut AnyConnection,
        places: Range<usize>,
    ) -> QueryResult<Vec<Box<dyn Row>>> {
        let [resource] = self.resources[..] else {
            return Ok(Vec::new());
        };
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let mut read = self.with_equals(&places);
        if read.len() > places.len() + TOO_MANY {
            self.order(connection, &places)?;
            read = places.clone();
        }
        let records = &mut self.records[read.clone()];
        let query = resource.all(with_ids(&*records));
        let rows = resource.store.list(connection, &query)?;
        let order: HashMap<&str, usize> = rows.iter().map(|row| row.id()).zip(0..).collect();
        if !self.is_ordered {
            records.sort_by_key(|ranked| (ranked.place(), order.get(ranked.record.id())));
        }
        let shown = records[places.start - read.start..]
            .iter()
            .take(places.len());
        let shown: Vec<usize> = shown
            .filter_map(|ranked| order.get(ranked.record.id()).copied())
            .collect();
        let mut rows: Vec<Option<Box<dyn Row>>> = rows.into_iter().map(Some).collect();
        let shown = shown.into_iter().filter_map(|row| rows[row].take());
        Ok(shown.collect())
    }

    /// Puts the equal records among those at these places into the order of the document.
    fn order(&mut self, connection: &mut AnyConnection, places: &Range<usize>) -> QueryResult<()> {
        if self.is_ordered {
            return Ok(());
        }
        let records = self.with_equals(places);
        let records = &mut self.records[records];
        let are_equal = |one: &Ranked, other: &Ranked| one.place() == other.place();
        for (of, resource) in self.resources.iter().enumerate() {
            let equal = records.chunk_by(are_equal);
            let equal = equal.filter(|group| group.len() > 1 && group[0].of == of);
            let equal: Vec<&Ranked> = equal.flatten().collect();
            if equal.is_empty() {
                continue;
            }
            let query = resource.all(with_ids(equal));
            let ids = resource.store.matching(connection, &query)?;
            let order: HashMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
            for group in records.chunk_by_mut(are_equal) {
                if group[0].of == of {
                    group.sort_by_key(|ranked| order.get(ranked.record.id()));
                }
            }
        }
        Ok(())
    }

    /// The places, and those of the records that are equal to the first or the last of them.
    fn with_equals(&self, places: &Range<usize>) -> Range<usize> {
        let ends = self
            .records
            .get(places.start)
            .zip(self.records[..places.end].last());
        match ends {
            Some((first, last)) if !self.is_ordered && !places.is_empty() => {
                let (first, last) = (first.place(), last.place());
                let start = self
                    .records
                    .partition_point(|ranked| ranked.place() < first);
                let end = self
                    .records
                    .partition_point(|ranked| ranked.place() <= last);
                start..end
            }
            _ => places.clone(),
        }
    }
}

fn with_ids<'r>(records: impl IntoIterator<Item = &'r Ranked>) -> Filter {
    let id = |ranked: &Ranked| Value::Text(ranked.record.id().to_owned());
    Filter::column(
        "id",
        Predicate::OneOf(records.into_iter().map(id).collect()),
    )
}
