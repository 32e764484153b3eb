//! A middleware of request limits: address, headers, body, method. Behind it handlers see GET alone.

use crate::{
    api::{Error, HeadAlone, MAX_ADDRESS, MAX_HEADERS},
    database::Caller,
    server::finish::finish,
};
use actix_web::{
    HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap},
    },
    middleware::Next,
};
use percent_encoding::percent_decode_str;
use std::sync::Arc;

/// The longest path that a message repeats, in characters.
const SHOWN: usize = 200;

/// How long a browser may remember that it may ask, in seconds: a day, of which some take two hours.
const PREFLIGHT: &str = "86400";

/// What every request must pass, and what every answer gets.
pub async fn enforce_request_limits(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<BoxBody>>, actix_web::Error> {
    let answer = match refusal(&request) {
        Some(refusal) => request.into_response(refusal.error_response()),
        None if request.method() == Method::OPTIONS => {
            let answer = HttpResponse::NoContent()
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT))
                .finish();
            request.into_response(answer)
        }
        None => {
            if request.method() == Method::HEAD {
                // The transport drops the body of an answer to HEAD.
                request.head_mut().method = Method::GET;
                request.extensions_mut().insert(HeadAlone);
            }
            let caller = request.extensions_mut().remove::<Arc<Caller>>();
            let answer = caller.unwrap_or_default().wait_for(next.call(request));
            answer.await?.map_into_boxed_body()
        }
    };
    Ok(finish(answer).map_into_left_body())
}

pub fn refusal(request: &ServiceRequest) -> Option<Error> {
    let address = request
        .uri()
        .path_and_query()
        .map_or("", |address| address.as_str());
    if address.len() > MAX_ADDRESS {
        Some(Error::AddressTooLong(address.len()))
    } else if let Some(body) = body(request) {
        Some(Error::BodyTooLarge(body))
    } else if let Some(size) = too_large(request.headers()) {
        Some(Error::HeadersTooLarge(size))
    } else if request.path().contains('\0') || request.path().contains("%00") {
        // PostgreSQL cannot hold this character, so nothing can match it.
        Some(Error::not_found(
            "No id contains the character NUL.".to_owned(),
        ))
    } else {
        of_no_text(request.uri().path())
    }
}

/// What is said of a path whose letters are not UTF-8: handlers would get others in their place.
fn of_no_text(path: &str) -> Option<Error> {
    if percent_decode_str(path).decode_utf8().is_ok() {
        return None;
    }
    let shown: String = path.chars().take(SHOWN).collect();
    let reason = format!("The path is not UTF-8: `{shown}`; in UTF-8 `ş` is `%C5%9F`");
    Some(Error::not_found(reason))
}

/// The body of a request that reads, where it has one: none is taken by any endpoint that there is. Another method is
/// refused as such.
pub fn body(request: &ServiceRequest) -> Option<String> {
    let headers = request.headers();
    if !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) {
        None
    } else if headers.contains_key(header::TRANSFER_ENCODING) {
        Some("one in chunks".to_owned())
    } else {
        let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
        let length: u64 = length.trim().parse().ok()?;
        (length > 0).then(|| format!("one of {length} bytes"))
    }
}

/// The size of headers that are too large.
pub fn too_large(headers: &HeaderMap) -> Option<usize> {
    let sizes = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    let size = sizes.sum();
    (size > MAX_HEADERS).then_some(size)
}
