//! Rebuilds the whole search index from the records, a batch at a time. Loads of many records call it, and the start of
//! a program whose `INDEX_VERSION` is another than the register's.

use crate::database::{
    AnyConnection,
    model::resource::{Object, Query, Resource},
    resources::searched,
    search::{
        analyzer::Analyzer,
        document::{Document, documents},
        index_version,
        index_writer::{Entry, Indexer},
    },
    sql::filter::{Filter, Value},
};
use diesel::QueryResult;
use std::{panic::resume_unwind, thread};

/// How many records are read, analysed and written at a time.
const BATCH: i64 = 500;

/// Makes the index of all records anew.
pub fn build(connection: &mut AnyConnection) -> QueryResult<()> {
    let mut indexer = Indexer::new(connection)?;
    let mut analyzer = Analyzer::default();
    indexer.clear()?;
    for resource in searched() {
        index(&mut indexer, &mut analyzer, resource)?;
    }
    indexer.finish(&analyzer)?;
    index_version::note(connection)
}

/// Indexes the records of a resource. One thread analyses the texts of a batch while this one writes the batch before
/// and reads the next.
fn index(
    indexer: &mut Indexer<'_>,
    analyzer: &mut Analyzer,
    resource: &'static Resource,
) -> QueryResult<()> {
    let mut batches = Batches::of(resource);
    let mut read = batches.next(indexer.connection)?;
    let mut analysed: Vec<Entry> = Vec::new();
    while !read.is_empty() || !analysed.is_empty() {
        (read, analysed) = thread::scope(|scope| {
            let analyst = scope.spawn(|| {
                let entries = read.iter().map(|document| Entry::of(document, analyzer));
                entries.collect()
            });
            indexer.insert(resource.name, &analysed)?;
            let next = batches.next(indexer.connection)?;
            let entries = analyst.join().unwrap_or_else(|panic| resume_unwind(panic));
            Ok::<_, diesel::result::Error>((next, entries))
        })?;
    }
    Ok(())
}

/// The documents of a resource in the order of their ids.
struct Batches {
    resource: &'static Resource,
    query: Query,
    is_over: bool,
}

impl Batches {
    fn of(resource: &'static Resource) -> Self {
        let query = Query {
            limit: BATCH,
            ..resource.ordered(resource.sort_keys(&[("id", false)]))
        };
        Self {
            resource,
            query,
            is_over: false,
        }
    }

    /// The next documents; none where there are no more.
    fn next(&mut self, connection: &mut AnyConnection) -> QueryResult<Vec<Document>> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let rows = self.resource.store.list(connection, &self.query)?;
        let Some(last) = rows.last() else {
            self.is_over = true;
            return Ok(Vec::new());
        };
        let end = vec![Some(Value::Text(last.id().to_owned()))];
        self.query.condition = Filter::default();
        self.query
            .condition
            .add_seek(&self.query.order.keys, end, false);
        let rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
        documents(connection, self.resource, &rows)
    }
}
