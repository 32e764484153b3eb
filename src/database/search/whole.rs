//! Makes the whole index anew: one thread reads and writes, another one analyses what was read.

use super::{
    analysis::{Analysed, Analyst},
    documents::{SEARCHED, documents},
    indexer::{Entry, Indexer},
    rules,
    surroundings::{Surroundings, assigned},
};
use crate::database::{
    AnyConnection,
    condition::{Condition, Value},
    find,
    resource::{Object, Query, Resource},
    schema::{measures, status_entries},
};
use diesel::prelude::*;
use std::{
    collections::HashMap,
    panic::resume_unwind,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

/// How many records are read at a time, and how many times before what was read is written.
const BATCH: i64 = 500;
const AHEAD: usize = 2;
/// So many texts of several records are remembered; records of a plan come together.
const SHARED: usize = 20_000;
/// How much FTS5 collects before it writes; usually one.
const MEGABYTES: usize = 32;

/// A text of a record.
enum Text {
    Own(String),
    /// One that many records have; it is analysed once.
    Shared(Arc<str>),
}

/// The texts of a record: title, summary and body.
struct Source {
    id: String,
    fields: [Vec<Text>; 3],
}

pub fn build(connection: &mut AnyConnection) -> QueryResult<()> {
    let mut indexer = Indexer::new(connection)?;
    indexer.clear()?;
    indexer.collect(MEGABYTES)?;
    let analyst: QueryResult<Analyst> = thread::scope(|scope| {
        let (to_analyse, sources) = mpsc::channel();
        let (analysed, entries) = mpsc::channel();
        let analysis = scope.spawn(move || analyse(&sources, &analysed));
        let mut pipe = Pipe {
            indexer: &mut indexer,
            to_analyse,
            entries,
            under_way: 0,
        };
        for resource in SEARCHED.into_iter().filter_map(find) {
            match resource.name {
                "measures" => pipe.index_measures()?,
                "status_entries" => pipe.index_statuses()?,
                _ => pipe.index_others(resource)?,
            }
        }
        pipe.finish()?;
        Ok(analysis.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let analyst = analyst?;
    indexer.collect(1)?;
    indexer.finish(&analyst)?;
    rules::note(connection)
}

/// Records of a resource, as they were read and as they are written.
type Sources = (&'static str, Vec<Source>);
type Entries = (&'static str, Vec<Entry>);

/// Analyses texts until there are no more.
fn analyse(sources: &Receiver<Sources>, entries: &Sender<Entries>) -> Analyst {
    let mut analyst = Analyst::default();
    let mut shared: HashMap<Arc<str>, Analysed> = HashMap::new();
    for (resource, sources) in sources {
        if shared.len() > SHARED {
            shared.clear();
        }
        let mut field = |texts: Vec<Text>| {
            let mut field: Option<Analysed> = None;
            let mut add = |text: &Analysed| match &mut field {
                Some(field) => field.add(text),
                None => field = Some(text.clone()),
            };
            for text in texts {
                match text {
                    Text::Own(text) => add(&analyst.text(&text)),
                    Text::Shared(text) => {
                        let analysed = shared.entry(text);
                        let text = Arc::clone(analysed.key());
                        add(analysed.or_insert_with(|| analyst.text(&text)));
                    }
                }
            }
            field.unwrap_or_default()
        };
        let entry = |source: Source| Entry::new(source.id, source.fields.map(&mut field));
        let analysed = sources.into_iter().map(entry).collect();
        if entries.send((resource, analysed)).is_err() {
            break; // writing failed
        }
    }
    analyst
}

/// What is read goes in, and comes back analysed.
struct Pipe<'p, 'c> {
    indexer: &'p mut Indexer<'c>,
    to_analyse: Sender<Sources>,
    entries: Receiver<Entries>,
    under_way: usize,
}

/// A measure: id, number, title, indicator, section.
type MeasureRow = (
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
);

/// A status entry: id, measure, statement, note.
type StatusRow = (String, String, Option<String>, Option<String>);

impl Pipe<'_, '_> {
    fn send(&mut self, resource: &'static str, sources: Vec<Source>) -> QueryResult<()> {
        if self.to_analyse.send((resource, sources)).is_ok() {
            self.under_way += 1;
        }
        if self.under_way > AHEAD {
            self.write()?;
        }
        Ok(())
    }

    /// Writes what comes back next.
    fn write(&mut self) -> QueryResult<()> {
        self.under_way -= 1;
        match self.entries.recv() {
            Ok((resource, entries)) => self.indexer.insert(resource, &entries),
            Err(_) => Ok(()), // the other thread panicked, and so does this one when it is joined
        }
    }

    /// Writes what is still under way; the other thread ends then.
    fn finish(mut self) -> QueryResult<()> {
        while self.under_way > 0 {
            self.write()?;
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
            query.condition = Condition::default();
            let last = vec![Some(Value::Text(last.to_owned()))];
            query.condition.add_beyond(&keys, last, false);
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
            let rows: Vec<MeasureRow> = measures::table
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
                .load(self.indexer.connection)?;
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
            let rows: Vec<StatusRow> = status_entries::table
                .filter(status_entries::id.gt(&last))
                .order(status_entries::id)
                .limit(BATCH)
                .select((
                    status_entries::id,
                    status_entries::measure_id,
                    status_entries::statement,
                    status_entries::note,
                ))
                .load(self.indexer.connection)?;
            let Some((end, ..)) = rows.last() else {
                return Ok(());
            };
            last.clone_from(end);
            let measures = rows.iter().map(|(_, measure, ..)| measure);
            let titles: Vec<(String, String)> = measures::table
                .filter(measures::id.eq_any(measures))
                .select((measures::id, measures::title))
                .load(self.indexer.connection)?;
            let titles: HashMap<String, String> = titles.into_iter().collect();
            let source = |(id, measure, statement, note): StatusRow| {
                let title = titles.get(&measure).cloned();
                let body = [statement, note].into_iter().flatten();
                let fields = [
                    title.map(Text::Own).into_iter().collect(),
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
