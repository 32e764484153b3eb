//! Pages of a search, the best match first.

use super::{cursor::Cursor, page::Page, parameters::ListRequest};
use crate::database::{
    AnyConnection,
    condition::{Condition, Test, Value},
    resource::{Resource, Row},
    search,
};
use diesel::QueryResult;
use serde_json::{Value as Json, json};
use std::ops::Range;

/// The name of the order in cursors.
pub fn order_name(resource: &Resource) -> String {
    format!("{}:relevance", resource.name)
}

/// Whether the values of a cursor are those of this order.
pub fn fits(cursor: &Cursor) -> bool {
    matches!(cursor.values.as_slice(), [Json::Number(score), Json::String(_)] if score.is_i64())
}

/// One page; `None` where more records match than are ranked.
pub fn read(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    asked: &ListRequest,
) -> QueryResult<Option<Page>> {
    let Some(query) = &asked.search else {
        return Ok(None);
    };
    let Some(ranked) = search::ranked(connection, resource, &asked.matching, query)? else {
        return Ok(None);
    };
    let place = place(&ranked, asked);
    let ids: Vec<&str> = ranked[place.clone()]
        .iter()
        .map(|(_, id)| id.as_str())
        .collect();
    let rows = rows(connection, resource, &ids)?;
    let cursor = |at: usize, backwards| {
        let (score, id) = ranked.get(at)?;
        Some(Cursor {
            order: order_name(resource),
            values: vec![json!(score), json!(id)],
            backwards,
        })
    };
    let next =
        (place.end < ranked.len() && !place.is_empty()).then(|| cursor(place.end - 1, false));
    let prev = (place.start > 0 && !place.is_empty()).then(|| cursor(place.start, true));
    Ok(Some(Page {
        data: asked.view.show(connection, resource, &rows)?,
        total: i64::try_from(ranked.len()).unwrap_or(i64::MAX),
        limit: asked.limit,
        number: asked.page,
        prev: prev.flatten(),
        next: next.flatten(),
        suggestions: None,
        facets: Vec::new(),
    }))
}

/// Which of the ranked records the page shows.
fn place(ranked: &[(i64, String)], asked: &ListRequest) -> Range<usize> {
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let start = match (&asked.cursor, asked.page) {
        (Some(cursor), _) => {
            let id = cursor.values[1].as_str().unwrap_or_default();
            let score = cursor.values[0].as_i64().unwrap_or_default();
            let same = ranked.iter().position(|(_, other)| other == id);
            // a record that no longer matches leaves its place by its score
            let at = same.unwrap_or_else(|| ranked.partition_point(|(other, _)| *other > score));
            if cursor.backwards {
                return at.saturating_sub(limit)..at;
            }
            at + usize::from(same.is_some())
        }
        (None, Some(page)) => usize::try_from((page - 1) * asked.limit).unwrap_or(usize::MAX),
        (None, None) => 0,
    };
    let start = start.min(ranked.len());
    start..(start + limit).min(ranked.len())
}

/// The rows with these ids, in the order of the ids.
fn rows(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    ids: &[&str],
) -> QueryResult<Vec<Box<dyn Row>>> {
    let values = ids
        .iter()
        .map(|&id| Value::Text(id.to_owned()))
        .collect::<Vec<_>>();
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let condition = Condition::column("id", Test::OneOf(values));
    let mut rows = resource.store.list(connection, &resource.all(condition))?;
    rows.sort_by_cached_key(|row| ids.iter().position(|id| row.id() == *id));
    Ok(rows)
}
