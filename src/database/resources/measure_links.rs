//! The `measure_links` resource: which measure of a plan carries on which of an earlier one.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::{Basis, LinkKind},
            new_record::NewRecord,
            resource::{Behaviour, Relation},
            timestamp,
            validation::{Check, Problem},
        },
        resources::declare::resource,
        schema::measure_links,
        sql::filter::JoinPath,
    },
    language::number_key,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A measure that carries on one of an earlier plan.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = measure_links, check_for_backend(MultiBackend))]
pub struct MeasureLink {
    /// Stable id.
    #[schema(example = "az-nap-2020-2022-1.4-from-8.2")]
    pub id: String,
    /// The measure of the earlier plan: an id of `measures`.
    #[schema(example = "az-nap-2016-2018-8.2")]
    pub earlier_id: String,
    /// The measure of the later plan: an id of `measures`.
    #[schema(example = "az-nap-2020-2022-1.4")]
    pub later_id: String,
    /// Whether the later measure carries the earlier one on, is one of several that do, or takes up several.
    pub kind: LinkKind,
    /// The words of the later measure that the link rests on.
    pub ground: String,
    /// The words of the earlier measure that match them.
    pub earlier_ground: String,
    /// Whether a source states the link, or it was coded from the words.
    pub basis: Basis,
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

static LATER: JoinPath = JoinPath {
    column: "later_id",
    tables: "measures",
    key: "measures.id",
};

fn two_measures(record: &NewRecord) -> Vec<Problem> {
    (record.text("earlier_id") == record.text("later_id"))
        .then(|| ("later_id", "is the earlier measure itself".to_owned()))
        .into_iter()
        .collect()
}

resource! {
    /// Which measure of a later plan carries on which of an earlier one, and on which words that rests.
    MEASURE_LINKS = MeasureLink in measure_links, called "measure_link", example "az-nap-2020-2022-1.4-from-8.2";
    references [earlier_id -> measures, later_id -> measures];
    relations [Relation::id("plan", "plans", "The later measure's plan: ids of `plans`.", &LATER, "measures.plan_id")];
    children [];
    keys [later_key for later_id by number_key];
    order [later_id, earlier_id];
    unique [[earlier_id, later_id]];
    derived [];
    behaviour Behaviour {
        checks: &[Check { read: &[], sound: &["earlier_id", "later_id"], problems: two_measures }],
        ..Behaviour::titled("Links between measures of several plans", "Müxtəlif planların tədbirləri arasında əlaqələr")
    };
}
