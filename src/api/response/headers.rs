//! Response headers: validators, `Cache-Control` and `Link`. Every handler ends its answer here.

use crate::{
    api::{
        dataset_version::Register,
        response::{
            conditional::{Dated, Unconditional, client_has},
            envelope::ListLinks,
            url,
        },
        state::State,
    },
    database::model::resource::Resource,
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, EntityTag, HeaderValue, HttpDate},
    web,
};
use std::time::SystemTime;
use xxhash_rust::xxh3::xxh3_128;

pub const CSL_JSON: &str = "application/vnd.citationstyles.csl+json";

/// A link from a record to its citation, for the `Link` header.
pub fn citation_link(record: &str) -> String {
    format!("<{record}/citation>; rel=\"describedby\"; type=\"{CSL_JSON}\"")
}

/// The link from a CSV answer to its metadata, for the `Link` header.
pub fn describedby_link(public_url: &str, resource: &Resource) -> String {
    let path = url::metadata_path(resource);
    format!("<{public_url}{path}>; rel=\"describedby\"; type=\"application/csvm+json\"")
}

/// How long others may keep an answer, and how much longer where the service does not answer, in seconds.
const KEEP: &str = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";

/// That others ask each time whether an answer is still so.
pub const ASK_AGAIN: &str = "no-cache";

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
    let cite_as = state.map_or_else(String::new, |state| url::cite_register(state));
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
    let dated = dated(request, register);
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

/// How an answer to a request may be dated that is made of the register now.
fn dated(request: &HttpRequest, register: &Register) -> Dated {
    let state = request.app_data::<web::Data<State>>();
    state.map_or(Dated::Never, |state| {
        state.dates.of(register, SystemTime::now())
    })
}
