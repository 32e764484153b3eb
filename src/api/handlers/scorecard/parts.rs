//! The measures of a scorecard by what `by` names: each part has its own cards.

use crate::{
    api::{
        handlers::scorecard::{
            card::ScorecardGroup,
            counts::{Names, cards, count},
        },
        request::dimensions,
    },
    database::{
        AnyConnection,
        query::{
            group_by::{Dimension, groups},
            latest_entry::Entry,
        },
        resources::{assignments::ASSIGNMENTS, measures::MEASURES},
        sql::filter::Filter,
    },
};
use diesel::QueryResult;
use std::collections::{BTreeMap, HashMap};

/// What measures can be divided by in a scorecard.
pub const BY: [&str; 5] = ["year", "section", "agency", "assessor", "plan"];

/// What the measures are divided by.
pub struct By {
    name: &'static str,
    /// Names the values; years need no names.
    dimension: Option<dimensions::Dimension>,
}

/// The measures of a scorecard, and what was said of them.
pub struct Whole<'w> {
    pub measures: &'w Filter,
    /// Who is responsible for them.
    pub assignments: &'w Filter,
    pub total: i64,
    pub entries: &'w [&'w Entry],
    /// The kinds of assessor that the whole has cards for.
    pub kinds: &'w [&'static str],
}

/// The measures that have a value in common, and their entries.
#[derive(Default)]
struct Part<'e> {
    measures: i64,
    entries: Vec<&'e Entry>,
}

/// The values of measures by their ids.
type Values = BTreeMap<String, Vec<Option<String>>>;
type Parts<'e> = BTreeMap<Option<String>, Part<'e>>;

impl By {
    /// What a parameter names; `None` where it names nothing that measures can be divided by.
    pub fn named(value: &str) -> Option<Self> {
        let name = BY.into_iter().find(|name| *name == value)?;
        let dimensions = dimensions::parse(&MEASURES, name);
        let dimension = dimensions.ok().and_then(|found| found.into_iter().next());
        Some(Self { name, dimension })
    }

    /// The groups in the order of their values; a measure with several bodies is in the group of each.
    pub fn divide(
        &self,
        connection: &mut AnyConnection,
        whole: &Whole<'_>,
        names: &Names<'_>,
    ) -> QueryResult<Vec<ScorecardGroup>> {
        let parts = match self.name {
            "year" => by_year(whole),
            "assessor" => by_assessor(whole),
            _ => by_values(whole, &self.values(connection, whole)?),
        };
        let labels = match &self.dimension {
            Some(dimension) => {
                dimension.labels(connection, parts.keys().flatten().map(String::as_str))?
            }
            None => HashMap::new(),
        };
        let mut parts: Vec<_> = parts.into_iter().collect();
        if let Some(dimension) = &self.dimension {
            parts.sort_by_cached_key(|(value, _)| dimension.place(value.as_deref()));
        }
        let group = |(value, part): (Option<String>, Part<'_>)| {
            let mut kinds = whole.kinds.to_vec();
            if self.name == "assessor" {
                let reports_as = |kind: &&str| {
                    part.entries
                        .iter()
                        .any(|entry| entry.assessor_kind == *kind)
                };
                kinds.retain(reports_as);
            }
            ScorecardGroup {
                label: value.as_ref().and_then(|value| labels.get(value).cloned()),
                cards: cards(&kinds, part.measures, &part.entries, names),
                measures: part.measures,
                value,
            }
        };
        Ok(parts.into_iter().map(group).collect())
    }

    /// The values of each measure: its plan, its nearest section, or every body that is responsible for it.
    fn values(&self, connection: &mut AnyConnection, whole: &Whole<'_>) -> QueryResult<Values> {
        let (resource, condition, pair) = match self.name {
            "agency" => (&ASSIGNMENTS, whole.assignments, ["measure_id", "agency_id"]),
            "section" => (&MEASURES, whole.measures, ["id", "section_id"]),
            _ => (&MEASURES, whole.measures, ["id", "plan_id"]),
        };
        let mut values = Values::new();
        for group in groups(
            connection,
            resource,
            condition,
            &pair.map(Dimension::own),
            usize::MAX,
        )?
        .into_iter()
        .flatten()
        {
            if let [Some(measure), value] = group.values.as_slice() {
                let of_measure = values.entry(measure.clone()).or_default();
                of_measure.push(value.clone());
            }
        }
        Ok(values)
    }
}

/// A measure that no body is responsible for has no value.
fn by_values<'e>(whole: &Whole<'e>, values: &Values) -> Parts<'e> {
    let mut parts = Parts::new();
    for value in values.values().flatten() {
        parts.entry(value.clone()).or_default().measures += 1;
    }
    let without = whole.total - count(values.len());
    if without > 0 {
        parts.entry(None).or_default().measures += without;
    }
    for entry in whole.entries {
        let nothing = vec![None];
        for value in values.get(&entry.measure_id).unwrap_or(&nothing) {
            parts.entry(value.clone()).or_default().entries.push(entry);
        }
    }
    parts
}

/// Every measure is in the group of every year: those that nobody reported on then have no level there.
fn by_year<'e>(whole: &Whole<'e>) -> Parts<'e> {
    let mut parts = Parts::new();
    for entry in whole.entries {
        let part = parts.entry(Some(entry.year.to_string())).or_default();
        part.measures = whole.total;
        part.entries.push(entry);
    }
    parts
}

/// The measures that each assessor reported on, by its own words.
fn by_assessor<'e>(whole: &Whole<'e>) -> Parts<'e> {
    let mut parts = Parts::new();
    for entry in whole.entries {
        let part = parts.entry(Some(entry.assessor_id.clone())).or_default();
        let is_next = |last: &&Entry| last.measure_id != entry.measure_id;
        part.measures += i64::from(part.entries.last().is_none_or(is_next));
        part.entries.push(entry);
    }
    parts
}
