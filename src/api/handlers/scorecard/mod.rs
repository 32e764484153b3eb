//! `/v1/plans/{id}/scorecard` and `/v1/agencies/{id}/scorecard`: how far the measures came, by whose word.

mod card;
mod counts;
mod parts;

use crate::{
    api::{
        Error, Result,
        error::{Code, Wrong, WrongParameter},
        handlers::record,
        request::{accept::Format, dimensions, parameters, values},
        response::{
            budget::{self, Refused},
            envelope::{self, Links},
            headers, url,
        },
        state::State,
    },
    database::{
        AnyConnection,
        model::resource::{Resource, Row},
        query::latest_entry::{self, Entry},
        resources::{agencies::AGENCIES, assignments::ASSIGNMENTS, measures::MEASURES},
        sql::filter::{Filter, JoinPath, Predicate, Value},
    },
};
pub use card::Scorecard;
pub use parts::BY;

use actix_web::{HttpRequest, HttpResponse, web};
use counts::{Names, cards, coverage, divergence, kinds};
use diesel::QueryResult;
use parts::{By, Whole};
use std::{collections::HashMap, sync::Arc};

/// The years that entries may be of.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2200;

/// What a request asks for.
#[derive(Default)]
struct Asked {
    by: Option<By>,
    year: Option<i64>,
}

/// The plan or the body that a scorecard is of.
struct Subject {
    resource: &'static Resource,
    id: String,
    label: String,
}

/// Gives the scorecard of a plan or a body.
pub async fn get(
    resource: &'static Resource,
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    Format::choose(&request, &[Format::Json])?;
    let (given, unread) = parameters::given(request.query_string());
    let asked = parse(&given, unread).map_err(Error::BadParameter)?;
    let id = id.into_inner();
    let subject_id = id.clone();
    let registers = Arc::clone(&state.dataset_versions);
    let show = move |connection: &mut AnyConnection, row: Box<dyn Row>| {
        let row = row.to_object();
        let label = resource.label().and_then(|label| row[label.name].as_str());
        let subject = Subject {
            resource,
            id: subject_id,
            label: label.unwrap_or_default().to_owned(),
        };
        let register = registers.read(connection)?;
        let scorecard = scorecard(connection, subject, &asked, register.language())?;
        Refused::told(budget::json(&scorecard))
    };
    let (register, scorecard) = record::read(&state, resource, &id, show).await?;
    let links = Links {
        this: url::address(&state, request.path(), &given),
    };
    let body = envelope::envelope(&scorecard?, &envelope::Meta::of(&register), &links);
    Ok(headers::json(&request, &register, body, None))
}

fn parse(
    given: &[(String, String)],
    mut wrong: Vec<WrongParameter>,
) -> Result<Asked, Vec<WrongParameter>> {
    let mut asked = Asked::default();
    for (name, value) in given {
        match name.as_str() {
            "by" => match By::named(value) {
                Some(by) => asked.by = Some(by),
                None => wrong.push(WrongParameter::new(name, Wrong::word(value, &BY))),
            },
            "year" => match values::integer(value).filter(|year| YEARS.contains(year)) {
                Some(year) => asked.year = Some(year),
                None => {
                    let code = match values::integer(value) {
                        Some(_) => Code::OutOfRange,
                        None => Code::NotANumber,
                    };
                    let reason = format!("`{value}` is no year like 2021, from 1900 to 2200");
                    wrong.push(WrongParameter::new(name, Wrong::new(code, reason)));
                }
            },
            _ => wrong.push(parameters::unknown(name, &["by", "year"])),
        }
    }
    if wrong.is_empty() {
        Ok(asked)
    } else {
        Err(wrong)
    }
}

fn scorecard(
    connection: &mut AnyConnection,
    subject: Subject,
    asked: &Asked,
    language: Option<&str>,
) -> QueryResult<Scorecard> {
    let counted = match subject.resource.name {
        "agencies" => with_predecessors(connection, &subject.id)?,
        _ => vec![subject.id.clone()],
    };
    let of_measures = belonging(&MEASURES, subject.resource, &counted);
    let total = MEASURES.store.count(connection, &of_measures)?;
    let all = latest_entry::entries(connection, &of_measures)?;
    let is_asked = |entry: &&Entry| asked.year.is_none_or(|year| entry.year == year);
    let entries: Vec<&Entry> = all.iter().filter(is_asked).collect();
    let names = Names {
        assessors: &assessors(connection, &all)?,
        language,
    };
    let whole = Whole {
        measures: &of_measures,
        assignments: &belonging(&ASSIGNMENTS, subject.resource, &counted),
        total,
        entries: &entries,
        kinds: &kinds(&all),
    };
    Ok(Scorecard {
        measures: total,
        year: asked.year,
        coverage: coverage(&all, total),
        cards: cards(whole.kinds, total, &entries, &names),
        divergence: divergence(&entries),
        groups: match &asked.by {
            Some(by) => by.divide(connection, &whole, &names)?,
            None => Vec::new(),
        },
        id: subject.id,
        label: subject.label,
        counted,
    })
}

/// The names of those who reported, by their ids.
fn assessors(
    connection: &mut AnyConnection,
    entries: &[Entry],
) -> QueryResult<HashMap<String, String>> {
    let ids = entries.iter().map(|entry| entry.assessor_id.as_str());
    match dimensions::parse(&MEASURES, "assessor").as_deref() {
        Ok([dimension]) => dimension.labels(connection, ids),
        _ => Ok(HashMap::new()),
    }
}

/// The body and those that it took the place of.
fn with_predecessors(connection: &mut AnyConnection, id: &str) -> QueryResult<Vec<String>> {
    let mut found = vec![id.to_owned()];
    let mut at = 0;
    while at < found.len() {
        let values = vec![Value::Text(found[at].clone())];
        let condition = Filter::column("successor_id", Predicate::OneOf(values));
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

/// From an assignment to all that belong to the same measure.
static OF_THE_SAME_MEASURE: JoinPath = JoinPath {
    column: "measure_id",
    tables: "assignments",
    key: "assignments.measure_id",
};

/// The measures of the plans or bodies, or all assignments of these measures.
fn belonging(of: &'static Resource, resource: &Resource, ids: &[String]) -> Filter {
    let test = Predicate::OneOf(ids.iter().map(|id| Value::Text(id.clone())).collect());
    let is_of_bodies = resource.name == "agencies";
    let mut condition = Filter::default();
    if is_of_bodies && of.name == ASSIGNMENTS.name {
        condition.add_joined(&OF_THE_SAME_MEASURE, "assignments.agency_id", test);
        return condition;
    }
    let name = if is_of_bodies { "agency" } else { "plan" };
    let relation = of.relations.iter().find(|relation| relation.name == name);
    match relation.and_then(|relation| Some((relation.through?, relation.column))) {
        Some((through, column)) => condition.add_joined(through, column, test),
        None => condition.add("plan_id", test),
    }
    condition
}
