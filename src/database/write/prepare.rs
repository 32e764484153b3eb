//! A producer thread that prepares records (rows, sort keys, revisions) in batches while the connection is busy
//! writing those before. The writer consumes them through a bounded channel.

use crate::database::{
    model::prepared_record::PreparedRecord,
    model::{enums::Action, new_record::NewRecord, resource::Resource, timestamp, validation},
    write::{revisions::NewChange, writer::Error},
};
use chrono::NaiveDateTime;
use std::{collections::HashMap, sync::mpsc::SyncSender};

/// How many records are compared and written at a time.
const BATCH: usize = 500;
/// A batch of long records ends with the one that brings it to so many bytes.
const BYTES: usize = 2 << 20;

/// Records that are not stored as they are to be, by their ids: when the stored one was created,
/// where there is one.
pub type Changed = HashMap<String, Option<NaiveDateTime>>;

/// Records that are ready to be written, with their changes.
pub struct Batch {
    pub records: Vec<PreparedRecord>,
    pub changes: Vec<NewChange>,
}

/// Makes batches of records, and numbers their changes.
pub struct Preparer<'p> {
    pub resource: &'static Resource,
    /// Which of the records are to be written; all, where nothing is stored.
    pub changed: Option<&'p Changed>,
    pub at: NaiveDateTime,
    /// The number of the last change.
    pub last: i64,
}

impl Preparer<'_> {
    /// Prepares all records, until one is wrong or nobody takes them any more.
    pub fn run<E: From<Error> + From<diesel::result::Error>>(
        mut self,
        mut drafts: impl Iterator<Item = Result<NewRecord, E>>,
        batches: &SyncSender<Result<Batch, E>>,
    ) -> Result<(), E> {
        while let Some(mut batch) = next_batch(&mut drafts)? {
            if let Some(changed) = self.changed {
                batch.retain(|draft| changed.contains_key(draft.id()));
            }
            if batches.send(Ok(self.prepare(batch)?)).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn prepare(&mut self, drafts: Vec<NewRecord>) -> Result<Batch, Error> {
        let mut records = Vec::with_capacity(drafts.len());
        let mut changes = Vec::with_capacity(drafts.len());
        for draft in drafts {
            refuse_invalid(&draft)?;
            let stored = self.changed.and_then(|changed| changed.get(draft.id()));
            let created_at = stored.copied().flatten();
            self.last += 1;
            changes.push(NewChange {
                number: self.last,
                resource: self.resource.name,
                record_id: draft.id().to_owned(),
                action: match created_at {
                    Some(_) => Action::Corrected,
                    None => Action::Created,
                },
                record: draft.json(),
            });
            let created_at = timestamp::in_rows(created_at.unwrap_or(self.at));
            records.push(PreparedRecord::new(draft, self.last, created_at));
        }
        Ok(Batch { records, changes })
    }
}

fn refuse_invalid(draft: &NewRecord) -> Result<(), Error> {
    match validation::problems(draft, &[]).into_iter().next() {
        Some((column, reason)) => Err(Error::Invalid {
            resource: draft.resource.name,
            id: draft.id().to_owned(),
            column,
            reason,
        }),
        None => Ok(()),
    }
}

/// The next drafts; `None` where there are no more.
pub fn next_batch<E>(
    drafts: &mut impl Iterator<Item = Result<NewRecord, E>>,
) -> Result<Option<Vec<NewRecord>>, E> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH && bytes < BYTES {
        let Some(draft) = drafts.next().transpose()? else {
            break;
        };
        bytes += draft.size();
        batch.push(draft);
    }
    Ok(Some(batch).filter(|batch| !batch.is_empty()))
}
