//! Batched reads by keyset: all rows that match, a batch at a time, so that few are held at once however many there
//! are. Exports, downloads and the search index read by it.

use crate::database::{
    AnyConnection,
    connection::deadline,
    model::{
        resource::{Column, Kind, Object, Query, Resource, Row},
        timestamp,
    },
    query::planner::Strategy,
    sql::filter::{Filter, Order, Value},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{QueryResult, result::Error};
use serde_json::Value as Json;

/// Rows of a batch.
const BATCH: usize = 1000;

/// Gives `take` the rows that meet the condition, in the order of the columns, batch by batch.
///
/// It runs in the transaction of the caller, so that all batches are of one state of the register. An
/// error of `take` ends it and is returned.
pub fn for_each_batch<E: From<Error>>(
    connection: &mut AnyConnection,
    resource: &Resource,
    matching: &Filter,
    (columns, order): (&[&'static Column], &Order),
    mut take: impl FnMut(&mut AnyConnection, &[Box<dyn Row>]) -> Result<(), E>,
) -> Result<(), E> {
    let mut query = Query {
        condition: matching.clone(),
        order: order.clone(),
        limit: i64::try_from(BATCH).unwrap_or(i64::MAX),
        offset: 0,
    };
    deadline::again();
    let strategy = Strategy::choose(connection, resource, matching, query.limit)?;
    loop {
        deadline::again();
        let rows = strategy.batch(connection, resource, columns, &query)?;
        take(connection, &rows)?;
        match rows.last() {
            Some(last) if rows.len() == BATCH => {
                let end = end(resource, columns, &last.to_object())?;
                query.condition = matching.clone();
                query.condition.add_seek(&order.keys, end, false);
            }
            _ => return Ok(()),
        }
    }
}

/// Gives `take` all records, in the order of the document, batch by batch.
pub fn for_each_record<E: From<Error>>(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    mut take: impl FnMut(Vec<Object>) -> Result<(), E>,
) -> Result<(), E> {
    let query = resource.all(Filter::default());
    let names = resource.order.iter().chain(&["id"]);
    let mut columns: Vec<&'static Column> = Vec::new();
    for column in names.filter_map(|name| resource.column(name)) {
        if !columns.iter().any(|other| other.name == column.name) {
            columns.push(column);
        }
    }
    let order = (columns.as_slice(), &query.order);
    for_each_batch(connection, resource, &query.condition, order, |_, rows| {
        take(rows.iter().map(|row| row.to_object()).collect())
    })
}

/// The values of a row in the columns of an order.
fn end(
    resource: &Resource,
    columns: &[&'static Column],
    row: &Object,
) -> QueryResult<Vec<Option<Value>>> {
    let values = columns.iter().map(|column| {
        bound(resource, column, &row[column.name]).ok_or_else(|| {
            let name = column.name;
            Error::SerializationError(format!("`{name}` has no value to go on from").into())
        })
    });
    values.collect()
}

/// The value of the column that a column sorts by; `None` where the value does not fit.
pub fn bound(resource: &Resource, column: &Column, value: &Json) -> Option<Option<Value>> {
    if value.is_null() {
        return column.nullable.then_some(None);
    }
    let key = resource
        .sort_keys
        .iter()
        .find(|(name, ..)| *name == column.name);
    let value = match (&column.kind, value) {
        (Kind::Integer, Json::Number(number)) => Value::Integer(number.as_i64()?),
        (Kind::Date, Json::String(date)) => {
            let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok();
            Value::Date(date.filter(|date| timestamp::is_plain_year(*date))?)
        }
        (Kind::Timestamp, Json::String(moment)) => {
            let moment = NaiveDateTime::parse_from_str(moment, "%Y-%m-%dT%H:%M:%SZ").ok();
            Value::Moment(moment.filter(|moment| timestamp::is_plain(*moment))?)
        }
        (Kind::Id | Kind::Text | Kind::Country | Kind::Enum(_), Json::String(text))
            if !text.contains('\0') =>
        {
            Value::Text(key.map_or_else(|| text.clone(), |(_, _, function)| function(text)))
        }
        _ => return None,
    };
    Some(Some(value))
}
