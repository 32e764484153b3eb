//! What a scorecard tells.

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
