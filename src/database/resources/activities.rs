//! The `activities` resource: civil society's monitoring work.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::ActivityState,
            resource::{Behaviour, Relation, SearchedTexts},
            text_list::Texts,
            timestamp,
        },
        resources::declare::resource,
        schema::activities,
        sql::filter::JoinPath,
    },
    language::{number_key, sort_key},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A piece of monitoring work.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = activities, check_for_backend(MultiBackend))]
pub struct Activity {
    /// Stable id.
    #[schema(example = "az-monitoring-2016-2018-4")]
    pub id: String,
    /// The project that it belongs to.
    #[schema(example = "az-monitoring-2016-2018")]
    pub project: String,
    /// Number in the project; sorts 1.2 before 1.10.
    #[schema(example = "4")]
    pub number: String,
    /// Title, as in the source.
    pub title: String,
    /// What it consists of, as in the source.
    #[schema(value_type = Vec<String>)]
    pub tasks: Texts,
    /// How far it is, as the source says; null where it does not.
    pub state: Option<ActivityState>,
    /// Who does it: an id of `agencies`.
    pub organisation_id: Option<String>,
    /// Place in the project, from 1.
    #[schema(minimum = 1, example = 1)]
    pub position: i32,
    /// The document that says so: an id of `sources`.
    #[schema(example = "az-monitoring-2016-2018")]
    pub source_id: String,
    /// The place in that document.
    pub locator: Option<String>,
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

static LINKS: JoinPath = JoinPath {
    column: "id",
    tables: "activity_links LEFT JOIN measures ON measures.id = activity_links.measure_id \
             LEFT JOIN sections ON sections.id = activity_links.section_id",
    key: "activity_links.activity_id",
};

resource! {
    /// Activities of civil society's monitoring projects.
    ACTIVITIES = Activity in activities, called "activity", example "az-monitoring-2016-2018-4";
    references [organisation_id -> agencies, source_id -> sources];
    relations [
        Relation::id("measure", "measures", "A measure that it serves: ids of `measures`.", &LINKS, "activity_links.measure_id"),
        Relation::section(&LINKS, "COALESCE(activity_links.section_id, measures.section_id)"),
        Relation::id("plan", "plans", "A plan that it serves: ids of `plans`.", &LINKS, "COALESCE(measures.plan_id, sections.plan_id)"),
    ];
    children [links = activity_links by activity_id];
    keys [
        number_key for number by number_key,
        title_key for title by sort_key,
    ];
    order [project, position];
    unique [[project, number], [project, position]];
    derived [];
    behaviour Behaviour {
        searched: Some(SearchedTexts { title: &["title"], summary: &[], body: &["tasks"], quoted: &[] }),
        full_text: &["title", "tasks"],
        ..Behaviour::titled("Activities of civil society", "Vətəndaş cəmiyyətinin fəaliyyəti")
    };
}
