//! Answers that only a new version of the service changes: strong enough to be kept, checked by `ETag`.
//!
//! The OpenAPI document and the files of its page are given so.

use crate::api::{Unconditional, client_has};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::{self, ETag, EntityTag},
    web::Bytes,
};
use xxhash_rust::xxh3::xxh3_128;

/// How long others may keep such an answer without asking again: an hour, in seconds.
const KEEP: &str = "public, max-age=3600";

/// The tag of a body.
pub fn tag(body: &[u8]) -> EntityTag {
    EntityTag::new_weak(format!("{:032x}", xxh3_128(body)))
}

/// A body with its tag; 304 without it where the client has it.
pub fn answer(
    request: &HttpRequest,
    content_type: &str,
    tag: EntityTag,
    body: Bytes,
) -> HttpResponse {
    let conditional = !request.extensions().contains::<Unconditional>();
    let has_it = conditional && client_has(request, &tag, None);
    let mut answer = if has_it {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer
        .insert_header(ETag(tag))
        .insert_header((header::CACHE_CONTROL, KEEP));
    if has_it {
        answer.finish()
    } else {
        answer.content_type(content_type).body(body)
    }
}
