//! `/v1/{resource}/{id}`: one record, or why there is none. Citations and scorecards read theirs here.

use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        request::{accept::Format, parameters},
        response::{
            budget::Refused,
            envelope::{self, Links},
            headers,
            page::id_hint,
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
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::QueryResult;
use std::{path::Path, sync::Arc};

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

pub fn absence(
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
