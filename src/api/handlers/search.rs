//! `/v1/search`: one question to all texts.

use crate::{
    api::{
        Error, Result,
        count_cache::CountsAtVersion,
        error::{Code, Wrong, WrongParameter},
        request::{parameters, values},
        response::{
            budget::{self, Refused},
            envelope::{self, ListLinks, ListMeta},
            headers, url,
        },
        state::State,
    },
    database::{
        AnyConnection, RESOURCES, find,
        model::resource::{self as rows, Resource},
        search::{self, Document, Query, Ranking, Snippet},
        sql::filter::{Filter, Predicate, Value},
    },
};

use actix_web::{HttpRequest, HttpResponse, web};
use diesel::QueryResult;
use serde::Serialize;
use std::{collections::HashMap, ops::Range, sync::Arc};
use utoipa::ToSchema;

/// The most hits of a page.
pub const MAX_HITS: i64 = 100;
/// How many hits there are unless `limit` says otherwise.
pub const DEFAULT_HITS: i64 = 20;
/// The last page that is given: the best matches come first.
const MAX_PAGE: i64 = 1000;

/// A record that the search found.
#[derive(Serialize, ToSchema)]
pub struct Hit {
    /// The resource of the record.
    #[schema(example = "measures")]
    pub resource: &'static str,
    /// The id of the record.
    #[schema(example = "az-nap-2016-2018-2.5")]
    pub id: String,
    /// The title of the record; of a status entry, that of its measure.
    pub title: String,
    /// The field that matched; `section`, `agency` and `measure` are titles and names of those.
    #[schema(example = "title")]
    pub field: String,
    /// The words around the match, as HTML: what matched stands in `<mark>`.
    #[schema(example = "… “161-<mark>Qaynar</mark> <mark>xətt</mark>”-in fəaliyyətinin …")]
    pub snippet: String,
    /// The address of the record.
    #[schema(
        example = "http://127.0.0.1:8080/v1/measures/az-nap-2016-2018-2.5",
        format = "uri"
    )]
    pub url: String,
}

struct Asked {
    query: Option<Query>,
    resources: Vec<&'static Resource>,
    limit: i64,
    page: i64,
}

/// The resources that are searched.
pub fn searched() -> Vec<&'static Resource> {
    RESOURCES
        .into_iter()
        .filter(|resource| search::is_searched(resource))
        .collect()
}

/// Searches all resources.
pub async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    let (parameters, unread) = parameters::given(request.query_string());
    let asked = Asked::parse(&parameters, unread).map_err(Error::BadParameter)?;
    let (limit, page) = (asked.limit, asked.page);
    let public_url = state.public_url.clone();
    let (memory, registers) = (
        Arc::clone(&state.count_cache),
        Arc::clone(&state.dataset_versions),
    );
    let (register, total, hits, suggestions) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = registers.read(connection)?;
            let counts = memory.of(&register);
            let (total, hits, suggestions) = asked.hits(connection, counts, &public_url)?;
            let hits = Refused::told(budget::json(&hits))?;
            Ok((register, total, hits, suggestions))
        })
        .await?;
    let with_page = |page: i64| {
        let mut parameters = parameters.clone();
        parameters.retain(|(name, _)| name != "page");
        parameters.push(("page".to_owned(), page.to_string()));
        url::address(&state, request.path(), &parameters)
    };
    let links = ListLinks {
        this: url::address(&state, request.path(), &parameters),
        first: with_page(1),
        prev: (page > 1).then(|| with_page(page - 1)),
        next: (page * limit < total).then(|| with_page(page + 1)),
    };
    let mut meta = ListMeta::of(&register, total, limit);
    meta.suggestions = suggestions;
    let body = envelope::envelope(&hits?, &meta, &links);
    Ok(headers::json(&request, &register, body, Some(&links)))
}

impl Asked {
    fn parse(
        parameters: &[(String, String)],
        mut wrong: Vec<WrongParameter>,
    ) -> Result<Self, Vec<WrongParameter>> {
        let mut asked = Self {
            query: None,
            resources: searched(),
            limit: DEFAULT_HITS,
            page: 1,
        };
        for (name, value) in parameters {
            if let Err(problem) = asked.set(name, value) {
                wrong.push(problem);
            }
        }
        if asked.query.is_none() && wrong.iter().all(|wrong| wrong.parameter != "q") {
            let reason = "is required: the words to search for";
            wrong.push(WrongParameter::new("q", Wrong::new(Code::Missing, reason)));
        }
        if wrong.is_empty() {
            Ok(asked)
        } else {
            Err(wrong)
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), WrongParameter> {
        let wrong = |wrong: Wrong| WrongParameter::new(name, wrong);
        let whole = |most: i64| values::whole(value, 1..=most).map_err(wrong);
        match name {
            "q" => {
                let query = Query::parse(value);
                self.query = Some(query.map_err(|why| wrong(why.into()))?);
            }
            "limit" => self.limit = whole(parameters::MAX_INTEGER)?.min(MAX_HITS),
            "page" => self.page = whole(MAX_PAGE)?,
            "resource" => {
                let known: Vec<&str> = searched().iter().map(|resource| resource.name).collect();
                self.resources = Vec::new();
                for name in value.split(',') {
                    let resource = find(name).filter(|resource| search::is_searched(resource));
                    let resource = resource.ok_or_else(|| wrong(Wrong::word(name, &known)))?;
                    if !self
                        .resources
                        .iter()
                        .any(|other| other.name == resource.name)
                    {
                        self.resources.push(resource);
                    }
                }
            }
            _ => {
                return Err(parameters::unknown(
                    name,
                    &["q", "resource", "limit", "page"],
                ));
            }
        }
        Ok(())
    }

    /// The number of all hits, those of the page, and what may have been meant.
    fn hits(
        self,
        connection: &mut AnyConnection,
        counts: CountsAtVersion<'_>,
        public_url: &str,
    ) -> QueryResult<(i64, Vec<Hit>, Option<Vec<String>>)> {
        let knowledge = counts.knowledge(connection)?;
        let query = self.query.unwrap_or_default();
        let query = query.resolve(connection, &knowledge)?;
        let mut broad = Vec::new();
        let ranked = search::ranked_together(connection, &knowledge, &self.resources, &query)?;
        let mut ranked = match ranked {
            Some(ranked) => ranked,
            None => {
                let mut ranked = Ranking::default();
                for resource in self.resources {
                    let mut condition = Filter::default();
                    condition.add_search(query.match_query(&[resource.name]));
                    match search::ranked(connection, &knowledge, resource, &condition, &query)? {
                        Some(found) => ranked.add(found),
                        None => broad.push((resource, condition)),
                    }
                }
                ranked
            }
        };
        let mut total = count_of(ranked.len());
        for (resource, condition) in &broad {
            total += counts.total(connection, resource, condition)?;
        }
        let page = ((self.page - 1) * self.limit, self.limit);
        let (places, rest) = places(ranked.len(), page);
        let mut found = ranked.ids(connection, places)?;
        found.extend(unranked(connection, counts, broad, rest)?);
        let hits = hits(connection, &found, &query, public_url)?;
        let suggestions = (total == 0)
            .then(|| search::suggestions(connection, &query))
            .transpose()?;
        Ok((total, hits, suggestions))
    }
}

/// A record that was found: its resource and id.
type Found = (&'static Resource, String);

/// How many records are passed over, and how many are taken.
type Place = (i64, i64);

/// Which of so many ranked records belong to a page, and which of those behind them.
fn places(ranked: usize, (skipped, taken): Place) -> (Range<usize>, Place) {
    let number = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
    let start = number(skipped).min(ranked);
    let end = start.saturating_add(number(taken)).min(ranked);
    let rest = (skipped - count_of(start), taken - count_of(end - start));
    (start..end, rest)
}

/// What is too much to rank: by resource, in the order of the document.
fn unranked(
    connection: &mut AnyConnection,
    counts: CountsAtVersion<'_>,
    broad: Vec<(&'static Resource, Filter)>,
    (mut skipped, mut taken): Place,
) -> QueryResult<Vec<Found>> {
    let mut page = Vec::new();
    for (resource, condition) in broad {
        let total = counts.total(connection, resource, &condition)?;
        if taken > 0 && skipped < total {
            let query = rows::Query {
                offset: skipped,
                limit: taken,
                ..resource.all(condition)
            };
            let ids = resource.store.matching(connection, &query)?;
            taken -= count_of(ids.len());
            page.extend(ids.into_iter().map(|id| (resource, id)));
        }
        skipped -= skipped.min(total);
    }
    Ok(page)
}

fn count_of(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// What is shown of the records, in their order; those of a resource are read together.
fn hits(
    connection: &mut AnyConnection,
    found: &[Found],
    query: &Query,
    public_url: &str,
) -> QueryResult<Vec<Hit>> {
    let mut hits: Vec<(usize, Hit)> = Vec::new();
    for resource in searched() {
        let of_it = |(at, (other, id)): (usize, &Found)| {
            (other.name == resource.name).then(|| (id.clone(), at))
        };
        let places: HashMap<String, usize> = found.iter().enumerate().filter_map(of_it).collect();
        if places.is_empty() {
            continue;
        }
        let ids = places.keys().cloned().map(Value::Text).collect();
        let condition = Filter::column("id", Predicate::OneOf(ids));
        let rows = resource.store.list(connection, &resource.all(condition))?;
        let rows: Vec<_> = rows.iter().map(|row| row.to_object()).collect();
        for document in search::documents(connection, resource, &rows)? {
            if let Some(at) = places.get(&document.id) {
                hits.push((*at, hit(resource, document, query, public_url)));
            }
        }
    }
    hits.sort_by_key(|(at, _)| *at);
    Ok(hits.into_iter().map(|(_, hit)| hit).collect())
}

fn hit(resource: &Resource, document: Document, query: &Query, public_url: &str) -> Hit {
    let Snippet { field, html } = search::snippet(&document, query);
    let url = format!("{public_url}/v1/{}/{}", resource.path(), document.id);
    Hit {
        resource: resource.name,
        id: document.id,
        title: document
            .title
            .into_iter()
            .next()
            .map_or_else(String::new, |(_, text)| text),
        field: field.to_owned(),
        snippet: html,
        url,
    }
}
