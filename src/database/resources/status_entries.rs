//! The `status_entries` resource: what an assessor says of a measure in a year.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::{AssessorKind, Basis, Completion, MissingReason},
            new_record::NewRecord,
            resource::{Behaviour, Relation, SearchedTexts},
            timestamp,
            validation::{Check, Problem},
        },
        resources::declare::resource,
        schema::status_entries,
        sql::filter::JoinPath,
    },
    language::{number_key, stands_in},
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// What somebody said of a measure in a year.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = status_entries, check_for_backend(MultiBackend))]
pub struct StatusEntry {
    /// Stable id.
    #[schema(example = "az-nap-2020-2022-2.1-2021-korrupsiyaya-qarsi-mubarize-uzre-komissiya")]
    pub id: String,
    /// The measure: an id of `measures`.
    #[schema(example = "az-nap-2020-2022-2.1")]
    pub measure_id: String,
    /// Who says so: an id of `agencies`.
    #[schema(example = "korrupsiyaya-qarsi-mubarize-uzre-komissiya")]
    pub assessor_id: String,
    /// In which capacity.
    pub assessor_kind: AssessorKind,
    /// The year reported on.
    #[schema(example = 2021)]
    pub year: i32,
    /// How far the measure came; null where `missing_reason` says why not.
    pub completion: Option<Completion>,
    /// Why there is no level.
    pub missing_reason: Option<MissingReason>,
    /// Whether the source states the level, or it was coded from what the source says.
    pub basis: Option<Basis>,
    /// The words of the statement that the level rests on.
    #[schema(example = "Bənd Maliyyə Nazirliyi tərəfindən tam icra edilmişdir")]
    pub quote: Option<String>,
    /// The whole statement, as in the source; a line break ends a paragraph.
    pub statement: Option<String>,
    /// The entry that the source refers to instead of an answer: an id of `status_entries`.
    pub same_as: Option<String>,
    /// A remark of the source on this entry, in its words.
    pub note: Option<String>,
    /// The document that says so: an id of `sources`.
    #[schema(example = "az-report-2021")]
    pub source_id: String,
    /// The place in that document.
    #[schema(example = "bənd 2.1")]
    pub locator: Option<String>,
    /// Day of publication, where the source gives it.
    pub published_on: Option<NaiveDate>,
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

static MEASURES: JoinPath = JoinPath {
    column: "measure_id",
    tables: "measures JOIN plans ON plans.id = measures.plan_id",
    key: "measures.id",
};
static ASSIGNMENTS: JoinPath = JoinPath {
    column: "measure_id",
    tables: "assignments",
    key: "assignments.measure_id",
};

/// A level needs its basis and the words that it rests on; no level needs a reason.
fn level_and_ground(record: &NewRecord) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut require = |column: &'static str, holds: bool, reason: &str| {
        if !holds {
            problems.push((column, reason.to_owned()));
        }
    };
    let quote = record.text("quote");
    if record.text("completion").is_some() {
        require(
            "missing_reason",
            record.text("missing_reason").is_none(),
            "stands beside a completion",
        );
        require(
            "basis",
            record.text("basis").is_some(),
            "is required beside a completion: stated or coded",
        );
        require(
            "quote",
            quote.is_some(),
            "is required beside a completion: the words that it rests on",
        );
    } else {
        require(
            "missing_reason",
            record.text("missing_reason").is_some(),
            "is required where there is no completion",
        );
        require(
            "basis",
            record.text("basis").is_none(),
            "stands without a completion",
        );
    }
    let own_statement = record.text("same_as").is_none();
    if let (Some(quote), true) = (quote, own_statement) {
        let contained = record
            .text("statement")
            .is_some_and(|statement| stands_in(quote, statement));
        require("quote", contained, "does not stand in the statement");
    }
    problems
}

resource! {
    /// Status entries: what each assessor says was done in a year, in which words, in which document.
    STATUS_ENTRIES = StatusEntry in status_entries, called "status_entry",
        example "az-nap-2020-2022-2.1-2021-korrupsiyaya-qarsi-mubarize-uzre-komissiya";
    references [measure_id -> measures, assessor_id -> agencies, same_as -> status_entries, source_id -> sources];
    relations [
        Relation::id("plan", "plans", "The measure's plan: ids of `plans`.", &MEASURES, "measures.plan_id"),
        Relation::section(&MEASURES, "measures.section_id"),
        Relation::words("country", &[], "The plan's country: ISO 3166-1 alpha-2.", &MEASURES, "plans.country"),
        Relation::id("agency", "agencies", "A body responsible for the measure: ids of `agencies`.", &ASSIGNMENTS, "assignments.agency_id"),
        Relation::words("role", &["executor", "recommended"], "The role of a responsible body; with `agency`, of that body.", &ASSIGNMENTS, "assignments.role"),
    ];
    children [];
    keys [measure_key for measure_id by number_key];
    order [measure_id, year, assessor_id];
    indexed [
        assessor_id, assessor_kind, year, completion, missing_reason, basis, same_as, source_id, published_on,
        revision, created_at, updated_at,
    ];
    low_cardinality [locator];
    unique [[measure_id, year, assessor_id]];
    derived [];
    behaviour Behaviour {
        searched: Some(SearchedTexts { title: &[], summary: &[], body: &["statement", "note"], quoted: &["quote"] }),
        full_text: &["quote", "statement", "note"],
        checks: &[Check { read: &["completion", "missing_reason", "basis", "quote", "statement", "same_as"], sound: &[], problems: level_and_ground }],
        has_feeds: true, level: Some("completion"),
        ..Behaviour::titled("What was reported on the measures", "Tədbirlərin icrası barədə məlumatlar")
    };
}
