//! Answers: the envelope around records, and what caches need to know.

use crate::{
    api::{
        dataset_version::Register,
        response::{embed::Truncated, facets::Facet},
    },
    database::model::timestamp,
};

use chrono::NaiveDateTime;
use serde::Serialize;
use serde_json::{Value as Json, value::RawValue};
use utoipa::ToSchema;

/// What every answer tells of the register.
#[derive(Serialize, ToSchema)]
pub struct Meta {
    /// The version of the dataset: the number of its last change.
    #[schema(example = 585)]
    pub dataset_version: i64,
    /// The licence of the dataset.
    #[schema(example = "CC-BY-4.0", required)]
    pub licence: Option<String>,
    /// The language of the texts: BCP 47.
    #[schema(example = "az", required)]
    pub lang: Option<String>,
    /// The relations of which only the first records stand in the answer, each with the address of all of them; only
    /// where `include` cut some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable = false)]
    pub truncated: Vec<Truncated>,
}

impl Meta {
    pub fn of(register: &Register) -> Self {
        Self {
            dataset_version: register.version,
            licence: register.licence().map(str::to_owned),
            lang: register.language().map(str::to_owned),
            truncated: Vec::new(),
        }
    }
}

/// What an answer with a list tells of it.
#[derive(Serialize, ToSchema)]
pub struct ListMeta {
    /// How many records match, on all pages.
    #[schema(example = 59, minimum = 0)]
    pub total: i64,
    /// The most records of a page.
    #[schema(example = 50, minimum = 1, maximum = 500)]
    pub limit: i64,
    /// Where the next page starts: `cursor` of the request for it. Null on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required, example = "eyJvIjoibWVhc3VyZXM6aWQiLCJ2IjpbImEiXX0")]
    pub next_cursor: Option<Json>,
    /// Words that may have been meant; only where a search finds nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub suggestions: Option<Vec<String>>,
    /// The facets that were asked for, in the order of `facets`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable = false, value_type = Vec<Facet>)]
    pub facets: Vec<Box<RawValue>>,
    /// The relations of which only the first records stand in the answer, each with the address of all of them; only
    /// where `include` cut some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable = false)]
    pub truncated: Vec<Truncated>,
    /// The version of the dataset: the number of its last change.
    #[schema(example = 585, minimum = 0)]
    pub dataset_version: i64,
    /// The licence of the dataset.
    #[schema(example = "CC-BY-4.0", required)]
    pub licence: Option<String>,
    /// The language of the texts: BCP 47.
    #[schema(example = "az", required)]
    pub lang: Option<String>,
}

impl ListMeta {
    pub fn of(register: &Register, total: i64, limit: i64) -> Self {
        let Meta {
            dataset_version,
            licence,
            lang,
            ..
        } = Meta::of(register);
        Self {
            total,
            limit,
            next_cursor: None,
            suggestions: None,
            facets: Vec::new(),
            truncated: Vec::new(),
            dataset_version,
            licence,
            lang,
        }
    }
}

/// The addresses of the pages of a list. There is none where the value is null.
#[derive(Serialize, ToSchema)]
pub struct ListLinks {
    /// This page.
    #[serde(rename = "self")]
    #[schema(example = "http://127.0.0.1:8080/v1/measures", format = "uri")]
    pub this: String,
    /// The first page.
    #[schema(example = "http://127.0.0.1:8080/v1/measures", format = "uri")]
    pub first: String,
    /// The page before.
    #[schema(required, format = "uri")]
    pub prev: Option<String>,
    /// The page after.
    #[schema(required, format = "uri")]
    pub next: Option<String>,
}

/// The addresses of a record.
#[derive(Serialize, ToSchema)]
pub struct Links {
    /// The record.
    #[serde(rename = "self")]
    #[schema(
        example = "http://127.0.0.1:8080/v1/measures/az-nap-2016-2018-4.1.1",
        format = "uri"
    )]
    pub this: String,
}

/// The envelope, around records that are JSON already.
pub fn envelope(data: &str, meta: &impl Serialize, links: &impl Serialize) -> String {
    let links = serde_json::to_string(links).unwrap_or_default();
    let meta = serde_json::to_string(meta).unwrap_or_default();
    [
        "{\"data\":",
        data,
        ",\"meta\":",
        &meta,
        ",\"links\":",
        &links,
        "}",
    ]
    .concat()
}

/// Records that are JSON already, as an array.
pub fn array(records: &[String]) -> String {
    let length: usize = records.iter().map(|record| record.len() + 1).sum();
    let mut array = String::with_capacity(length + 2);
    array.push('[');
    for (number, record) in records.iter().enumerate() {
        if number > 0 {
            array.push(',');
        }
        array.push_str(record);
    }
    array.push(']');
    array
}

/// A moment as JSON has it.
pub fn moment(at: Option<NaiveDateTime>) -> Option<String> {
    at.map(timestamp::format)
}
