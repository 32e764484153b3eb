//! The `figures` resource: the totals that a project reports.

use crate::database::{
    connection::any::MultiBackend,
    model::{resource::Behaviour, timestamp},
    resources::declare::resource,
    schema::figures,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A number that a project reports of itself.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = figures, check_for_backend(MultiBackend))]
pub struct Figure {
    /// Stable id.
    #[schema(example = "az-monitoring-2016-2018-f1")]
    pub id: String,
    /// The project.
    #[schema(example = "az-monitoring-2016-2018")]
    pub project: String,
    /// The words of the source that give the number.
    pub label: String,
    /// The number.
    #[schema(example = 17)]
    pub value: i64,
    /// What is counted.
    #[schema(example = "round_tables")]
    pub unit: String,
    /// Place among the project's figures, from 1.
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

resource! {
    /// Totals that a project reports: round tables, participants …
    FIGURES = Figure in figures, called "figure", example "az-monitoring-2016-2018-f1";
    references [source_id -> sources];
    relations [];
    children [];
    keys [];
    order [project, position];
    unique [[project, position]];
    derived [];
    behaviour Behaviour::titled("Figures of the activities", "Fəaliyyətlərin göstəriciləri");
}
