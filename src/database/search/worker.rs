//! The thread that analyses texts beside the one that reads and writes the register.

use super::scratch::{Rows, Scratch};
use crate::database::search::{
    analyzer::{Analyzer, TokenStream},
    index_writer::Entry,
};
use diesel::QueryResult;
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender},
    },
};

/// So many texts of several records are remembered; records of a plan come together.
const SHARED: usize = 20_000;

/// A text of a record.
pub enum Text {
    Own(String),
    /// One that many records have; it is analysed once.
    Shared(Arc<str>),
}

/// The texts of a record: title, summary and body.
pub struct Source {
    pub id: String,
    pub fields: [Vec<Text>; 3],
}

impl Source {
    /// How many bytes the texts have that are its own.
    pub fn size(&self) -> usize {
        let texts = self.fields.iter().flatten();
        let sizes = texts.map(|text| match text {
            Text::Own(text) => text.len(),
            Text::Shared(_) => 0,
        });
        sizes.sum()
    }
}

/// Records of a resource, as they were read, and the number that the first of them has in the index.
pub struct Sources {
    pub resource: &'static str,
    pub first: i64,
    pub records: Vec<Source>,
}

/// What comes back.
pub enum Done {
    /// The same records, analysed.
    Entries(&'static str, i64, Vec<Entry>),
    /// Of the index that was made of all of them, where it was made here.
    Index(Rows),
}

/// Analyses texts until there are no more.
#[derive(Default)]
pub struct Worker {
    analyst: Analyzer,
    shared: HashMap<Arc<str>, TokenStream>,
    /// The index, where it is made here.
    scratch: Option<Scratch>,
}

impl Worker {
    pub fn new(scratch: Option<Scratch>) -> Self {
        Self {
            scratch,
            ..Self::default()
        }
    }

    pub fn run(
        mut self,
        sources: &Receiver<Sources>,
        done: &SyncSender<Done>,
    ) -> QueryResult<Analyzer> {
        for Sources {
            resource,
            first,
            records,
        } in sources
        {
            if self.shared.len() > SHARED {
                self.shared.clear();
            }
            let entries = records.into_iter().map(|source| self.entry(source));
            let entries: Vec<Entry> = entries.collect();
            if let Some(scratch) = &mut self.scratch {
                scratch.insert(first, resource, &entries)?;
            }
            if done.send(Done::Entries(resource, first, entries)).is_err() {
                return Ok(self.analyst); // writing failed
            }
        }
        if let Some(scratch) = self.scratch {
            scratch.hand_over(|rows| done.send(Done::Index(rows)).is_ok())?;
        }
        Ok(self.analyst)
    }

    fn entry(&mut self, source: Source) -> Entry {
        let fields = source.fields.map(|texts| self.field(texts));
        Entry::new(source.id, fields)
    }

    fn field(&mut self, texts: Vec<Text>) -> TokenStream {
        let Self {
            analyst, shared, ..
        } = self;
        let mut field: Option<TokenStream> = None;
        for text in texts {
            let text = match text {
                Text::Own(text) => Cow::Owned(analyst.text(&text)),
                Text::Shared(text) => {
                    let analysed = shared.entry(text);
                    let text = Arc::clone(analysed.key());
                    Cow::Borrowed(&*analysed.or_insert_with(|| analyst.text(&text)))
                }
            };
            match &mut field {
                Some(field) => field.add(&text),
                None => field = Some(text.into_owned()),
            }
        }
        field.unwrap_or_default()
    }
}
