//! The one write path: whoever writes, a record is validated, written and remembered here.

use super::{
    AnyConnection,
    condition::{Condition, Test, Value},
    descriptor,
    draft::{Draft, Stamp},
    measures,
    record::Stamped,
    resource::{Object, Resource},
    revisions::{self, NewChange},
    rules, search, timestamp,
    touched::Touched,
    vocabulary::Action,
};
use chrono::{NaiveDateTime, SubsecRound, Utc};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::HashMap;

/// What changes of the descriptor name as their resource.
pub const DESCRIPTOR: &str = "descriptor";

/// How many records are compared and written at a time.
const BATCH: usize = 500;

/// How much of a file a connection holds while it writes, so that no page goes to the disk twice, and
/// else; in KiB.
const WRITING_PAGES: u32 = 64 << 10;
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
    /// The measures whose derived columns a change bears on.
    measures: Touched<String>,
    changed: Touched<(&'static str, String)>,
    /// Changes that are not written yet.
    changes: Vec<NewChange>,
}

/// Runs writes in one transaction: all of them, or none.
pub fn write<T, E>(
    connection: &mut AnyConnection,
    work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
) -> Result<(T, Counts), E>
where
    E: From<Error> + From<diesel::result::Error>,
{
    connection.hold_pages(WRITING_PAGES)?;
    let written = connection.writing(|connection| {
        let last = revisions::version(connection)?;
        let mut writer = Writer {
            at: now().max(last.map_or(NaiveDateTime::MIN, |(_, at)| at)), // a clock may be set back
            last: last.map_or(0, |(number, _)| number),
            author: String::new(),
            counts: Counts::default(),
            measures: Touched::default(),
            changed: Touched::default(),
            changes: Vec::new(),
            connection,
        };
        let answer = work(&mut writer)?;
        writer.derive()?;
        Ok((answer, writer.counts))
    });
    connection.hold_pages(READING_PAGES)?;
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
    /// has records of the resource they are read once to compare and once to write.
    pub fn put<E, I>(
        &mut self,
        resource: &'static Resource,
        read: impl Fn() -> Result<I, E>,
        progress: &dyn Fn(u64),
    ) -> Result<(), E>
    where
        E: From<Error> + From<diesel::result::Error>,
        I: Iterator<Item = Result<Draft, E>>,
    {
        let is_new = resource.store.ids(self.connection, 1)?.is_empty();
        let changed = if is_new {
            None
        } else {
            Some(self.changed(resource, read()?, progress)?)
        };
        // All old rows go before the first new one comes, so that records can swap what is unique.
        for (id, created_at) in changed.iter().flatten() {
            if created_at.is_some() {
                resource.store.delete(self.connection, id)?;
            }
        }
        let mut drafts = read()?;
        while let Some(mut batch) = next_batch(&mut drafts)? {
            if let Some(changed) = &changed {
                batch.retain(|draft| changed.contains_key(draft.id()));
            }
            self.insert(&batch, changed.as_ref())?;
            progress(batch.len() as u64);
        }
        Ok(())
    }

    /// Those of the records that are not stored so.
    fn changed<E: From<diesel::result::Error>>(
        &mut self,
        resource: &'static Resource,
        mut drafts: impl Iterator<Item = Result<Draft, E>>,
        progress: &dyn Fn(u64),
    ) -> Result<Changed, E> {
        let mut changed = Changed::new();
        while let Some(batch) = next_batch(&mut drafts)? {
            let ids = batch.iter().map(|draft| Value::Text(draft.id().to_owned()));
            let condition = Condition::column("id", Test::OneOf(ids.collect()));
            let rows = resource
                .store
                .list(self.connection, &resource.all(condition))?;
            let rows = rows.iter().map(|row| row.to_object());
            let stored: HashMap<String, Object> =
                rows.map(|row| (text(&row, "id").to_owned(), row)).collect();
            let before = changed.len();
            for draft in &batch {
                let stored = stored.get(draft.id());
                if stored.is_some_and(|stored| draft.equals(stored)) {
                    continue;
                }
                if let Some(stored) = stored {
                    self.touch(resource, |name| text(stored, name));
                }
                let created_at = stored.map(|stored| text(stored, "created_at").to_owned());
                changed.insert(draft.id().to_owned(), created_at);
            }
            let unchanged = batch.len() - (changed.len() - before);
            self.counts.unchanged += unchanged;
            progress(unchanged as u64);
        }
        Ok(changed)
    }

    fn insert(&mut self, drafts: &[Draft], changed: Option<&Changed>) -> Result<(), Error> {
        let at = timestamp::format(self.at);
        let mut records: Vec<Stamped<'_>> = Vec::new();
        for draft in drafts {
            refuse_invalid(draft)?;
            let resource = draft.resource;
            let created_at = changed.and_then(|changed| changed.get(draft.id())?.as_deref());
            let action = match created_at {
                Some(_) => Action::Corrected,
                None => Action::Created,
            };
            self.touch(resource, |name| draft.text(name).unwrap_or_default());
            let revision = self.remember(resource.name, draft.id(), action, draft.json());
            let stamp = Stamp {
                revision,
                created_at: created_at.unwrap_or(&at),
                updated_at: &at,
            };
            records.push((draft, stamp));
            if resource.name == "withdrawals" {
                self.withdraw(draft)?;
            }
        }
        if let Some(draft) = drafts.first() {
            draft.resource.store.insert(self.connection, &records)?;
        }
        Ok(self.keep_changes()?)
    }

    /// Takes the record back that a withdrawal names, where the register holds it.
    fn withdraw(&mut self, withdrawal: &Draft) -> QueryResult<()> {
        let id = withdrawal.text("record_id").unwrap_or_default();
        let Some(resource) = withdrawal.text("resource").and_then(super::find) else {
            return Ok(());
        };
        if let Some(row) = resource.store.find(self.connection, id)? {
            let object = row.to_object();
            self.touch(resource, |name| text(&object, name));
            resource.store.delete(self.connection, id)?;
            let own = own_part(resource, &object);
            let own = serde_json::to_string(&own).unwrap_or_default();
            self.remember(resource.name, id, Action::Withdrawn, own);
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
        self.remember(DESCRIPTOR, name, action, record);
        self.keep_changes()
    }

    /// Notes a change and gives its number; `keep_changes` writes it.
    fn remember(
        &mut self,
        resource: &'static str,
        record_id: &str,
        action: Action,
        record: String,
    ) -> i64 {
        self.last += 1;
        if resource != DESCRIPTOR {
            match action {
                Action::Created => self.counts.created += 1,
                Action::Corrected => self.counts.corrected += 1,
                Action::Withdrawn => self.counts.withdrawn += 1,
            }
        }
        self.changes.push(NewChange {
            number: self.last,
            resource,
            record_id: record_id.to_owned(),
            action,
            record,
        });
        self.last
    }

    fn keep_changes(&mut self) -> QueryResult<()> {
        let changes = std::mem::take(&mut self.changes);
        revisions::insert(self.connection, changes, self.at, &self.author)
    }

    /// Notes what has to follow from a change of a record.
    fn touch<'r>(&mut self, resource: &'static Resource, text: impl Fn(&str) -> &'r str) {
        let owned = |name: &str| text(name).to_owned();
        self.changed.add(|| (resource.name, owned("id")));
        match resource.name {
            "measures" => self.measures.add(|| owned("id")),
            "status_entries" => self.measures.add(|| owned("measure_id")),
            "assignments" => self.changed.add(|| ("measures", owned("measure_id"))),
            _ => {}
        }
    }

    /// Brings up to date what follows from the records: derived columns, and the search.
    fn derive(&mut self) -> QueryResult<()> {
        measures::derive(self.connection, &self.measures)?;
        search::refresh(self.connection, &self.changed)
    }
}

/// Records that are not stored as they are to be, by their ids: when the stored one was created,
/// where there is one.
type Changed = HashMap<String, Option<String>>;

fn refuse_invalid(draft: &Draft) -> Result<(), Error> {
    match rules::problems(draft).into_iter().next() {
        Some((column, reason)) => Err(Error::Invalid {
            resource: draft.resource.name,
            id: draft.id().to_owned(),
            column,
            reason,
        }),
        None => Ok(()),
    }
}

fn text<'r>(record: &'r Object, name: &str) -> &'r str {
    record.get(name).and_then(Json::as_str).unwrap_or_default()
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

/// The next drafts; `None` where there are no more.
fn next_batch<E>(
    drafts: &mut impl Iterator<Item = Result<Draft, E>>,
) -> Result<Option<Vec<Draft>>, E> {
    let batch: Vec<Draft> = drafts.take(BATCH).collect::<Result<_, E>>()?;
    Ok(Some(batch).filter(|batch| !batch.is_empty()))
}
