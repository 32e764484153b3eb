//! `/v1/{resource}`, `/v1/{resource}/{id}` and `/v1/{resource}/{id}/history`, of every resource.

use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        handlers::changes,
        request::{accept::Format, dimensions::Dimension, list_request::ListRequest, parameters},
        response::{
            budget::Refused,
            envelope::{self, Links, ListMeta},
            facets, headers,
            page::{Page, id_hint},
            projection::View,
            url,
        },
        state::State,
    },
    database::{
        AnyConnection,
        model::{
            resource::{Resource, Row},
            validation::Hint,
        },
        resources::withdrawals::WITHDRAWALS,
        sql::filter::{Filter, Predicate, Value},
        write::revisions::{self, ChangeFilter},
    },
};

use actix_web::{HttpRequest, HttpResponse, web};
use diesel::QueryResult;
use std::{path::Path, sync::Arc};

/// Lists the records of a resource.
pub async fn list(
    resource: &'static Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked =
        ListRequest::parse(resource, request.query_string()).map_err(Error::BadParameter)?;
    let (parameters, _) = parameters::given(request.query_string());
    let counted = asked.facets.iter().filter(|_| asked.wrong.is_empty());
    let widened = counted.map(|dimension| {
        let asked = facets::without_filters_on(resource, &parameters, dimension)?;
        Ok((dimension.clone(), asked))
    });
    let facets = widened
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::BadParameter)?;
    let (register, mut page) = page(&state, resource, asked, facets).await?;
    let links = page.links(&state, request.path(), &parameters);
    let mut meta = ListMeta::of(&register, page.total, page.limit);
    meta.next_cursor = Some(page.next_cursor());
    meta.suggestions.clone_from(&page.suggestions);
    meta.facets = std::mem::take(&mut page.facets);
    meta.truncated = page.cuts.iter().map(|cut| cut.told(&state)).collect();
    let body = envelope::envelope(&envelope::array(&page.data), &meta, &links);
    Ok(headers::json(&request, &register, body, Some(&links)))
}

/// A page with the facets that are asked for, and the register that it is of.
pub async fn page(
    state: &State,
    resource: &'static Resource,
    asked: ListRequest,
    facets: Vec<(Dimension, ListRequest)>,
) -> Result<(Register, Page)> {
    let (memory, registers) = (
        Arc::clone(&state.count_cache),
        Arc::clone(&state.dataset_versions),
    );
    let (register, page) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = registers.read(connection)?;
            let counts = memory.of(&register);
            let page = Page::read(connection, resource, counts, asked)
                .and_then(|page| page.count(connection, resource, counts, facets));
            Ok((register, Refused::told(page)?))
        })
        .await?;
    Ok((register, page?))
}

/// Gives one record.
pub async fn get(
    resource: &'static Resource,
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let extension = Path::new(request.path()).extension();
    if extension.is_none_or(|extension| extension != "json") {
        Format::choose(&request, &[Format::Json])?;
    }
    let view = View::parse(resource, request.query_string()).map_err(Error::BadParameter)?;
    let id = id.strip_suffix(".json").unwrap_or(&id).to_owned();
    let at_once = if view.is_plain() {
        record_now(&state, resource, &id)?
    } else {
        None
    };
    let (register, data, cuts) = match at_once {
        Some((register, data)) => (register, data, Vec::new()),
        None => {
            let show = move |connection: &mut AnyConnection, row| {
                Refused::told(view.show(connection, resource, vec![row]))
            };
            let (register, shown) = read(&state, resource, &id, show).await?;
            let shown = shown?;
            (register, shown.rows.concat(), shown.cuts)
        }
    };
    let parameters = parameters::decode(request.query_string()).map_err(Error::BadParameter)?;
    let links = Links {
        this: url::address(&state, request.path(), &parameters),
    };
    let mut meta = envelope::Meta::of(&register);
    meta.truncated = cuts.iter().map(|cut| cut.told(&state)).collect();
    let body = envelope::envelope(&data, &meta, &links);
    let cite_as = url::record_address(&state, resource, &id);
    let links = headers::link_header(&register, None, &cite_as);
    let links = format!("{links}, {}", headers::citation_link(&cite_as));
    let json = "application/json";
    Ok(headers::cached(
        &request,
        &register,
        json,
        body,
        Some(links),
    ))
}

/// A record and the register that it is of, where both can be told at once.
fn record_now(state: &State, resource: &Resource, id: &str) -> Result<Option<(Register, String)>> {
    let found = state
        .database
        .try_read_inline(|connection| resource.store.find_with_version(connection, id))?;
    Ok(found.flatten().and_then(|(version, row)| {
        let register = state.dataset_versions.known(version)?;
        Some((register, row.to_json()))
    }))
}

/// What `show` makes of the record with an id, and the register that it is of.
pub async fn read<T: Send + 'static>(
    state: &State,
    resource: &'static Resource,
    id: &str,
    show: impl FnOnce(&mut AnyConnection, Box<dyn Row>) -> QueryResult<T> + Send + 'static,
) -> Result<(Register, T)> {
    let registers = Arc::clone(&state.dataset_versions);
    let asked = id.to_owned();
    let (register, found) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = registers.read(connection)?;
            let found = match resource.store.find(connection, &asked)? {
                Some(row) => Ok(show(connection, row)?),
                None => Err(absence(connection, resource, &asked)?),
            };
            Ok((register, found))
        })
        .await?;
    let shown = found.map_err(|absence| absence.error(state, resource, id))?;
    Ok((register, shown))
}

/// Why there is no record with an id.
pub enum Absence {
    Unknown {
        hint: Hint,
    },
    Withdrawn {
        reason: String,
        successor: Option<String>,
    },
}

fn absence(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    id: &str,
) -> QueryResult<Absence> {
    let mut condition = Filter::default();
    for (column, value) in [("resource", resource.name), ("record_id", id)] {
        condition.add(
            column,
            Predicate::OneOf(vec![Value::Text(value.to_owned())]),
        );
    }
    let withdrawn = WITHDRAWALS
        .store
        .list(connection, &WITHDRAWALS.all(condition))?;
    if let Some(withdrawal) = withdrawn.first().map(|row| row.to_object()) {
        let text = |name: &str| withdrawal[name].as_str().map(str::to_owned);
        return Ok(Absence::Withdrawn {
            reason: text("reason").unwrap_or_default(),
            successor: text("successor_id"),
        });
    }
    Ok(Absence::Unknown {
        hint: id_hint(connection, resource, id)?,
    })
}

impl Absence {
    pub fn error(self, state: &State, resource: &Resource, id: &str) -> Error {
        match self {
            Self::Unknown { hint } => Error::NotFound {
                reason: format!("`{id}` is no id of {}{hint}", resource.name),
                suggestion: hint.meant,
            },
            Self::Withdrawn { reason, successor } => Error::Gone {
                reason,
                successor: successor
                    .map(|id| url::address(state, &format!("/v1/{}/{id}", resource.path()), &[])),
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
    Format::choose(&request, &[Format::Json])?;
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
            Ok(if known {
                None
            } else {
                Some(absence(connection, resource, &id)?)
            })
        })
        .await?;
    if let (Some(absence), Some(id)) = (absent, &asked.filter.record_id) {
        return Err(absence.error(&state, resource, id));
    }
    changes::answer(&request, &state, asked).await
}
