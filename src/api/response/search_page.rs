//! Pages of a search, the best match first.

use crate::{
    api::{
        count_cache::CountsAtVersion,
        request::{cursor::Cursor, list_request::ListRequest},
        response::{budget::Refused, page::Page},
    },
    database::{
        AnyConnection,
        model::resource::Resource,
        search::{self, Ranking},
    },
};

use diesel::QueryResult;
use serde_json::json;
use std::ops::Range;

/// One page; `None` where more records match than are ranked.
pub fn read(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    counts: CountsAtVersion<'_>,
    asked: &ListRequest,
) -> Result<Option<Page>, Refused> {
    let Some(query) = &asked.search else {
        return Ok(None);
    };
    let knowledge = counts.knowledge(connection)?;
    let ranked = search::ranked(connection, &knowledge, resource, &asked.matching, query)?;
    let Some(mut ranked) = ranked else {
        return Ok(None);
    };
    let place = place(connection, &mut ranked, asked)?;
    let rows = ranked.rows(connection, place.clone())?;
    let cursor = |at: usize, backwards| {
        let (score, id) = ranked.at(at)?;
        Some(Cursor {
            order: asked.relevance_name.clone(),
            values: vec![json!(score), json!(id)],
            backwards,
        })
    };
    let next =
        (place.end < ranked.len() && !place.is_empty()).then(|| cursor(place.end - 1, false));
    let prev = (place.start > 0 && !place.is_empty()).then(|| cursor(place.start, true));
    let shown = asked.view.show(connection, resource, rows)?;
    Ok(Some(Page {
        data: shown.rows,
        cuts: shown.cuts,
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
fn place(
    connection: &mut AnyConnection,
    ranked: &mut Ranking,
    asked: &ListRequest,
) -> QueryResult<Range<usize>> {
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let start = match (&asked.cursor, asked.page) {
        (Some(cursor), _) => {
            let id = cursor.values[1].as_str().unwrap_or_default();
            let score = cursor.values[0].as_i64().unwrap_or_default();
            let same = ranked.place_of(connection, id)?;
            // a record that no longer matches leaves its place by its score
            let at = same.unwrap_or_else(|| ranked.better_than(score));
            if cursor.backwards {
                return Ok(at.saturating_sub(limit)..at);
            }
            at + usize::from(same.is_some())
        }
        (None, Some(page)) => usize::try_from((page - 1) * asked.limit).unwrap_or(usize::MAX),
        (None, None) => 0,
    };
    let start = start.min(ranked.len());
    Ok(start..(start + limit).min(ranked.len()))
}
