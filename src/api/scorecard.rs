//! `/v1/plans/{id}/scorecard` and `/v1/agencies/{id}/scorecard`: how far the measures came, by whose word.

use super::{
    Error, Result, State,
    answer::{self, Links},
    dimensions::{self, Dimension},
    error::WrongParameter,
    formats::Format,
    parameters, records,
    stats::shares,
};
use crate::database::{
    AnyConnection,
    agencies::AGENCIES,
    condition::{Condition, Test, Value},
    grouping::{self, groups},
    measures::MEASURES,
    resource::{Resource, Row},
    status_entries::STATUS_ENTRIES,
};
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::QueryResult;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How far the measures of a plan or a body came, by whose word.
#[derive(Serialize, ToSchema)]
pub struct Scorecard {
    /// The id of the plan or the body.
    #[schema(example = "az-nap-2020-2022")]
    pub id: String,
    /// Its title or name.
    pub label: String,
    /// The ids that were counted: of a body, its renamed predecessors too.
    pub counted: Vec<String>,
    /// How many measures there are.
    #[schema(example = 64, minimum = 0)]
    pub measures: i64,
    /// For how many measures there is an entry, year by year.
    pub coverage: Vec<Coverage>,
    /// What each assessor said.
    pub assessors: Vec<Assessment>,
    /// How the government's own reports and the independent reviews compare.
    pub divergence: Divergence,
    /// The measures by what `by` names; empty without it.
    pub groups: Vec<ScorecardGroup>,
}

/// The measures that were reported on in a year.
#[derive(Serialize, ToSchema)]
pub struct Coverage {
    /// The year.
    #[schema(example = 2021)]
    pub year: i64,
    /// How many measures have an entry.
    #[schema(example = 64, minimum = 0)]
    pub measures: i64,
    /// Their share of all measures, from 0 to 1.
    #[schema(example = 1.0)]
    pub share: f64,
}

/// What an assessor said, in one capacity.
#[derive(Serialize, ToSchema)]
pub struct Assessment {
    /// Who: an id of `agencies`.
    #[schema(example = "korrupsiyaya-qarsi-mubarize-uzre-komissiya")]
    pub assessor_id: String,
    /// Its name.
    pub label: String,
    /// In which capacity.
    #[schema(example = "self_report")]
    pub assessor_kind: String,
    /// How many entries.
    #[schema(example = 64, minimum = 0)]
    pub entries: i64,
    /// How many entries have each level; `none` without one.
    pub levels: BTreeMap<String, i64>,
    /// The same as shares, from 0 to 1.
    pub shares: BTreeMap<String, f64>,
    /// Why entries have no level.
    pub missing: BTreeMap<String, i64>,
}

/// How two assessments of the same measures compare.
#[derive(Serialize, ToSchema)]
pub struct Divergence {
    /// Measures with both.
    #[schema(minimum = 0)]
    pub compared: i64,
    /// Those on which they agree.
    #[schema(minimum = 0)]
    pub equal: i64,
    /// Those where the government's own report is above.
    #[schema(minimum = 0)]
    pub above: i64,
    /// Those where it is below.
    #[schema(minimum = 0)]
    pub below: i64,
}

/// The measures that have a value in common.
#[derive(Serialize, ToSchema)]
pub struct ScorecardGroup {
    /// The value: an id; null for the measures that have none.
    #[schema(required)]
    pub value: Option<String>,
    /// The name or title of the record with that id.
    #[schema(required)]
    pub label: Option<String>,
    /// How many measures.
    #[schema(minimum = 0)]
    pub measures: i64,
    /// How many have each level by the government's own latest report; `none` without one.
    pub levels: BTreeMap<String, i64>,
    /// The same as shares, from 0 to 1.
    pub shares: BTreeMap<String, f64>,
}

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

const fn column(column: &'static str) -> grouping::Dimension {
    grouping::Dimension {
        column,
        through: None,
    }
}

fn coverage(
    connection: &mut AnyConnection,
    entries: &Condition,
    measures: i64,
) -> QueryResult<Vec<Coverage>> {
    let pairs = groups(
        connection,
        &STATUS_ENTRIES,
        entries,
        &[column("year"), column("measure_id")],
    )?;
    let mut years: BTreeMap<i64, i64> = BTreeMap::new();
    for pair in pairs {
        let year = pair.values[0].as_ref().and_then(|year| year.parse().ok());
        *years.entry(year.unwrap_or_default()).or_default() += 1;
    }
    let coverage = years.into_iter().map(|(year, count)| Coverage {
        year,
        measures: count,
        share: shares(&BTreeMap::from([(String::new(), count)]), measures)[""],
    });
    Ok(coverage.collect())
}

fn assessors(connection: &mut AnyConnection, entries: &Condition) -> QueryResult<Vec<Assessment>> {
    let by = [
        "assessor_id",
        "assessor_kind",
        "completion",
        "missing_reason",
    ]
    .map(column);
    let mut found: BTreeMap<(String, String), Assessment> = BTreeMap::new();
    for group in groups(connection, &STATUS_ENTRIES, entries, &by)? {
        let [assessor, kind, level, missing] = group.values.try_into().unwrap_or_default();
        let (assessor, kind) = (assessor.unwrap_or_default(), kind.unwrap_or_default());
        let assessment = found
            .entry((assessor.clone(), kind.clone()))
            .or_insert(Assessment {
                assessor_id: assessor,
                label: String::new(),
                assessor_kind: kind,
                entries: 0,
                levels: BTreeMap::new(),
                shares: BTreeMap::new(),
                missing: BTreeMap::new(),
            });
        assessment.entries += group.count;
        let level = level.unwrap_or_else(|| "none".to_owned());
        *assessment.levels.entry(level).or_default() += group.count;
        if let Some(reason) = missing {
            *assessment.missing.entry(reason).or_default() += group.count;
        }
    }
    let mut found: Vec<Assessment> = found.into_values().collect();
    for assessment in &mut found {
        assessment.shares = shares(&assessment.levels, assessment.entries);
        if let Some(agency) = AGENCIES.store.find(connection, &assessment.assessor_id)? {
            agency.to_object()["name"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut assessment.label);
        }
    }
    Ok(found)
}

fn divergence(connection: &mut AnyConnection, measures: &Condition) -> QueryResult<Divergence> {
    let mut divergence = Divergence {
        compared: 0,
        equal: 0,
        above: 0,
        below: 0,
    };
    for group in groups(connection, &MEASURES, measures, &[column("divergence")])? {
        let Some(steps) = group.values[0]
            .as_ref()
            .and_then(|steps| steps.parse::<i64>().ok())
        else {
            continue;
        };
        divergence.compared += group.count;
        let side = match steps {
            0 => &mut divergence.equal,
            1.. => &mut divergence.above,
            _ => &mut divergence.below,
        };
        *side += group.count;
    }
    Ok(divergence)
}

fn grouped(
    connection: &mut AnyConnection,
    measures: &Condition,
    by: &Dimension,
) -> QueryResult<Vec<ScorecardGroup>> {
    let columns = [by.by, column("completion_self_reported")];
    let mut found: BTreeMap<_, ScorecardGroup> = BTreeMap::new();
    for group in groups(connection, &MEASURES, measures, &columns)? {
        let [value, level] = group.values.try_into().unwrap_or_default();
        let place = by.place(value.as_deref());
        let entry = found
            .entry((place, value.clone()))
            .or_insert(ScorecardGroup {
                value,
                label: None,
                measures: 0,
                levels: BTreeMap::new(),
                shares: BTreeMap::new(),
            });
        entry.measures += group.count;
        let level = level.unwrap_or_else(|| "none".to_owned());
        *entry.levels.entry(level).or_default() += group.count;
    }
    let mut found: Vec<ScorecardGroup> = found.into_values().collect();
    let values: Vec<String> = found
        .iter()
        .filter_map(|group| group.value.clone())
        .collect();
    let labels = by.labels(connection, values.iter().map(String::as_str))?;
    for group in &mut found {
        group.shares = shares(&group.levels, group.measures);
        group.label = group
            .value
            .as_ref()
            .and_then(|value| labels.get(value).cloned());
    }
    Ok(found)
}
