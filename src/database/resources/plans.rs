//! The `plans` resource: what a government adopted.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{enums::PlanKind, resource::Behaviour, timestamp},
        resources::declare::resource,
        schema::plans,
    },
    language::sort_key,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A national action plan or a strategy.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = plans, check_for_backend(MultiBackend))]
pub struct Plan {
    /// Stable id.
    #[schema(example = "az-nap-2020-2022")]
    pub id: String,
    /// The country: ISO 3166-1 alpha-2.
    #[schema(example = "AZ")]
    pub country: String,
    /// What sort of plan it is.
    pub kind: PlanKind,
    /// Title, as in the source.
    #[schema(
        example = "Açıq hökumətin təşviqinə dair 2020-2022-ci illər üçün Milli Fəaliyyət Planı"
    )]
    pub title: String,
    /// First year of its term.
    #[schema(example = 2020)]
    pub start_year: i32,
    /// Last year of its term.
    #[schema(example = 2022)]
    pub end_year: i32,
    /// Day of adoption, where the source gives it.
    #[schema(example = "2020-02-27")]
    pub adopted_on: Option<NaiveDate>,
    /// Who adopted it, as in the source.
    #[schema(example = "Azərbaycan Respublikasının Prezidenti")]
    pub adopted_by: Option<String>,
    /// The act of adoption, as in the source.
    pub legal_act: Option<String>,
    /// The plan's introduction; a line break ends a paragraph.
    pub introduction: Option<String>,
    /// The plan before it: an id of `plans`.
    #[schema(example = "az-nap-2016-2018")]
    pub predecessor_id: Option<String>,
    /// The document that it stands in: an id of `sources`.
    #[schema(example = "az-decree-1859-2020")]
    pub source_id: String,
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
    /// Action plans and strategies: what was adopted, for which years, by which act.
    PLANS = Plan in plans, called "plan", example "az-nap-2020-2022";
    references [predecessor_id -> plans, source_id -> sources];
    relations [];
    children [sections = sections by plan_id, obligations = obligations by plan_id];
    keys [title_key for title by sort_key];
    order [country, start_year];
    unique [];
    derived [];
    behaviour Behaviour {
        full_text: &["title", "introduction"],
        has_scorecards: true,
        ..Behaviour::titled("Action plans and strategies", "Fəaliyyət planları və strategiyalar")
    };
}
