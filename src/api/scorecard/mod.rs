//! `/v1/plans/{id}/scorecard` and `/v1/agencies/{id}/scorecard`: how far the measures came, by whose word.

mod card;
mod counts;

pub use card::Scorecard;

use super::{
    Error, Result, State,
    answer::{self, Links},
    dimensions::{self, Dimension},
    error::WrongParameter,
    formats::Format,
    parameters, records,
};
use crate::database::{
    AnyConnection,
    agencies::AGENCIES,
    condition::{Condition, Test, Value},
    measures::MEASURES,
    resource::{Resource, Row},
    status_entries::STATUS_ENTRIES,
};
use actix_web::{HttpRequest, HttpResponse, web};
use counts::{assessors, coverage, divergence, grouped};
use diesel::QueryResult;

/// What measures can be grouped by in a scorecard.
pub const BY: [&str; 4] = ["assessor", "agency", "section", "plan"];

/// Gives the scorecard of a plan or a body.
pub async fn get(
    resource: &'static Resource,
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    Format::choose(&request, &[Format::Json])?;
    let given = parameters::decode(request.query_string()).map_err(Error::BadParameter)?;
    let by = by(&given).map_err(Error::BadParameter)?;
    let id = id.into_inner();
    let asked = id.clone();
    let show = move |connection: &mut AnyConnection, row: Box<dyn Row>| {
        let row = row.to_object();
        let label = resource.label().and_then(|label| row[label.name].as_str());
        let label = label.unwrap_or_default().to_owned();
        scorecard(connection, resource, asked, label, by.as_ref())
    };
    let (register, scorecard) = records::read(&state, resource, &id, show).await?;
    let links = Links {
        this: answer::address(&state, request.path(), &given),
    };
    let data = serde_json::to_string(&scorecard).unwrap_or_default();
    let body = answer::envelope(&data, &register.meta(), &links);
    Ok(answer::json(&request, &register, body, None))
}

fn by(given: &[(String, String)]) -> Result<Option<Dimension>, Vec<WrongParameter>> {
    let mut by = None;
    for (name, value) in given {
        if name != "by" {
            return Err(vec![parameters::unknown(name, &["by"])]);
        }
        let found = BY
            .contains(&value.as_str())
            .then(|| dimensions::parse(&MEASURES, value));
        match found {
            Some(Ok(dimensions)) => by = dimensions.into_iter().next(),
            _ => {
                let known = crate::database::rules::listed(&BY);
                let hint = crate::database::rules::nearest_hint(value, &BY);
                let reason = format!("`{value}` is none of {known}{hint}");
                return Err(vec![WrongParameter::new(name, reason)]);
            }
        }
    }
    Ok(by)
}

fn scorecard(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    id: String,
    label: String,
    by: Option<&Dimension>,
) -> QueryResult<Scorecard> {
    let counted = match resource.name {
        "agencies" => with_predecessors(connection, &id)?,
        _ => vec![id.clone()],
    };
    let of_measures = belonging(&MEASURES, resource, &counted);
    let of_entries = belonging(&STATUS_ENTRIES, resource, &counted);
    let measures = MEASURES.store.count(connection, &of_measures)?;
    Ok(Scorecard {
        measures,
        coverage: coverage(connection, &of_entries, measures)?,
        assessors: assessors(connection, &of_entries)?,
        divergence: divergence(connection, &of_measures)?,
        groups: match by {
            Some(by) => grouped(connection, &of_measures, by)?,
            None => Vec::new(),
        },
        id,
        label,
        counted,
    })
}

/// The body and those that it took the place of.
fn with_predecessors(connection: &mut AnyConnection, id: &str) -> QueryResult<Vec<String>> {
    let mut found = vec![id.to_owned()];
    let mut at = 0;
    while at < found.len() {
        let values = vec![Value::Text(found[at].clone())];
        let condition = Condition::column("successor_id", Test::OneOf(values));
        for earlier in AGENCIES
            .store
            .matching(connection, &AGENCIES.all(condition))?
        {
            if !found.contains(&earlier) {
                found.push(earlier);
            }
        }
        at += 1;
    }
    Ok(found)
}

/// The records of a resource that belong to the plans or bodies.
fn belonging(of: &'static Resource, resource: &Resource, ids: &[String]) -> Condition {
    let name = if resource.name == "agencies" {
        "agency"
    } else {
        "plan"
    };
    let values = ids.iter().map(|id| Value::Text(id.clone())).collect();
    let relation = of.relations.iter().find(|relation| relation.name == name);
    let mut condition = Condition::default();
    match relation.and_then(|relation| Some((relation.through?, relation.column))) {
        Some((through, column)) => condition.add_through(through, column, Test::OneOf(values)),
        None => condition.add("plan_id", Test::OneOf(values)),
    }
    condition
}
