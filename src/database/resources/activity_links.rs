//! The `activity_links` resource: which part of a plan an activity serves.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            new_record::NewRecord,
            resource::Behaviour,
            timestamp,
            validation::{Check, Problem},
        },
        resources::declare::resource,
        schema::activity_links,
    },
    language::number_key,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// The part of a plan that an activity serves: a measure or a section.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = activity_links, check_for_backend(MultiBackend))]
pub struct ActivityLink {
    /// Stable id.
    #[schema(example = "az-monitoring-2016-2018-4-5.2")]
    pub id: String,
    /// The activity: an id of `activities`.
    #[schema(example = "az-monitoring-2016-2018-4")]
    pub activity_id: String,
    /// The measure: an id of `measures`.
    #[schema(example = "az-nap-2016-2018-5.2")]
    pub measure_id: Option<String>,
    /// Or the section: an id of `sections`.
    pub section_id: Option<String>,
    /// The words of the source.
    #[schema(example = "5.2 bəndinə əsasən")]
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

fn one_target(record: &NewRecord) -> Vec<Problem> {
    (record.text("measure_id").is_some() == record.text("section_id").is_some())
        .then(|| {
            (
                "measure_id",
                "either measure_id or section_id is required, not both".to_owned(),
            )
        })
        .into_iter()
        .collect()
}

resource! {
    /// Which measure or section each activity serves.
    ACTIVITY_LINKS = ActivityLink in activity_links, called "activity_link", example "az-monitoring-2016-2018-4-5.2";
    references [activity_id -> activities, measure_id -> measures, section_id -> sections];
    relations [];
    children [];
    keys [activity_key for activity_id by number_key];
    order [activity_id];
    unique [];
    derived [];
    behaviour Behaviour {
        checks: &[Check { read: &["measure_id", "section_id"], sound: &[], problems: one_target }],
        ..Behaviour::titled("What the activities serve", "Fəaliyyətlərin planlarla əlaqələri")
    };
}
