//! `/v1/{resource}`, `/v1/{resource}/{id}` and `/v1/{resource}/{id}/history`, of every resource.

use super::{
    Error, Result, State,
    answer::{self, Links, ListLinks, ListMeta, Register},
    changes,
    cursor::Cursor,
    error::WrongParameter,
    include::{Tree, embed},
    parameters::{self, ListRequest, View},
};
use crate::database::{
    AnyConnection,
    condition::{Condition, Test, Value},
    find,
    resource::{Object, Query, Resource, Row},
    revisions::{self, ChangeFilter},
    rules::{listed, nearest_hint},
    withdrawals::WITHDRAWALS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::QueryResult;
use serde_json::Value as Json;

/// How many ids are looked at for a hint.
const HINTS: i64 = 2000;

/// Lists the records of a resource.
pub async fn list(
    resource: &'static Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = ListRequest::parse(resource, request.query_string()).map_err(Error::BadParameter)?;
    let parameters = parameters::decode(request.query_string()).map_err(Error::BadParameter)?;
    let (register, page) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = Register::read(connection)?;
            Ok((register, Page::read(connection, resource, asked)?))
        })
        .await?;
    let page = page.map_err(Error::BadParameter)?;
    let links = page.links(&state, request.path(), &parameters);
    let meta = ListMeta::of(&register, page.total, page.limit);
    let body = answer::envelope(&page.data, &meta, &links);
    Ok(answer::json(&request, &register, body, Some(&links)))
}

/// One page of a list.
struct Page {
    data: String,
    total: i64,
    limit: i64,
    number: Option<i64>,
    prev: Option<Cursor>,
    next: Option<Cursor>,
}

impl Page {
    fn read(
        connection: &mut AnyConnection,
        resource: &'static Resource,
        asked: ListRequest,
    ) -> QueryResult<Result<Self, Vec<WrongParameter>>> {
        let wrong = unknown_ids(connection, &asked.ids)?;
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        let total = resource.store.count(connection, &asked.matching)?;
        let query = Query {
            condition: asked.condition,
            order: asked.order,
            limit: asked.limit + 1,
            offset: asked.page.map_or(0, |page| (page - 1) * asked.limit),
        };
        let mut rows = resource.store.list(connection, &query)?;
        let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let backwards = query.order.backwards;
        if backwards {
            rows.reverse();
        }
        let cursor = |row: Option<&Box<dyn Row>>, backwards| {
            let row = row?.to_object();
            Some(Cursor::of(&row, &asked.order_name, &asked.order_columns, backwards))
        };
        let started = asked.cursor.is_some();
        let next = (goes_on || backwards).then(|| cursor(rows.last(), false)).flatten();
        let prev = if backwards { goes_on } else { started };
        let prev = prev.then(|| cursor(rows.first(), true)).flatten();
        Ok(Ok(Self {
            data: data(connection, resource, &rows, &asked.view)?,
            total,
            limit: asked.limit,
            number: asked.page,
            prev,
            next,
        }))
    }

    fn links(&self, state: &State, path: &str, parameters: &[(String, String)]) -> ListLinks {
        let with = |changed: Option<(&str, String)>| {
            let mut parameters: Vec<(String, String)> = parameters
                .iter()
                .filter(|(name, _)| name != "cursor" && name != "page")
                .cloned()
                .collect();
            parameters.extend(changed.map(|(name, value)| (name.to_owned(), value)));
            answer::address(state, path, &parameters)
        };
        let (prev, next) = match self.number {
            Some(page) => (
                (page > 1).then(|| with(Some(("page", (page - 1).to_string())))),
                (page * self.limit < self.total).then(|| with(Some(("page", (page + 1).to_string())))),
            ),
            None => {
                let link = |cursor: &Cursor| with(Some(("cursor", cursor.encode())));
                (self.prev.as_ref().map(link), self.next.as_ref().map(link))
            }
        };
        ListLinks {
            this: answer::address(state, path, parameters),
            first: with(self.number.map(|_| ("page", "1".to_owned()))),
            prev,
            next,
        }
    }
}

/// The rows as a JSON array, with what the view asks for.
fn data(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    rows: &[Box<dyn Row>],
    view: &View,
) -> QueryResult<String> {
    let rows: Vec<String> = if view.is_plain() {
        rows.iter().map(|row| row.to_json()).collect()
    } else {
        let mut rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
        view.apply(connection, resource, &mut rows)?;
        rows.into_iter().map(|row| Json::Object(row).to_string()).collect()
    };
    Ok(format!("[{}]", rows.join(",")))
}

impl View {
    fn is_plain(&self) -> bool {
        self.fields.is_none() && self.include.is_empty()
    }

    /// Embeds what is to be included, and drops the columns that are not asked for.
    fn apply(
        &self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        rows: &mut [Object],
    ) -> QueryResult<()> {
        embed(connection, resource, rows, &self.include)?;
        let Some(fields) = &self.fields else {
            return Ok(());
        };
        let included: Vec<&str> = self.include.names().collect();
        for row in rows {
            row.retain(|name, _| {
                name == "id" || fields.contains(&name.as_str()) || included.contains(&name.as_str())
            });
        }
        Ok(())
    }

    /// Reads the parameters of a request for one record.
    fn parse(resource: &'static Resource, query: &str) -> Result<Self, Vec<WrongParameter>> {
        let mut view = Self::default();
        let mut wrong = Vec::new();
        for (name, value) in parameters::decode(query)? {
            let done = match name.as_str() {
                "fields" => parameters::fields(resource, &value).map(|fields| view.fields = Some(fields)),
                "include" => Tree::parse(resource, &value).map(|tree| view.include = tree),
                _ => {
                    wrong.push(parameters::unknown(&name, &["fields", "include"]));
                    continue;
                }
            };
            wrong.extend(done.err().map(|reason| WrongParameter::new(&name, reason)));
        }
        if wrong.is_empty() { Ok(view) } else { Err(wrong) }
    }
}

/// Names the ids that no record has.
fn unknown_ids(
    connection: &mut AnyConnection,
    asked: &[(String, &'static str, Vec<String>)],
) -> QueryResult<Vec<WrongParameter>> {
    let mut wrong = Vec::new();
    for (parameter, resource, ids) in asked {
        let Some(resource) = find(resource) else {
            continue;
        };
        let existing = resource.store.existing(connection, ids)?;
        let missing: Vec<&String> = ids.iter().filter(|id| !existing.contains(id)).collect();
        if missing.is_empty() {
            continue;
        }
        let known = resource.store.ids(connection, HINTS)?;
        let hint = match missing.as_slice() {
            [id] => nearest_hint(id, &known),
            _ => String::new(),
        };
        let verb = if missing.len() == 1 { "is no id" } else { "are no ids" };
        let reason = format!("{} {verb} of {}{hint}", listed(&missing), resource.name);
        wrong.push(WrongParameter::new(parameter, reason));
    }
    Ok(wrong)
}

/// Gives one record.
pub async fn get(
    resource: &'static Resource,
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let view = View::parse(resource, request.query_string()).map_err(Error::BadParameter)?;
    let id = id.into_inner();
    let asked = id.clone();
    let (register, found) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = Register::read(connection)?;
            let found = match resource.store.find(connection, &asked)? {
                Some(row) => Ok(data(connection, resource, &[row], &view)?),
                None => Err(absence(connection, resource, &asked)?),
            };
            Ok((register, found))
        })
        .await?;
    let data = found.map_err(|absence| absence.error(&state, resource, &id))?;
    let data = data.trim_start_matches('[').trim_end_matches(']');
    let parameters = parameters::decode(request.query_string()).map_err(Error::BadParameter)?;
    let links = Links {
        this: answer::address(&state, request.path(), &parameters),
    };
    let body = answer::envelope(data, &register.meta(), &links);
    Ok(answer::json(&request, &register, body, None))
}

/// Why there is no record with an id.
enum Absence {
    Unknown { hint: String },
    Withdrawn { reason: String, successor: Option<String> },
}

fn absence(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    id: &str,
) -> QueryResult<Absence> {
    let mut condition = Condition::default();
    for (column, value) in [("resource", resource.name), ("record_id", id)] {
        condition.add(column, Test::OneOf(vec![Value::Text(value.to_owned())]));
    }
    let withdrawn = WITHDRAWALS.store.list(connection, &WITHDRAWALS.all(condition))?;
    if let Some(withdrawal) = withdrawn.first().map(|row| row.to_object()) {
        let text = |name: &str| withdrawal[name].as_str().map(str::to_owned);
        return Ok(Absence::Withdrawn {
            reason: text("reason").unwrap_or_default(),
            successor: text("successor_id"),
        });
    }
    let known = resource.store.ids(connection, HINTS)?;
    Ok(Absence::Unknown {
        hint: nearest_hint(id, &known),
    })
}

impl Absence {
    fn error(self, state: &State, resource: &Resource, id: &str) -> Error {
        match self {
            Self::Unknown { hint } => {
                Error::NotFound(format!("`{id}` is no id of {}{hint}", resource.name))
            }
            Self::Withdrawn { reason, successor } => Error::Gone {
                reason,
                successor: successor.map(|id| {
                    answer::address(state, &format!("/v1/{}/{id}", resource.path()), &[])
                }),
            },
        }
    }
}

/// Lists the changes of one record.
pub async fn history(
    resource: &'static Resource,
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mut asked = changes::parse(request.query_string(), &["since", "limit"])?;
    asked.filter.resource = Some(resource.name.to_owned());
    asked.filter.record_id = Some(id.clone());
    let whole = ChangeFilter {
        resource: Some(resource.name.to_owned()),
        record_id: Some(id.clone()),
        ..ChangeFilter::default()
    };
    let absent = state
        .database
        .read::<_, Error, _>(move |connection| {
            let known = revisions::count(connection, &whole)? > 0;
            Ok(if known { None } else { Some(absence(connection, resource, &id)?) })
        })
        .await?;
    if let (Some(absence), Some(id)) = (absent, &asked.filter.record_id) {
        return Err(absence.error(&state, resource, id));
    }
    changes::answer(&request, &state, asked).await
}
