//! The `memberships` resource: who sits in a body.

use crate::database::{
    connection::any::MultiBackend,
    model::{enums::MembershipRole, resource::Behaviour, timestamp},
    resources::declare::resource,
    schema::memberships,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A body's seat in another.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = memberships, check_for_backend(MultiBackend))]
pub struct Membership {
    /// Stable id.
    #[schema(
        example = "aciq-hokumetin-tesviqine-dair-hokumet-vetendas-cemiyyeti-dialoqu-platformasi-maliyye-nazirliyi"
    )]
    pub id: String,
    /// The body with members: an id of `agencies`.
    pub body_id: String,
    /// The member: an id of `agencies`.
    #[schema(example = "maliyye-nazirliyi")]
    pub agency_id: String,
    /// As what it sits there.
    pub role: MembershipRole,
    /// Place among the members, from 1.
    #[schema(minimum = 1, example = 1)]
    pub position: i32,
    /// The words of the source.
    #[schema(example = "Maliyyə Nazirliyi")]
    pub as_written: String,
    /// The document that says so: an id of `sources`.
    #[schema(example = "az-platform-strategy-2017-2020")]
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

resource! {
    /// Members of the Government-Civil Society Dialogue Platform and of other bodies.
    MEMBERSHIPS = Membership in memberships, called "membership", example "aciq-hokumetin-tesviqine-dair-hokumet-vetendas-cemiyyeti-dialoqu-platformasi-maliyye-nazirliyi";
    references [body_id -> agencies, agency_id -> agencies, source_id -> sources];
    relations [];
    children [];
    keys [];
    order [body_id, position];
    unique [[body_id, position]];
    derived [];
    behaviour Behaviour::titled("Members of bodies", "Qurumların üzvləri");
}
