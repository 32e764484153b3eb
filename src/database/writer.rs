//! The one write path: whoever writes, a record is validated, written and remembered here.

use super::{
    AnyConnection,
    condition::{Condition, Test, Value},
    descriptor, measures,
    resource::{Object, Resource},
    revisions::{self, NewChange},
    rules, search, timestamp,
    vocabulary::Action,
};
use chrono::{NaiveDateTime, SubsecRound, Utc};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};

/// What changes of the descriptor name as their resource.
pub const DESCRIPTOR: &str = "descriptor";

/// How many records are compared at a time.
const BATCH: usize = 500;

/// Why records cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{resource} `{id}`: {column} {reason}")]
    Invalid {
        resource: &'static str,
        id: String,
        column: &'static str,
        reason: String,
    },
    #[error("The database answered: {0}")]
    Query(#[from] diesel::result::Error),
}

/// How many records were written, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub created: usize,
    pub corrected: usize,
    pub withdrawn: usize,
    pub unchanged: usize,
}

/// Writes within one transaction.
pub struct Writer<'c> {
    pub connection: &'c mut AnyConnection,
    pub counts: Counts,
    /// Whom the revisions name.
    pub author: String,
    at: NaiveDateTime,
    last: i64,
    /// The measures whose derived columns a change bears on.
    measures: BTreeSet<String>,
    changed: BTreeSet<(&'static str, String)>,
}

/// Runs writes in one transaction: all of them, or none.
pub fn write<T, E>(
    connection: &mut AnyConnection,
    work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
) -> Result<(T, Counts), E>
where
    E: From<Error> + From<diesel::result::Error>,
{
    connection.writing(|connection| {
        let last = revisions::version(connection)?;
        let mut writer = Writer {
            at: now().max(last.map_or(NaiveDateTime::MIN, |(_, at)| at)), // a clock may be set back
            last: last.map_or(0, |(number, _)| number),
            author: String::new(),
            counts: Counts::default(),
            measures: BTreeSet::new(),
            changed: BTreeSet::new(),
            connection,
        };
        let answer = work(&mut writer)?;
        writer.derive()?;
        Ok((answer, writer.counts))
    })
}

/// The present second; `SOURCE_DATE_EPOCH` where it is set, for builds that must be repeatable.
fn now() -> NaiveDateTime {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| chrono::DateTime::from_timestamp(seconds.parse().ok()?, 0))
        .unwrap_or_else(Utc::now)
        .naive_utc()
        .trunc_subsecs(0)
}

impl Writer<'_> {
    /// Creates or corrects the records that differ from what the register holds.
    pub fn put(
        &mut self,
        resource: &'static Resource,
        records: Vec<Object>,
        progress: &dyn Fn(u64),
    ) -> Result<(), Error> {
        for record in &records {
            if let Some((column, reason)) = rules::problems(resource, record).into_iter().next() {
                let (resource, id) = (resource.name, id(record).to_owned());
                return Err(Error::Invalid {
                    resource,
                    id,
                    column,
                    reason,
                });
            }
        }
        let mut changed = Vec::new();
        for batch in in_batches(records) {
            let size = batch.len();
            let differing = self.changed(resource, batch)?;
            progress((size - differing.len()) as u64);
            changed.extend(differing);
        }
        // All old rows go before the first new one comes, so that records can swap what is unique.
        for (record, old) in &changed {
            if old.is_some() {
                resource.store.delete(self.connection, id(record))?;
            }
        }
        for (record, old) in changed {
            self.insert(resource, &record, old)?;
            progress(1);
        }
        Ok(())
    }

    /// Those of the records that differ, each with the old one.
    fn changed(
        &mut self,
        resource: &'static Resource,
        batch: Vec<Object>,
    ) -> QueryResult<Vec<(Object, Option<Object>)>> {
        let ids = batch
            .iter()
            .map(|record| Value::Text(id(record).to_owned()));
        let condition = Condition::column("id", Test::OneOf(ids.collect()));
        let rows = resource
            .store
            .list(self.connection, &resource.all(condition))?;
        let mut existing: HashMap<String, Object> = rows
            .iter()
            .map(|row| row.to_object())
            .map(|object| (id(&object).to_owned(), object))
            .collect();
        let mut changed = Vec::new();
        for record in batch {
            let old = existing.remove(id(&record));
            let same = old.as_ref().is_some_and(|old| {
                resource.own_columns().all(|column| {
                    old.get(column.name) == Some(record.get(column.name).unwrap_or(&Json::Null))
                })
            });
            if same {
                self.counts.unchanged += 1;
            } else {
                changed.push((record, old));
            }
        }
        Ok(changed)
    }

    fn insert(
        &mut self,
        resource: &'static Resource,
        record: &Object,
        old: Option<Object>,
    ) -> QueryResult<()> {
        let action = if old.is_some() {
            Action::Corrected
        } else {
            Action::Created
        };
        let own = own_part(resource, record);
        self.touch(resource, &own);
        if let Some(old) = &old {
            self.touch(resource, old);
        }
        let number = self.remember(resource.name, id(&own), action, &own)?;
        let at = Json::from(timestamp::format(self.at));
        let created_at = old.and_then(|mut old| old.remove("created_at"));
        let mut row = own;
        for derived in resource.derived {
            row.insert((*derived).to_owned(), Json::Null);
        }
        row.insert("revision".to_owned(), number.into());
        row.insert(
            "created_at".to_owned(),
            created_at.unwrap_or_else(|| at.clone()),
        );
        row.insert("updated_at".to_owned(), at);
        if resource.name == "withdrawals" {
            self.withdraw(&row)?;
        }
        resource.store.insert(self.connection, row)
    }

    /// Takes the record back that a withdrawal names, where the register holds it.
    fn withdraw(&mut self, withdrawal: &Object) -> QueryResult<()> {
        let text = |name: &str| {
            withdrawal
                .get(name)
                .and_then(Json::as_str)
                .unwrap_or_default()
        };
        let Some(resource) = super::find(text("resource")) else {
            return Ok(());
        };
        if let Some(row) = resource.store.find(self.connection, text("record_id"))? {
            let object = row.to_object();
            self.touch(resource, &object);
            resource.store.delete(self.connection, text("record_id"))?;
            let own = own_part(resource, &object);
            self.remember(resource.name, text("record_id"), Action::Withdrawn, &own)?;
        }
        Ok(())
    }

    /// Keeps the descriptor of the package that the register is loaded from.
    pub fn put_descriptor(&mut self, properties: &Object) -> QueryResult<()> {
        let old = descriptor::read(self.connection)?;
        let name = |object: &Object| object.get("name").cloned();
        if *old == *properties || (!old.is_empty() && name(&old) != name(properties)) {
            return Ok(()); // unchanged, or another package loaded beside the first
        }
        descriptor::replace(self.connection, properties)?;
        let action = if old.is_empty() {
            Action::Created
        } else {
            Action::Corrected
        };
        let name = properties
            .get("name")
            .and_then(Json::as_str)
            .unwrap_or("register");
        self.remember(DESCRIPTOR, name, action, properties)?;
        Ok(())
    }

    fn remember(
        &mut self,
        resource: &str,
        record_id: &str,
        action: Action,
        record: &Object,
    ) -> QueryResult<i64> {
        self.last += 1;
        if resource != DESCRIPTOR {
            match action {
                Action::Created => self.counts.created += 1,
                Action::Corrected => self.counts.corrected += 1,
                Action::Withdrawn => self.counts.withdrawn += 1,
            }
        }
        let change = NewChange {
            number: self.last,
            resource,
            record_id,
            action,
            at: self.at,
            author: &self.author,
            record,
        };
        revisions::insert(self.connection, &change)?;
        Ok(self.last)
    }

    /// Notes what has to follow from a change of a record.
    fn touch(&mut self, resource: &'static Resource, record: &Object) {
        let text = |name: &str| record.get(name).and_then(Json::as_str).map(str::to_owned);
        self.changed
            .extend(text("id").map(|id| (resource.name, id)));
        match resource.name {
            "measures" => self.measures.extend(text("id")),
            "status_entries" => self.measures.extend(text("measure_id")),
            "assignments" => self
                .changed
                .extend(text("measure_id").map(|id| ("measures", id))),
            _ => {}
        }
    }

    /// Brings up to date what follows from the records: derived columns, and the search.
    fn derive(&mut self) -> QueryResult<()> {
        for id in std::mem::take(&mut self.measures) {
            measures::derive(self.connection, &id)?;
        }
        search::refresh(self.connection, &self.changed)
    }
}

fn id(record: &Object) -> &str {
    record.get("id").and_then(Json::as_str).unwrap_or_default()
}

/// The columns that packages hold, in order.
fn own_part(resource: &'static Resource, record: &Object) -> Object {
    resource
        .own_columns()
        .map(|column| {
            let value = record.get(column.name).cloned().unwrap_or_default();
            (column.name.to_owned(), value)
        })
        .collect()
}

fn in_batches(records: Vec<Object>) -> impl Iterator<Item = Vec<Object>> {
    let mut rest = records.into_iter();
    std::iter::from_fn(move || {
        let batch: Vec<Object> = rest.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then_some(batch)
    })
}
