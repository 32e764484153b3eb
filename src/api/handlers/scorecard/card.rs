//! What a scorecard tells.

use crate::api::response::levels::LevelCount;
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
    /// The year that `year` asked for; null where the latest entry of each measure counts.
    #[schema(example = 2021, required)]
    pub year: Option<i64>,
    /// For how many measures there is an entry, year by year, whatever `year` asks for.
    pub coverage: Vec<Coverage>,
    /// One card for each kind of assessor that ever reported; that of the government's own reports also where nobody did.
    pub cards: Vec<Card>,
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

/// What the assessors of one kind said. Each measure counts once, by the entry with the latest year, whoever
/// reported on it. Of several entries of that year one with a level counts: first the one coded by who
/// publishes the plan or the report, then that of a body that executes the measure, then the lowest level.
#[derive(Serialize, ToSchema)]
pub struct Card {
    /// In which capacity.
    #[schema(example = "self_report")]
    pub assessor_kind: &'static str,
    /// Who reported in that capacity.
    pub assessors: Vec<Assessor>,
    /// How many measures are counted: the levels add up to it.
    #[schema(example = 64, minimum = 0)]
    pub measures: i64,
    /// For how many of them there is an entry.
    #[schema(example = 64, minimum = 0)]
    pub reported: i64,
    /// How many measures have each level, in the order of the scale, also where none has it. Last comes `none`: the
    /// measures that nobody reported on, and those whose entry gives no level.
    pub levels: Vec<LevelCount>,
    /// Why the entries without a level have none, and how many measures that is for each reason.
    #[schema(example = json!({ "unclear": 2 }))]
    pub missing: BTreeMap<String, i64>,
    /// On how many measures the assessors give different levels of the same year.
    #[schema(minimum = 0)]
    pub disagree: i64,
}

/// A body that reported.
#[derive(Serialize, ToSchema)]
pub struct Assessor {
    /// Its id.
    #[schema(example = "korrupsiyaya-qarsi-mubarize-uzre-komissiya")]
    pub id: String,
    /// Its name.
    #[schema(required)]
    pub label: Option<String>,
    /// On how many measures it reported.
    #[schema(example = 64, minimum = 1)]
    pub measures: i64,
}

/// How two assessments of the same measures compare.
#[derive(Default, Serialize, ToSchema)]
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
    /// The value: an id or a year; null for the measures that have none.
    #[schema(required)]
    pub value: Option<String>,
    /// The name or title of the record with that id.
    #[schema(required)]
    pub label: Option<String>,
    /// How many measures.
    #[schema(minimum = 0)]
    pub measures: i64,
    /// The cards of these measures, for the same kinds of assessor as those of all; by assessor, for the kinds that it
    /// reported as.
    pub cards: Vec<Card>,
}
