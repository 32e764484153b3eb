//! The `assignments` resource: who is responsible for a measure.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::AssignmentRole,
            resource::{Behaviour, Relation},
            timestamp,
        },
        resources::declare::resource,
        schema::assignments,
        sql::filter::JoinPath,
    },
    language::number_key,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A body's responsibility for a measure.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = assignments, check_for_backend(MultiBackend))]
pub struct Assignment {
    /// Stable id.
    #[schema(example = "az-nap-2016-2018-5.4-maliyye-nazirliyi")]
    pub id: String,
    /// The measure: an id of `measures`.
    #[schema(example = "az-nap-2016-2018-5.4")]
    pub measure_id: String,
    /// The body: an id of `agencies`.
    #[schema(example = "maliyye-nazirliyi")]
    pub agency_id: String,
    /// Whether the plan orders the body to act, or recommends it.
    pub role: AssignmentRole,
    /// Place among the measure's bodies, from 1.
    #[schema(minimum = 1, example = 1)]
    pub position: i32,
    /// The words of the source. One fragment may name several bodies.
    #[schema(example = "Maliyyə Nazirliyi")]
    pub as_written: String,
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

static MEASURES: JoinPath = JoinPath {
    column: "measure_id",
    tables: "measures JOIN plans ON plans.id = measures.plan_id",
    key: "measures.id",
};

resource! {
    /// Who is responsible for which measure, and as what.
    ASSIGNMENTS = Assignment in assignments, called "assignment", example "az-nap-2016-2018-5.4-maliyye-nazirliyi";
    references [measure_id -> measures, agency_id -> agencies];
    relations [
        Relation::id("plan", "plans", "The measure's plan: ids of `plans`.", &MEASURES, "measures.plan_id"),
        Relation::section(&MEASURES, "measures.section_id"),
        Relation::words("country", &[], "The plan's country: ISO 3166-1 alpha-2.", &MEASURES, "plans.country"),
    ];
    children [];
    keys [measure_key for measure_id by number_key];
    order [measure_id, position];
    indexed [agency_id, role, position, revision, created_at, updated_at];
    low_cardinality [as_written];
    unique [[measure_id, position], [measure_id, agency_id, role]];
    derived [];
    behaviour Behaviour::titled("Bodies responsible for the measures", "Tədbirlərin icraçıları");
}
