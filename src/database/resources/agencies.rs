//! The `agencies` resource: the bodies that act.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::AgencyKind,
            resource::{Behaviour, Relation, SearchedIn, SearchedTexts},
            text_list::Texts,
            timestamp,
        },
        resources::declare::resource,
        schema::agencies,
        sql::filter::JoinPath,
    },
    language::sort_key,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A body that has measures or duties, reports, receives reports or takes part.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = agencies, check_for_backend(MultiBackend))]
pub struct Agency {
    /// Stable id.
    #[schema(example = "maliyye-nazirliyi")]
    pub id: String,
    /// The country: ISO 3166-1 alpha-2; null for international bodies.
    #[schema(example = "AZ")]
    pub country: Option<String>,
    /// Name; sorts by the Azerbaijani alphabet.
    #[schema(example = "Maliyyə Nazirliyi")]
    pub name: String,
    /// Short name or acronym.
    pub short_name: Option<String>,
    /// What sort of body it is.
    pub kind: AgencyKind,
    /// The body that it is a part of: an id of `agencies`.
    pub parent_id: Option<String>,
    /// The body that took its place: an id of `agencies`.
    pub successor_id: Option<String>,
    /// Other forms in which the sources write the name.
    #[schema(value_type = Vec<String>)]
    pub aliases: Texts,
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

static ASSIGNMENTS: JoinPath = JoinPath {
    column: "id",
    tables: "assignments JOIN measures ON measures.id = assignments.measure_id",
    key: "assignments.agency_id",
};
static MEMBERSHIPS: JoinPath = JoinPath {
    column: "id",
    tables: "memberships",
    key: "memberships.agency_id",
};

resource! {
    /// Bodies: state bodies, groups of them, organisations of civil society.
    AGENCIES = Agency in agencies, called "agency", example "maliyye-nazirliyi";
    references [parent_id -> agencies, successor_id -> agencies];
    relations [
        Relation::id("plan", "plans", "A plan that gives the body a measure: ids of `plans`.", &ASSIGNMENTS, "measures.plan_id"),
        Relation::section(&ASSIGNMENTS, "measures.section_id"),
        Relation::id("measure", "measures", "A measure that the body is responsible for: ids of `measures`.", &ASSIGNMENTS, "assignments.measure_id"),
        Relation::words("role", &["executor", "recommended"], "Its role in a measure.", &ASSIGNMENTS, "assignments.role"),
        Relation::id("body", "agencies", "A body that it is a member of: ids of `agencies`.", &MEMBERSHIPS, "memberships.body_id"),
    ];
    children [
        parts = agencies by parent_id,
        predecessors = agencies by successor_id,
        assignments = assignments by agency_id,
        memberships = memberships by agency_id,
    ];
    keys [name_key for name by sort_key];
    order [name];
    unique [];
    derived [];
    behaviour Behaviour {
        searched: Some(SearchedTexts { title: &["name"], summary: &["short_name", "aliases"], body: &[], quoted: &[] }),
        searched_in: Some(SearchedIn { resource: "measures", filter: "agency" }),
        full_text: &["name", "short_name", "aliases"],
        has_scorecards: true,
        ..Behaviour::titled("Bodies", "Qurumlar")
    };
}
