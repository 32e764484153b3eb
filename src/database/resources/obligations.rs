//! The `obligations` resource: the standing duties of the act that adopts a plan.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::Recurrence,
            new_record::NewRecord,
            resource::{Behaviour, Relation, SearchedTexts},
            timestamp,
            validation::{Check, Problem},
        },
        resources::declare::resource,
        schema::obligations,
        sql::filter::JoinPath,
    },
    language::number_key,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A standing duty that comes with a plan.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = obligations, check_for_backend(MultiBackend))]
pub struct Obligation {
    /// Stable id.
    #[schema(example = "az-nap-2020-2022-o2.1")]
    pub id: String,
    /// The plan: an id of `plans`.
    #[schema(example = "az-nap-2020-2022")]
    pub plan_id: String,
    /// Number of the point in the act; sorts 1.2 before 1.10.
    #[schema(example = "2.1")]
    pub number: String,
    /// What is to be done, as in the source; a line break ends a paragraph.
    pub text: String,
    /// How often it falls due; null where the source does not say.
    pub recurrence: Option<Recurrence>,
    /// Month of the year by which it is due, 1 to 12.
    #[schema(minimum = 1, maximum = 12, example = 12)]
    pub due_month: Option<i32>,
    /// Day of that month.
    #[schema(minimum = 1, maximum = 31, example = 30)]
    pub due_day: Option<i32>,
    /// Place in the act, from 1.
    #[schema(minimum = 1, example = 1)]
    pub position: i32,
    /// The document that says so: an id of `sources`.
    #[schema(example = "az-decree-1859-2020")]
    pub source_id: String,
    /// The place in that document.
    #[schema(example = "bənd 2.1")]
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

static PARTIES: JoinPath = JoinPath {
    column: "id",
    tables: "obligation_parties",
    key: "obligation_parties.obligation_id",
};

fn due_day(record: &NewRecord) -> Vec<Problem> {
    let number = |name| {
        record
            .integer(name)
            .and_then(|number| u32::try_from(number).ok())
    };
    let problem = match (number("due_month"), number("due_day")) {
        (None, None) => None,
        // a leap year: 29 February can be due
        (Some(month), Some(day)) => NaiveDate::from_ymd_opt(2020, month, day)
            .is_none()
            .then(|| ("due_day", "is no day of due_month".to_owned())),
        _ => Some(("due_day", "due_month and due_day go together".to_owned())),
    };
    problem.into_iter().collect()
}

resource! {
    /// Standing duties: who must report, inform or coordinate, to whom and by when.
    OBLIGATIONS = Obligation in obligations, called "obligation", example "az-nap-2020-2022-o2.1";
    references [plan_id -> plans, source_id -> sources];
    relations [
        Relation::id("agency", "agencies", "A body that it names: ids of `agencies`.", &PARTIES, "obligation_parties.agency_id"),
        Relation::words("role", &["addressee", "recipient"], "The role of a body that it names; with `agency`, of that body.", &PARTIES, "obligation_parties.role"),
        Relation::words("force", &["binding", "recommended"], "Whether a body is bound; with `agency`, that body.", &PARTIES, "obligation_parties.force"),
    ];
    children [parties = obligation_parties by obligation_id];
    keys [number_key for number by number_key];
    order [plan_id, position];
    unique [[plan_id, number], [plan_id, position]];
    derived [];
    behaviour Behaviour {
        searched: Some(SearchedTexts { title: &["text"], summary: &["number"], body: &[], quoted: &[] }),
        full_text: &["text"],
        checks: &[Check { read: &[], sound: &["due_month", "due_day"], problems: due_day }],
        has_calendar: true,
        ..Behaviour::titled("Standing duties", "Daimi öhdəliklər")
    };
}
