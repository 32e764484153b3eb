//! The `obligation_parties` resource: whom a duty binds and whom it serves.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::{Force, PartyRole},
            new_record::NewRecord,
            resource::{Behaviour, Relation},
            timestamp,
            validation::{Check, Problem},
        },
        resources::declare::resource,
        schema::obligation_parties,
        sql::filter::JoinPath,
    },
    language::number_key,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A body that a duty names.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = obligation_parties, check_for_backend(MultiBackend))]
pub struct ObligationParty {
    /// Stable id.
    #[schema(example = "az-nap-2020-2022-o6-addressee-nazirler-kabineti")]
    pub id: String,
    /// The duty: an id of `obligations`.
    #[schema(example = "az-nap-2020-2022-o6")]
    pub obligation_id: String,
    /// The body: an id of `agencies`.
    #[schema(example = "nazirler-kabineti")]
    pub agency_id: String,
    /// Whether it bears the duty, or receives what is done.
    pub role: PartyRole,
    /// Whether it is bound or only recommended to act; null for a recipient.
    pub force: Option<Force>,
    /// Place among the bodies of the duty, from 1.
    #[schema(minimum = 1, example = 1)]
    pub position: i32,
    /// The words of the source.
    #[schema(example = "Azərbaycan Respublikasının Nazirlər Kabineti")]
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

static OBLIGATIONS: JoinPath = JoinPath {
    column: "obligation_id",
    tables: "obligations",
    key: "obligations.id",
};

fn force(record: &NewRecord) -> Vec<Problem> {
    let addressee = record.text("role") == Some("addressee");
    (addressee != record.text("force").is_some())
        .then(|| {
            (
                "force",
                "is for addressees: each has one, a recipient has none".to_owned(),
            )
        })
        .into_iter()
        .collect()
}

resource! {
    /// Whom a standing duty binds, and who receives what is done.
    OBLIGATION_PARTIES = ObligationParty in obligation_parties, called "obligation_party",
        example "az-nap-2020-2022-o6-addressee-nazirler-kabineti";
    references [obligation_id -> obligations, agency_id -> agencies];
    relations [Relation::id("plan", "plans", "The duty's plan: ids of `plans`.", &OBLIGATIONS, "obligations.plan_id")];
    children [];
    keys [obligation_key for obligation_id by number_key];
    order [obligation_id, position];
    unique [[obligation_id, agency_id, role], [obligation_id, position]];
    derived [];
    behaviour Behaviour {
        checks: &[Check { read: &["force"], sound: &["role"], problems: force }],
        ..Behaviour::titled("Who owes the duties, and to whom", "Öhdəliklərin tərəfləri")
    };
}
