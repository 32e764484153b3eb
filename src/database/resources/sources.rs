//! The `sources` resource: the documents that everything comes from.

use crate::{
    database::{
        connection::any::MultiBackend,
        model::{
            enums::SourceKind,
            resource::{Behaviour, SearchedTexts},
            timestamp,
        },
        resources::declare::resource,
        schema::sources,
    },
    language::sort_key,
};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A document that records rest on.
#[derive(HasQuery, Serialize, ToSchema)]
#[diesel(table_name = sources, check_for_backend(MultiBackend))]
pub struct Source {
    /// Stable id.
    #[schema(example = "az-report-2021")]
    pub id: String,
    /// Title, as in the document.
    pub title: String,
    /// What sort of document it is.
    pub kind: SourceKind,
    /// Who published it: an id of `agencies`.
    #[schema(example = "korrupsiyaya-qarsi-mubarize-uzre-komissiya")]
    pub publisher_id: Option<String>,
    /// Its language: BCP 47.
    #[schema(example = "az")]
    pub language: String,
    /// Day of publication, where the document gives it.
    pub published_on: Option<NaiveDate>,
    /// The years that it is about.
    #[schema(example = "2021")]
    pub period: Option<String>,
    /// Where it was published, where known: a web address.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// What a reader should know of it.
    pub note: Option<String>,
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
    /// The documents that every word comes from.
    SOURCES = Source in sources, called "source", example "az-report-2021";
    references [publisher_id -> agencies];
    relations [];
    children [];
    keys [title_key for title by sort_key];
    order [id];
    unique [];
    derived [];
    behaviour Behaviour {
        searched: Some(SearchedTexts { title: &["title"], summary: &[], body: &["note"], quoted: &[] }),
        full_text: &["title", "note"],
        ..Behaviour::titled("Source documents", "Mənbə sənədlər")
    };
}
