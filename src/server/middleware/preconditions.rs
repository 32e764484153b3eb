//! Preconditions (RFC 9110, sections 13.1.1 and 13.1.4): `If-Match` and `If-Unmodified-Since`, by which a client that
//! puts a file together from parts makes sure that all are of one state. `ranges` asks before it cuts.

use crate::{api::Error, server::finish::finish};
use actix_web::{
    ResponseError,
    body::BoxBody,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{self, EntityTag, Header, HeaderMap, HttpDate, IfMatch, IfUnmodifiedSince},
    },
};
use std::time::SystemTime;

/// The answer, or 412 in its place where it is not that of the client.
pub fn settle(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    if !fails(&answer) {
        return answer;
    }
    let refusal = Error::PreconditionFailed.error_response();
    let (request, _) = answer.into_parts();
    finish(ServiceResponse::new(request, refusal))
}

fn fails(answer: &ServiceResponse<BoxBody>) -> bool {
    let request = answer.request();
    let asked = request.headers();
    let (by_tag, by_date) = (header::IF_MATCH, header::IF_UNMODIFIED_SINCE);
    if !matches!(answer.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        return false;
    }
    if asked.contains_key(by_tag) {
        let own = said::<EntityTag>(answer.headers(), &header::ETAG);
        return match IfMatch::parse(request) {
            Ok(IfMatch::Any) => false,
            Ok(IfMatch::Items(tags)) => {
                !own.is_some_and(|own| tags.iter().any(|tag| tag.strong_eq(&own)))
            }
            Err(_) => true,
        };
    }
    if !asked.contains_key(by_date) {
        return false;
    }
    let own = said::<HttpDate>(answer.headers(), &header::LAST_MODIFIED);
    match (IfUnmodifiedSince::parse(request), own) {
        (Ok(since), Some(own)) => SystemTime::from(own) > SystemTime::from(since.0),
        _ => false, // of what has no date nothing can be said (RFC 9110, section 13.1.4)
    }
}

/// What a header of an answer says.
pub fn said<T: std::str::FromStr>(headers: &HeaderMap, name: &header::HeaderName) -> Option<T> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
