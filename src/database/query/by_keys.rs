//! Batched lookup: the records of a resource by the values of one column, a bounded number of values a query. Whoever
//! follows ids, in packages and answers, asks here.

use crate::database::{
    AnyConnection,
    model::resource::{Object, Resource},
    sql::filter::{Filter, Predicate, Value},
};
use diesel::QueryResult;

/// How many values go into one query.
const BATCH: usize = 500;

/// Gives `take` the records that have one of the keys in a column; those of a batch of keys in the order of the document.
pub fn by_keys<'k>(
    connection: &mut AnyConnection,
    resource: &Resource,
    column: &'static str,
    keys: impl IntoIterator<Item = &'k str>,
    mut take: impl FnMut(Object),
) -> QueryResult<()> {
    let mut keys: Vec<&str> = keys.into_iter().collect();
    keys.sort_unstable();
    keys.dedup();
    for keys in keys.chunks(BATCH) {
        let keys = keys.iter().map(|&key| Value::Text(key.to_owned()));
        let filter = Filter::column(column, Predicate::OneOf(keys.collect()));
        let rows = resource.store.list(connection, &resource.all(filter))?;
        rows.iter().map(|row| row.to_object()).for_each(&mut take);
    }
    Ok(())
}
