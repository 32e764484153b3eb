//! The counts of a scorecard.

use super::{
    super::{dimensions::Dimension, stats::shares},
    card::{Assessment, Coverage, Divergence, ScorecardGroup},
};
use crate::database::{
    AnyConnection,
    agencies::AGENCIES,
    condition::Condition,
    grouping::{self, groups},
    measures::MEASURES,
    status_entries::STATUS_ENTRIES,
};
use diesel::QueryResult;
use std::collections::BTreeMap;

const fn column(column: &'static str) -> grouping::Dimension {
    grouping::Dimension {
        column,
        through: None,
    }
}

pub fn coverage(
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

pub fn assessors(
    connection: &mut AnyConnection,
    entries: &Condition,
) -> QueryResult<Vec<Assessment>> {
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

pub fn divergence(connection: &mut AnyConnection, measures: &Condition) -> QueryResult<Divergence> {
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

pub fn grouped(
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
