//! The `withdrawals` resource: records that were taken back.

use crate::database::{
    connection::any::MultiBackend,
    model::{
        new_record::NewRecord,
        resource::Behaviour,
        timestamp,
        validation::{Check, Problem, listed, nearest_hint},
    },
    resources::declare::resource,
    schema::withdrawals,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A record that was taken back, and why.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = withdrawals, check_for_backend(MultiBackend))]
pub struct Withdrawal {
    /// Stable id.
    #[schema(example = "measures-xx-nap-2020-2022-1.1")]
    pub id: String,
    /// The resource of the record.
    #[schema(example = "measures")]
    pub resource: String,
    /// The id of the record.
    #[schema(example = "xx-nap-2020-2022-1.1")]
    pub record_id: String,
    /// Why it was taken back.
    pub reason: String,
    /// The record of the same resource that stands in its place.
    pub successor_id: Option<String>,
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

fn known_resource(record: &NewRecord) -> Vec<Problem> {
    let Some(name) = record.text("resource") else {
        return Vec::new();
    };
    let known: Vec<String> = super::RESOURCES
        .iter()
        .map(|resource| resource.name.to_owned())
        .filter(|name| name != "withdrawals")
        .collect();
    (!known.iter().any(|other| other == name))
        .then(|| {
            (
                "resource",
                format!(
                    "is none of {}{}",
                    listed(&known),
                    nearest_hint(name, &known)
                ),
            )
        })
        .into_iter()
        .collect()
}

resource! {
    /// Records that were taken back, why, and what stands in their place.
    WITHDRAWALS = Withdrawal in withdrawals, called "withdrawal", example "";
    references [];
    relations [];
    children [];
    keys [];
    order [resource, record_id];
    unique [[resource, record_id]];
    derived [];
    behaviour Behaviour {
        checks: &[Check { read: &[], sound: &["resource"], problems: known_resource }],
        ..Behaviour::titled("Withdrawn records", "Geri götürülmüş qeydlər")
    };
}
