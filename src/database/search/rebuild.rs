//! Makes the whole index anew: one thread reads and writes, another one analyses what was read.

use crate::database::{
    AnyConnection,
    model::resource::{Object, Query, Resource},
    resources::searched,
    schema::{measures, status_entries},
    search::{
        document::{documents, stands_apart},
        index_version,
        index_writer::{Indexer, insert_documents, insert_texts},
        scratch::{Scratch, take_over},
        surroundings::{Surroundings, assigned},
        worker::{Done, Source, Sources, Text, Worker},
    },
    sql::{
        filter::{Filter, Value},
        writer::native,
    },
};
use diesel::{prelude::*, result::Error::RollbackTransaction};
use std::{
    collections::VecDeque,
    panic::resume_unwind,
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

/// What is to be done besides.
pub type Chore = Box<dyn FnOnce(&mut AnyConnection) -> QueryResult<()>>;

/// How many records are read at a time, and how many times before what was read must come back.
const BATCH: i64 = 500;
const AHEAD: usize = 128;
/// Of long texts fewer may be under way: so many bytes, and one time more.
const BYTES_AHEAD: usize = 32 << 20;

/// Makes the index of all records, and does what else is to be done while the other thread is busy.
pub fn build(
    connection: &mut AnyConnection,
    chores: &mut dyn Iterator<Item = Chore>,
) -> QueryResult<()> {
    let scratch = Scratch::like(connection)?;
    let mut indexer = Indexer::new(connection)?;
    indexer.clear()?;
    let is_apart = scratch.is_some();
    let worker = Worker::new(scratch);
    let analyst = thread::scope(|scope| {
        let (to_analyse, sources) = mpsc::channel();
        let (finished, done) = mpsc::sync_channel(AHEAD);
        let work = scope.spawn(move || worker.run(&sources, &finished));
        let pipe = Pipe {
            indexer: &mut indexer,
            is_apart,
            to_analyse,
            done,
            under_way: VecDeque::new(),
            chores,
        };
        let written = pipe.run();
        let analyst = work.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        written.map(|()| analyst)
    })?;
    indexer.finish(&analyst)?;
    index_version::note(connection)
}

/// What is read goes in, and comes back analysed.
struct Pipe<'p, 'c> {
    indexer: &'p mut Indexer<'c>,
    /// Whether the index is made by the other thread.
    is_apart: bool,
    to_analyse: Sender<Sources>,
    done: Receiver<Done>,
    /// How many bytes each of those has that are not back, in the order in which they come.
    under_way: VecDeque<usize>,
    chores: &'p mut dyn Iterator<Item = Chore>,
}

/// A measure: id, number, title, indicator, section.
type MeasureRow = (
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
);

/// A status entry: id, title of its measure, statement, note, quote.
type StatusRow = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl Pipe<'_, '_> {
    /// Reads all records, and writes what comes back, until nothing does any more.
    fn run(mut self) -> QueryResult<()> {
        for resource in searched() {
            match resource.name {
                "measures" => self.index_measures()?,
                "status_entries" => self.index_statuses()?,
                _ => self.index_others(resource)?,
            }
        }
        let Self {
            indexer,
            is_apart,
            to_analyse,
            done,
            chores,
            ..
        } = self;
        drop(to_analyse); // there is no more
        for chore in chores {
            chore(indexer.connection)?;
        }
        done.iter()
            .try_for_each(|done| write(indexer, is_apart, done))
    }

    fn is_full(&self) -> bool {
        self.under_way.len() >= AHEAD || self.under_way.iter().sum::<usize>() > BYTES_AHEAD
    }

    fn send(&mut self, resource: &'static str, records: Vec<Source>) -> QueryResult<()> {
        self.under_way
            .push_back(records.iter().map(Source::size).sum());
        let sources = Sources {
            resource,
            first: self.indexer.reserve(records.len()),
            records,
        };
        if self.to_analyse.send(sources).is_err() {
            return Err(RollbackTransaction); // the other thread failed, and tells why when it is joined
        }
        while self.is_full() {
            let done = match self.done.try_recv() {
                Ok(done) => Some(done),
                Err(_) => match self.chores.next() {
                    Some(chore) => {
                        chore(self.indexer.connection)?;
                        continue;
                    }
                    None => self.done.recv().ok(),
                },
            };
            let Some(done) = done else { break };
            self.under_way.pop_front();
            write(self.indexer, self.is_apart, done)?;
        }
        Ok(())
    }

    fn index_others(&mut self, resource: &'static Resource) -> QueryResult<()> {
        let keys = resource.sort_keys(&[("id", false)]);
        let mut query = Query {
            limit: BATCH,
            ..resource.ordered(keys.clone())
        };
        loop {
            let rows = resource.store.list(self.indexer.connection, &query)?;
            let rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
            let Some(last) = rows.last().and_then(|row| row["id"].as_str()) else {
                return Ok(());
            };
            query.condition = Filter::default();
            let last = vec![Some(Value::Text(last.to_owned()))];
            query.condition.add_seek(&keys, last, false);
            let documents = documents(self.indexer.connection, resource, &rows)?;
            let sources = documents.into_iter().map(|document| Source {
                id: document.id,
                fields: [document.title, document.summary, document.body].map(|texts| {
                    let texts = texts.into_iter();
                    texts.map(|(_, text)| Text::Own(text)).collect()
                }),
            });
            self.send(resource.name, sources.collect())?;
        }
    }

    fn index_measures(&mut self) -> QueryResult<()> {
        let mut surroundings = Surroundings::read(self.indexer.connection)?;
        let mut last = String::new();
        loop {
            let connection = &mut *self.indexer.connection;
            let rows: Vec<MeasureRow> = native!(connection => measures::table
                .filter(measures::id.gt(&last))
                .order(measures::id)
                .limit(BATCH)
                .select((
                    measures::id,
                    measures::number,
                    measures::title,
                    measures::indicator,
                    measures::section_id,
                ))
                .load(connection)?);
            let (Some((first, ..)), Some((end, ..))) = (rows.first(), rows.last()) else {
                return Ok(());
            };
            let assigned = assigned(self.indexer.connection, first, end)?;
            let sections = rows.iter().filter_map(|(.., section)| section.as_deref());
            surroundings.find_sections(self.indexer.connection, sections)?;
            last.clone_from(end);
            let source = |(id, number, title, indicator, section): MeasureRow| {
                let bodies = assigned.get(&id).into_iter().flatten();
                let bodies = bodies.filter_map(|id| surroundings.agencies.get(id));
                let body = surroundings.titles(section.as_deref());
                let body = body.chain(bodies.flatten()).cloned();
                let summary = [indicator, number].into_iter().flatten();
                let fields = [
                    vec![Text::Own(title)],
                    summary.map(Text::Own).collect(),
                    body.map(Text::Shared).collect(),
                ];
                Source { id, fields }
            };
            let sources = rows.into_iter().map(source).collect();
            self.send("measures", sources)?;
        }
    }

    fn index_statuses(&mut self) -> QueryResult<()> {
        let mut last = String::new();
        loop {
            let connection = &mut *self.indexer.connection;
            let rows: Vec<StatusRow> = native!(connection => status_entries::table
                .inner_join(measures::table)
                .filter(status_entries::id.gt(&last))
                .order(status_entries::id)
                .limit(BATCH)
                .select((
                    status_entries::id,
                    measures::title,
                    status_entries::statement,
                    status_entries::note,
                    status_entries::quote,
                ))
                .load(connection)?);
            let Some((end, ..)) = rows.last() else {
                return Ok(());
            };
            last.clone_from(end);
            let source = |(id, title, statement, note, quote): StatusRow| {
                let quote = quote.filter(|quote| stands_apart(quote, statement.as_deref()));
                let body = [statement, note, quote].into_iter().flatten();
                let fields = [
                    vec![Text::Own(title)],
                    Vec::new(),
                    body.map(Text::Own).collect(),
                ];
                Source { id, fields }
            };
            let sources = rows.into_iter().map(source).collect();
            self.send("status_entries", sources)?;
        }
    }
}

/// Writes what came back.
fn write(indexer: &mut Indexer<'_>, is_apart: bool, done: Done) -> QueryResult<()> {
    let connection = &mut *indexer.connection;
    match done {
        Done::Entries(resource, first, entries) => {
            if !is_apart {
                insert_texts(connection, first, resource, &entries)?;
            }
            insert_documents(connection, first, resource, &entries)
        }
        Done::Index(rows) => take_over(connection, &rows),
    }
}
