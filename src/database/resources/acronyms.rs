//! The `acronyms` resource: short forms that the search knows, both ways.

use crate::database::{
    connection::any::MultiBackend,
    model::{resource::Behaviour, timestamp},
    resources::declare::resource,
    schema::acronyms,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A short form and what it stands for.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = acronyms, check_for_backend(MultiBackend))]
pub struct Acronym {
    /// Stable id.
    #[schema(example = "qht")]
    pub id: String,
    /// The country where it is used: ISO 3166-1 alpha-2; null where it is used everywhere.
    #[schema(example = "AZ")]
    pub country: Option<String>,
    /// The short form.
    #[schema(example = "QHT")]
    pub short: String,
    /// What it stands for.
    #[schema(example = "qeyri-hökumət təşkilatı")]
    pub expansion: String,
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
    /// Short forms and what they stand for: a search for one finds the other.
    ACRONYMS = Acronym in acronyms, called "acronym", example "qht";
    references [];
    relations [];
    children [];
    keys [];
    order [id];
    unique [[short, expansion]];
    derived [];
    behaviour Behaviour::titled("Short forms and what they stand for", "Qısaltmalar");
}
