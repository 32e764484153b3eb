//! The `sections` resource: how a plan is divided.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            resource::{Behaviour, Relation, SearchedIn},
            timestamp,
        },
        resources::declare::resource,
        schema::sections,
        sql::filter::JoinPath,
    },
    language::{number_key, sort_key},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A section or subsection of a plan.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = sections, check_for_backend(MultiBackend))]
pub struct Section {
    /// Stable id.
    #[schema(example = "az-nap-2016-2018-s4.1")]
    pub id: String,
    /// The plan: an id of `plans`.
    #[schema(example = "az-nap-2016-2018")]
    pub plan_id: String,
    /// The section that it is a part of: an id of `sections`.
    #[schema(example = "az-nap-2016-2018-s4")]
    pub parent_id: Option<String>,
    /// Number in the plan; sorts 1.2 before 1.10.
    #[schema(example = "4.1")]
    pub number: String,
    /// Title, as in the source.
    #[schema(example = "Vətəndaş cəmiyyəti üzvlərinin fəaliyyətinin dəstəklənməsi")]
    pub title: String,
    /// Place in the plan, from 1.
    #[schema(minimum = 1, example = 1)]
    pub position: i32,
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

static PLANS: JoinPath = JoinPath {
    column: "plan_id",
    tables: "plans",
    key: "plans.id",
};

resource! {
    /// Sections and subsections of the plans.
    SECTIONS = Section in sections, called "section", example "az-nap-2016-2018-s4.1";
    references [plan_id -> plans, parent_id -> sections];
    relations [Relation::words("country", &[], "The plan's country: ISO 3166-1 alpha-2.", &PLANS, "plans.country")];
    children [subsections = sections by parent_id, measures = measures by section_id];
    keys [
        number_key for number by number_key,
        title_key for title by sort_key,
    ];
    order [plan_id, position];
    unique [[plan_id, number], [plan_id, position]];
    derived [];
    behaviour Behaviour {
        searched_in: Some(SearchedIn { resource: "measures", filter: "section" }),
        full_text: &["title"],
        ..Behaviour::titled("Sections of the plans", "Planların bölmələri")
    };
}
