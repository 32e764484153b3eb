//! One page of a list: its rows, and the way to the pages beside it.

use crate::{
    api::{
        count_cache::CountsAtVersion,
        error::{Wrong, WrongParameter},
        request::{cursor::Cursor, dimensions::Dimension, list_request::ListRequest},
        response::{
            budget::{self, Budget, Refused},
            embed::Cut,
            envelope::ListLinks,
            facets, search_page, url,
        },
        state::State,
    },
    database::{
        AnyConnection, find,
        model::{
            resource::{Query, Resource, Row},
            validation::{Hint, listed, nearest_hint},
        },
        query::planner,
        search,
    },
    language::confusables,
};

use diesel::QueryResult;
use serde_json::{Value as Json, value::RawValue};

/// How many ids are looked at for a hint.
const HINTS: i64 = 2000;

/// One page of a list.
pub struct Page {
    pub data: Vec<String>,
    pub total: i64,
    pub limit: i64,
    pub number: Option<i64>,
    pub prev: Option<Cursor>,
    pub next: Option<Cursor>,
    /// The facets that are asked for, as JSON.
    pub facets: Vec<Box<RawValue>>,
    /// The embedded relations of which only the first records are shown.
    pub cuts: Vec<Cut>,
    /// Words that may have been meant where a search finds nothing.
    pub suggestions: Option<Vec<String>>,
}

impl Page {
    pub fn read(
        connection: &mut AnyConnection,
        resource: &'static Resource,
        counts: CountsAtVersion<'_>,
        asked: ListRequest,
    ) -> Result<Self, Refused> {
        refuse_mistakes(connection, &asked)?;
        let mut asked = asked;
        asked.resolve(connection, resource, counts)?;
        if asked.by_relevance
            && let Some(mut page) = search_page::read(connection, resource, counts, &asked)?
        {
            page.suggest(connection, asked.search.as_ref())?;
            return Ok(page);
        }
        let total = counts.total(connection, resource, &asked.matching)?;
        let query = Query {
            condition: asked.condition,
            order: asked.order,
            limit: asked.limit + 1,
            offset: asked.page.map_or(0, |page| (page - 1) * asked.limit),
        };
        let mut rows = planner::page(connection, resource, &asked.order_columns, &query, total)?;
        let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let backwards = query.order.backwards;
        if backwards {
            rows.reverse();
        }
        let cursor = |row: Option<&Box<dyn Row>>, backwards| {
            let row = row?.to_object();
            Some(Cursor::of(
                &row,
                &asked.order_name,
                &asked.order_columns,
                backwards,
            ))
        };
        let started = asked.cursor.is_some();
        let next = (goes_on || backwards)
            .then(|| cursor(rows.last(), false))
            .flatten();
        let prev = if backwards { goes_on } else { started };
        let prev = prev.then(|| cursor(rows.first(), true)).flatten();
        let shown = asked.view.show(connection, resource, rows)?;
        let mut page = Self {
            data: shown.rows,
            cuts: shown.cuts,
            total,
            limit: asked.limit,
            number: asked.page,
            prev,
            next,
            suggestions: None,
            facets: Vec::new(),
        };
        page.suggest(connection, asked.search.as_ref())?;
        Ok(page)
    }

    /// Counts the values of facets, and adds them within the budget of the answer.
    pub fn count(
        mut self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        counts: CountsAtVersion<'_>,
        facets: Vec<(Dimension, ListRequest)>,
    ) -> Result<Self, Refused> {
        let mut budget = Budget::new(self.data.len());
        budget.spend(self.data.iter().map(String::len).sum())?;
        for (dimension, asked) in facets {
            let facet = facets::facet(connection, resource, counts, &dimension, asked)?;
            let facet = budget::json(&facet)?;
            budget.spend(facet.len())?;
            self.facets.extend(RawValue::from_string(facet));
        }
        Ok(self)
    }

    /// Says what may have been meant where a search finds nothing.
    fn suggest(
        &mut self,
        connection: &mut AnyConnection,
        search: Option<&search::Query>,
    ) -> QueryResult<()> {
        if let (Some(query), 0) = (search, self.total) {
            self.suggestions = Some(search::suggestions(connection, query)?);
        }
        Ok(())
    }

    /// Where the page after this one starts, for `meta`; null where there is none.
    pub fn next_cursor(&self) -> Json {
        self.next
            .as_ref()
            .map_or(Json::Null, |cursor| cursor.encode().into())
    }

    pub fn links(&self, state: &State, path: &str, parameters: &[(String, String)]) -> ListLinks {
        let with = |changed: Option<(&str, String)>| {
            let mut parameters: Vec<(String, String)> = parameters
                .iter()
                .filter(|(name, _)| name != "cursor" && name != "page")
                .cloned()
                .collect();
            parameters.extend(changed.map(|(name, value)| (name.to_owned(), value)));
            url::address(state, path, &parameters)
        };
        let (prev, next) = match self.number {
            Some(page) => (
                (page > 1).then(|| with(Some(("page", (page - 1).to_string())))),
                (page * self.limit < self.total)
                    .then(|| with(Some(("page", (page + 1).to_string())))),
            ),
            None => {
                let link = |cursor: &Cursor| with(Some(("cursor", cursor.encode())));
                (self.prev.as_ref().map(link), self.next.as_ref().map(link))
            }
        };
        ListLinks {
            this: url::address(state, path, parameters),
            first: with(self.number.map(|_| ("page", "1".to_owned()))),
            prev,
            next,
        }
    }
}

/// What was meant by an id that no record has.
pub fn id_hint(connection: &mut AnyConnection, resource: &Resource, id: &str) -> QueryResult<Hint> {
    let mut known = resource.store.ids(connection, HINTS)?;
    // in a long list it may stand behind those
    let read = confusables::read(id);
    known.extend(resource.store.existing(connection, &[read])?);
    Ok(nearest_hint(id, &known))
}

/// Refuses a request with a mistake, or with ids that no record has.
pub fn refuse_mistakes(connection: &mut AnyConnection, asked: &ListRequest) -> Result<(), Refused> {
    match mistakes(connection, asked)? {
        wrong if wrong.is_empty() => Ok(()),
        wrong => Err(Refused::Wrong(wrong)),
    }
}

/// Names what is wrong with a request, and the ids that no record has.
pub fn mistakes(
    connection: &mut AnyConnection,
    asked: &ListRequest,
) -> QueryResult<Vec<WrongParameter>> {
    let mut wrong = asked.wrong.clone();
    for (parameter, resource, ids) in &asked.ids {
        let Some(resource) = find(resource) else {
            continue;
        };
        let existing = resource.store.existing(connection, ids)?;
        let missing: Vec<&String> = ids.iter().filter(|id| !existing.contains(id)).collect();
        if missing.is_empty() {
            continue;
        }
        let hint = match missing.as_slice() {
            [id] => id_hint(connection, resource, id)?,
            several => Hint {
                letters: several.iter().find_map(|id| confusables::named(id)),
                meant: None,
            },
        };
        let verb = if missing.len() == 1 {
            "is no id"
        } else {
            "are no ids"
        };
        let reason = format!("{} {verb} of {}{hint}", listed(&missing), resource.name);
        let ids = missing.iter().map(|id| id.as_str()).collect::<Vec<_>>();
        let why = Wrong::unknown(&ids.join(","), reason, hint);
        wrong.push(WrongParameter::new(parameter, why));
    }
    Ok(wrong)
}
