//! The `measures` resource: what a plan promises.

use crate::{
    database::{
        AnyConnection,
        connection::any::MultiBackend,
        model::{
            change_set::ChangeSet,
            enums::{AssessorKind, Completion},
            resource::{Behaviour, Relation, SearchedIn, SearchedTexts},
            timestamp,
        },
        query::latest_entry::COUNTS_FIRST,
        resources::declare::resource,
        schema::measures,
        sql::filter::JoinPath,
    },
    language::{number_key, sort_key},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{Text, Untyped},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A measure that a plan promises.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = measures, check_for_backend(MultiBackend))]
pub struct Measure {
    /// Stable id.
    #[schema(example = "az-nap-2016-2018-4.1.1")]
    pub id: String,
    /// The plan: an id of `plans`.
    #[schema(example = "az-nap-2016-2018")]
    pub plan_id: String,
    /// The nearest section: an id of `sections`.
    #[schema(example = "az-nap-2016-2018-s4.1")]
    pub section_id: Option<String>,
    /// Number in the plan; sorts 1.2 before 1.10. Null where the source has none.
    #[schema(example = "4.1.1")]
    pub number: Option<String>,
    /// What is promised, as in the source.
    pub title: String,
    /// What the plan measures it by, as in the source.
    pub indicator: Option<String>,
    /// First year of its term; null where only the plan has one.
    #[schema(example = 2016)]
    pub start_year: Option<i32>,
    /// Last year of its term.
    #[schema(example = 2018)]
    pub end_year: Option<i32>,
    /// Place in the plan, from 1.
    #[schema(minimum = 1, example = 1)]
    pub position: i32,
    /// The document that says so: an id of `sources`.
    #[schema(example = "az-nap-2016-2018-text")]
    pub source_id: String,
    /// The place in that document.
    #[schema(example = "bənd 4.1.1")]
    pub locator: Option<String>,
    /// How far it came by the government's own latest report; null where there is none, or none with a level. Of several
    /// assessors in that year the level counts that who publishes the plan or the report coded, else that of a body that
    /// executes the measure, else the lowest.
    pub completion_self_reported: Option<Completion>,
    /// How far it came by the latest independent review, chosen in the same way.
    pub completion_independent: Option<Completion>,
    /// Levels by which the government's own report is above the independent review (`complete` is three above `not_started`);
    /// negative where it is below. Null where one of them is missing.
    #[schema(example = 1)]
    pub divergence: Option<i32>,
    /// The latest year that anybody reported on.
    #[schema(example = 2021)]
    pub last_status_year: Option<i32>,
    /// Number of the record's last change, among the changes of the whole register.
    #[schema(example = 1)]
    pub revision: i64,
    /// When the record entered the register: UTC, RFC 3339.
    #[diesel(deserialize_as = timestamp::Moment)]
    #[serde(with = "timestamp")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: NaiveDateTime,
    /// When it last changed.
    #[diesel(deserialize_as = timestamp::Moment)]
    #[serde(with = "timestamp")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub updated_at: NaiveDateTime,
}

static PLANS: JoinPath = JoinPath {
    column: "plan_id",
    tables: "plans",
    key: "plans.id",
};
static ASSIGNMENTS: JoinPath = JoinPath {
    column: "id",
    tables: "assignments",
    key: "assignments.measure_id",
};
static STATUS_ENTRIES: JoinPath = JoinPath {
    column: "id",
    tables: "status_entries",
    key: "status_entries.measure_id",
};

resource! {
    /// Measures: what the plans promise, by which indicator and until when.
    MEASURES = Measure in measures, called "measure", example "az-nap-2016-2018-4.1.1";
    references [plan_id -> plans, section_id -> sections, source_id -> sources];
    relations [
        Relation::words("country", &[], "The plan's country: ISO 3166-1 alpha-2.", &PLANS, "plans.country"),
        Relation::id("agency", "agencies", "A responsible body: ids of `agencies`.", &ASSIGNMENTS, "assignments.agency_id"),
        Relation::words("role", &["executor", "recommended"], "The role of a responsible body; with `agency`, of that body.", &ASSIGNMENTS, "assignments.role"),
        Relation::id("assessor", "agencies", "A body that reported on it: ids of `agencies`.", &STATUS_ENTRIES, "status_entries.assessor_id"),
    ];
    children [
        assignments = assignments by measure_id,
        status_entries = status_entries by measure_id,
        activity_links = activity_links by measure_id,
        predecessors = measure_links by later_id,
        successors = measure_links by earlier_id,
    ];
    keys [
        number_key for number by number_key,
        title_key for title by sort_key,
    ];
    order [plan_id, position];
    indexed [
        section_id, source_id, number, title, start_year, end_year, position, completion_self_reported,
        completion_independent, divergence, last_status_year, revision, created_at, updated_at,
    ];
    low_cardinality [locator];
    unique [[plan_id, number], [plan_id, position]];
    derived [completion_self_reported, completion_independent, divergence, last_status_year];
    behaviour Behaviour {
        searched: Some(SearchedTexts { title: &["title"], summary: &["indicator", "number"], body: &[], quoted: &[] }),
        searched_in: Some(SearchedIn { resource: "status_entries", filter: "measure_id" }),
        full_text: &["title", "indicator"],
        has_feeds: true, has_calendar: true, level: Some("completion_self_reported"),
        ..Behaviour::titled("Measures of the plans", "Planların tədbirləri")
    };
}

/// A measure by its id, or those that what was touched leads to.
pub(crate) type Lead = (&'static str, String);

/// The measure itself.
pub(crate) const ITSELF: &str = " AND id = ?";
/// The measures of a plan.
pub(crate) const OF_PLAN: &str = " AND plan_id = ?";
/// The measures of the plans that stand in a source.
pub(crate) const OF_PLANS_IN: &str = " AND plan_id IN (SELECT id FROM plans WHERE source_id = ?)";
/// The measures that a source reports on.
pub(crate) const REPORTED_IN: &str =
    " AND id IN (SELECT measure_id FROM status_entries WHERE source_id = ?)";

/// Computes the columns of measures that follow from their status entries, and from whose word counts.
pub(crate) fn derive(connection: &mut AnyConnection, touched: &ChangeSet<Lead>) -> QueryResult<()> {
    let latest = latest();
    for statement in [latest.as_str(), DIVERGENCE] {
        let statement = diesel::dsl::sql::<Untyped>(statement);
        match touched {
            ChangeSet::Few(leads) => {
                for (lead, id) in leads {
                    let (before, after) = lead.split_once('?').unwrap_or((lead, ""));
                    let statement = statement.clone().sql(before).bind::<Text, _>(id);
                    statement.sql(after).execute(connection)?;
                }
            }
            ChangeSet::Many => drop(statement.execute(connection)?),
        }
    }
    Ok(())
}

/// A measure without entries has nothing to follow, unless it had some.
fn latest() -> String {
    let counted = |kind: AssessorKind| {
        format!(
            "(SELECT status_entries.completion FROM status_entries \
             WHERE status_entries.measure_id = measures.id AND status_entries.assessor_kind = '{}' \
             ORDER BY {COUNTS_FIRST} LIMIT 1)",
            kind.as_str(),
        )
    };
    format!(
        "UPDATE measures SET completion_self_reported = {}, completion_independent = {}, \
         last_status_year = (SELECT MAX(year) FROM status_entries WHERE measure_id = measures.id) \
         WHERE (last_status_year IS NOT NULL \
         OR EXISTS (SELECT 1 FROM status_entries WHERE measure_id = measures.id))",
        counted(AssessorKind::SelfReport),
        counted(AssessorKind::Independent),
    )
}

const DIVERGENCE: &str = "UPDATE measures SET divergence = \
    CASE completion_self_reported WHEN 'not_started' THEN 0 WHEN 'limited' THEN 1 \
        WHEN 'substantial' THEN 2 WHEN 'complete' THEN 3 END - \
    CASE completion_independent WHEN 'not_started' THEN 0 WHEN 'limited' THEN 1 \
        WHEN 'substantial' THEN 2 WHEN 'complete' THEN 3 END \
    WHERE (divergence IS NOT NULL \
        OR completion_self_reported IS NOT NULL AND completion_independent IS NOT NULL)";
