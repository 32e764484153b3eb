//! Answers: the envelope around records, and what caches need to know.

use crate::{
    api::{
        State,
        dataset_version::Register,
        handlers::facets::Facet,
        response::{
            conditional::{Dated, Unconditional, client_has},
            embed::Truncated,
        },
    },
    database::model::{resource::Resource, timestamp},
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, EntityTag, HeaderValue, HttpDate},
    web,
};
use chrono::NaiveDateTime;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value as Json, value::RawValue};
use utoipa::ToSchema;
use xxhash_rust::xxh3::xxh3_128;

/// What an id of a record cannot hold, so that an address stays one.
const NOT_IN_IDS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How long others may keep an answer, and how much longer where the service does not answer, in seconds.
const KEEP: &str = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";
/// That others ask each time whether an answer is still so.
pub const ASK_AGAIN: &str = "no-cache";

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
        } = register.meta();
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

fn header_links(links: &[(&str, Option<&str>)]) -> String {
    let links = links
        .iter()
        .filter_map(|(name, link)| Some(format!("<{}>; rel=\"{name}\"", link.as_ref()?)));
    links.collect::<Vec<_>>().join(", ")
}

/// The `Link` header of an answer with data: the pages of a list, the licence, and what to cite.
///
/// `cite_as` is the address that a citation names (RFC 8574).
pub fn link_header(register: &Register, pages: Option<&ListLinks>, cite_as: &str) -> String {
    header_links(&[
        ("first", pages.map(|pages| pages.first.as_str())),
        ("prev", pages.and_then(|pages| pages.prev.as_deref())),
        ("next", pages.and_then(|pages| pages.next.as_deref())),
        ("license", register.licence_url()),
        ("cite-as", Some(cite_as)),
    ])
}

/// What to cite for a list, a file, or the register as a whole.
pub fn cite_register(state: &State) -> String {
    address(state, "/v1", &[])
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

/// A body of JSON, of a list or of the whole register; 304 without it where the client has it.
pub fn json(
    request: &HttpRequest,
    register: &Register,
    body: String,
    pages: Option<&ListLinks>,
) -> HttpResponse {
    data(request, register, "application/json", body, pages)
}

/// A body of any type with data of the whole register; 304 without it where the client has it.
pub fn data(
    request: &HttpRequest,
    register: &Register,
    content_type: &str,
    body: String,
    pages: Option<&ListLinks>,
) -> HttpResponse {
    let state = request.app_data::<web::Data<State>>();
    let cite_as = state.map_or_else(String::new, |state| cite_register(state));
    let links = link_header(register, pages, &cite_as);
    cached(request, register, content_type, body, Some(links))
}

/// A body of any type; 304 without it where the client has it.
pub fn cached(
    request: &HttpRequest,
    register: &Register,
    content_type: &str,
    body: String,
    links: Option<String>,
) -> HttpResponse {
    let tag = EntityTag::new_weak(format!("{:032x}", xxh3_128(body.as_bytes())));
    let conditional = !request.extensions().contains::<Unconditional>();
    match begin(request, register, tag, links, conditional) {
        Head::Begun(mut answer) => answer.content_type(content_type).body(body),
        Head::NotModified(answer) => answer,
    }
}

/// The beginning of an answer.
pub enum Head {
    /// The body is to follow.
    Begun(HttpResponseBuilder),
    /// The client has the body: the whole answer.
    NotModified(HttpResponse),
}

/// The head of an answer with a body of any kind, by its tag.
pub fn head(
    request: &HttpRequest,
    register: &Register,
    tag: EntityTag,
    links: Option<String>,
) -> Head {
    begin(request, register, tag, links, true)
}

fn begin(
    request: &HttpRequest,
    register: &Register,
    tag: EntityTag,
    links: Option<String>,
    conditional: bool,
) -> Head {
    let dated = Dated::now(request, register);
    let has_it = conditional && client_has(request, &tag, dated.modified());
    let mut answer = if has_it {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    let keep = if dated == Dated::NotYet {
        ASK_AGAIN
    } else {
        KEEP
    };
    answer
        .insert_header(header::ETag(tag))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static(keep)));
    if let Some(modified) = dated.modified() {
        answer.insert_header(header::LastModified(HttpDate::from(modified)));
    }
    if let Some(links) = links {
        answer.insert_header((header::LINK, links));
    }
    if has_it {
        Head::NotModified(answer.finish())
    } else {
        Head::Begun(answer)
    }
}

/// The address of a path with parameters, as clients know it.
pub fn address(state: &State, path: &str, parameters: &[(String, String)]) -> String {
    let mut address = format!("{}{path}", state.public_url);
    if !parameters.is_empty() {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        address.push('?');
        address.push_str(&query.finish());
    }
    address
}

/// The address of a record: what a citation of it names.
pub fn record_address(state: &State, resource: &Resource, id: &str) -> String {
    let id = utf8_percent_encode(id, NOT_IN_IDS);
    address(state, &format!("/v1/{}/{id}", resource.path()), &[])
}

/// A moment as JSON has it.
pub fn moment(at: Option<NaiveDateTime>) -> Option<String> {
    at.map(timestamp::format)
}
