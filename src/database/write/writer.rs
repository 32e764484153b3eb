//! The unit of work that writes records: validated, prepared, written and remembered as revisions. Whoever writes
//! does it through it.

use crate::database::{
    AnyConnection,
    connection::dataset_version,
    model::{
        enums::Action,
        new_record::NewRecord,
        prepared_record::PreparedRecord,
        record::Record,
        resource::{Object, Resource},
        timestamp,
    },
    query::by_keys::by_keys,
    write::{
        bulk_load::drop_secondary_indexes,
        derived::DerivedData,
        descriptor, numbering,
        prepare::{Batch, Changed, Preparer, next_batch},
        revisions::{self, NewChange},
        uniqueness,
    },
};
use chrono::{NaiveDateTime, SubsecRound, Utc};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::{collections::HashMap, sync::mpsc, thread};

/// What changes of the descriptor name as their resource.
pub const DESCRIPTOR: &str = "descriptor";

/// How many batches may be ready before they are written.
const AHEAD: usize = 4;

/// How much of a file a connection holds while it writes, and else; in KiB. More is slower to write with: it
/// does not stay in the caches of the processor.
const WRITING_PAGES: u32 = 24 << 10;
const READING_PAGES: u32 = 2000;

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
    consequences: DerivedData,
}

/// Runs writes in one transaction: all of them, or none.
pub fn write<T, E>(
    connection: &mut AnyConnection,
    work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
) -> Result<(T, Counts), E>
where
    E: From<Error> + From<diesel::result::Error>,
{
    connection.set_cache_size(WRITING_PAGES)?;
    let written = connection.writing(|connection| {
        let last = dataset_version::version(connection)?;
        let indexes = match last {
            Some(_) => Vec::new(),
            None => drop_secondary_indexes(connection)?,
        };
        let mut writer = Writer {
            at: now().max(last.map_or(NaiveDateTime::MIN, |(_, at)| at)), // a clock may be set back
            last: numbering::last(connection, last.map_or(0, |(number, _)| number))?,
            author: String::new(),
            counts: Counts::default(),
            consequences: DerivedData::default(),
            connection,
        };
        let answer = work(&mut writer)?;
        writer.consequences.draw(writer.connection, &indexes)?;
        Ok((answer, writer.counts))
    });
    connection.set_cache_size(READING_PAGES)?;
    written
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
    ///
    /// `read` gives the records, each time from the start: few are held at once, and where the register
    /// has records of the resource they are read once to compare and, where any differ, once to write.
    pub fn put<E, I>(
        &mut self,
        resource: &'static Resource,
        read: impl Fn() -> Result<I, E> + Sync,
        progress: &dyn Fn(u64),
    ) -> Result<(), E>
    where
        E: From<Error> + From<diesel::result::Error> + Send,
        I: Iterator<Item = Result<NewRecord, E>>,
    {
        let is_new = resource.store.ids(self.connection, 1)?.is_empty();
        let changed = if is_new {
            None
        } else {
            Some(self.changed(resource, read()?, progress)?)
        };
        if changed.as_ref().is_some_and(Changed::is_empty) {
            return Ok(());
        }
        // All old rows go before the first new one comes, so that records can swap what is unique.
        for (id, created_at) in changed.iter().flatten() {
            if created_at.is_some() {
                resource.store.delete(self.connection, id)?;
            }
        }
        let preparation = Preparer {
            resource,
            changed: changed.as_ref(),
            at: self.at,
            last: self.last,
        };
        let (read, mut withdrawals) = (&read, Vec::new());
        // One thread makes rows of the records while this one writes those before.
        thread::scope(|scope| {
            let (ready, batches) = mpsc::sync_channel(AHEAD);
            scope.spawn(move || {
                if let Err(error) = read().and_then(|drafts| preparation.run(drafts, &ready)) {
                    let _ = ready.send(Err(error)); // nobody listens where writing failed too
                }
            });
            for batch in batches {
                let batch = batch?;
                if !is_new {
                    uniqueness::reject_duplicates(self.connection, &batch.records)?;
                }
                let written = self.insert(resource, batch)?;
                progress(written.len() as u64);
                if resource.name == "withdrawals" {
                    withdrawals.extend(written);
                }
            }
            Ok::<_, E>(())
        })?;
        for PreparedRecord { draft, .. } in &withdrawals {
            self.withdraw(draft)?;
        }
        Ok(())
    }

    /// Those of the records that are not stored so.
    fn changed<E: From<diesel::result::Error>>(
        &mut self,
        resource: &'static Resource,
        mut drafts: impl Iterator<Item = Result<NewRecord, E>>,
        progress: &dyn Fn(u64),
    ) -> Result<Changed, E> {
        let mut changed = Changed::new();
        while let Some(batch) = next_batch(&mut drafts)? {
            let mut stored: HashMap<String, Object> = HashMap::new();
            let ids = batch.iter().map(NewRecord::id);
            by_keys(self.connection, resource, "id", ids, |row| {
                stored.insert(row.text("id").to_owned(), row);
            })?;
            let before = changed.len();
            for draft in &batch {
                let stored = stored.get(draft.id());
                if stored.is_some_and(|stored| draft.equals(stored)) {
                    continue;
                }
                if let Some(stored) = stored {
                    self.consequences.note(resource, |name| stored.text(name));
                }
                let created_at = stored.map(|stored| timestamp::parse(stored.text("created_at")));
                let created_at = created_at.transpose()?;
                changed.insert(draft.id().to_owned(), created_at);
            }
            let unchanged = batch.len() - (changed.len() - before);
            self.counts.unchanged += unchanged;
            progress(unchanged as u64);
        }
        Ok(changed)
    }

    /// Writes records that are ready.
    fn insert(
        &mut self,
        resource: &'static Resource,
        batch: Batch,
    ) -> QueryResult<Vec<PreparedRecord>> {
        for PreparedRecord { draft, .. } in &batch.records {
            self.consequences
                .note(draft.resource, |name| draft.text(name).unwrap_or_default());
        }
        let at = timestamp::in_rows(self.at);
        let store = resource.store;
        store.insert(self.connection, &batch.records, &at)?;
        self.keep(&batch.changes)?;
        Ok(batch.records)
    }

    /// Takes the record back that a withdrawal names, where the register holds it.
    fn withdraw(&mut self, withdrawal: &NewRecord) -> QueryResult<()> {
        let id = withdrawal.text("record_id").unwrap_or_default();
        let Some(resource) = withdrawal.text("resource").and_then(crate::database::find) else {
            return Ok(());
        };
        if let Some(row) = resource.store.find(self.connection, id)? {
            let object = row.to_object();
            self.consequences.note(resource, |name| object.text(name));
            resource.store.delete(self.connection, id)?;
            let own = own_part(resource, &object);
            let own = serde_json::to_string(&own).unwrap_or_default();
            self.remember(resource.name, id, Action::Withdrawn, own)?;
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
        let record = serde_json::to_string(properties).unwrap_or_default();
        self.remember(DESCRIPTOR, name, action, record)
    }

    /// Numbers a change and keeps it.
    fn remember(
        &mut self,
        resource: &'static str,
        record_id: &str,
        action: Action,
        record: String,
    ) -> QueryResult<()> {
        self.keep(&[NewChange {
            number: self.last + 1,
            resource,
            record_id: record_id.to_owned(),
            action,
            record,
        }])
    }

    /// Keeps changes that are numbered.
    fn keep(&mut self, changes: &[NewChange]) -> QueryResult<()> {
        for change in changes {
            self.last = change.number;
            if change.resource != DESCRIPTOR {
                match change.action {
                    Action::Created => self.counts.created += 1,
                    Action::Corrected => self.counts.corrected += 1,
                    Action::Withdrawn => self.counts.withdrawn += 1,
                }
            }
        }
        let at = timestamp::in_rows(self.at);
        revisions::insert(self.connection, changes, &self.author, &at)
    }
}

/// The columns that packages hold, in order.
fn own_part(resource: &'static Resource, record: &Object) -> Object {
    resource
        .input_columns()
        .map(|column| {
            let value = record.get(column.name).cloned().unwrap_or_default();
            (column.name.to_owned(), value)
        })
        .collect()
}
