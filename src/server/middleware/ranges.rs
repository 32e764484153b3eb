//! Range requests (RFC 9110, section 14): a part of a finished answer instead of the whole. A middleware around
//! all that makes and keeps answers, which are always whole.

use crate::{
    api::{Error, Sent, file_body},
    server::{
        finish::finish,
        middleware::preconditions::{self, said},
        response_cache::chunked,
    },
};

use actix_web::{
    ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            self, ByteRangeSpec, ContentRange, ContentRangeSpec, EntityTag, Header, HeaderMap,
            HeaderValue, HttpDate, IfRange, Range, TryIntoHeaderValue,
        },
    },
    middleware::Next,
};

/// Sends the part that is asked for. Of several parts at once the whole is sent, as RFC 9110 allows: nobody who
/// reads tables asks so.
pub async fn part(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let reads = request.method() == Method::GET && request.headers().contains_key(header::RANGE);
    let Some(asked) = reads.then(|| asked(&request)).flatten() else {
        let answer = next.call(request).await?.map_into_boxed_body();
        return Ok(preconditions::settle(answer));
    };
    // A part is one of the bytes as they are, and not of what an encoder makes of them on the way.
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    let answer = next.call(request).await?.map_into_boxed_body();
    Ok(cut(preconditions::settle(answer), &asked))
}

/// The parts that are asked for, by numbers of digits alone.
fn asked(request: &ServiceRequest) -> Option<Vec<ByteRangeSpec>> {
    let header = request.headers().get(header::RANGE)?;
    match Range::parse(request) {
        Ok(Range::Bytes(asked)) if !header.as_bytes().contains(&b'+') => Some(asked),
        _ => None,
    }
}

fn cut(answer: ServiceResponse<BoxBody>, asked: &[ByteRangeSpec]) -> ServiceResponse<BoxBody> {
    let BodySize::Sized(length) = answer.response().body().size() else {
        return answer;
    };
    let headers = answer.headers();
    let is_whole = answer.status() == StatusCode::OK
        && headers.contains_key(header::ACCEPT_RANGES)
        && !headers.contains_key(header::CONTENT_ENCODING);
    if !is_whole || !is_that_of_the_client(&answer) {
        return answer;
    }
    let parts = asked.iter();
    let parts: Vec<_> = parts
        .filter_map(|part| part.to_satisfiable_range(length))
        .collect();
    match parts.as_slice() {
        [] => not_satisfiable(answer, length),
        [part] => partial(answer, *part, length),
        _ => answer,
    }
}

/// Whether the client's other parts are of this answer, as far as it says: by a strong tag, or by the date.
fn is_that_of_the_client(answer: &ServiceResponse<BoxBody>) -> bool {
    let request = answer.request();
    if !request.headers().contains_key(header::IF_RANGE) {
        return true;
    }
    let headers = answer.headers();
    match IfRange::parse(request) {
        Ok(IfRange::EntityTag(tag)) => {
            said::<EntityTag>(headers, &header::ETAG).is_some_and(|own| own.strong_eq(&tag))
        }
        Ok(IfRange::Date(date)) => {
            said::<HttpDate>(headers, &header::LAST_MODIFIED).is_some_and(|own| own == date)
        }
        Err(_) => false,
    }
}

/// A part, from its first byte to its last.
fn partial(
    answer: ServiceResponse<BoxBody>,
    (first, last): (u64, u64),
    length: u64,
) -> ServiceResponse<BoxBody> {
    let file = answer.response().extensions().get::<Sent>().cloned();
    let (request, answer) = answer.into_parts();
    let (mut head, body) = answer.into_parts();
    let body = match (file, body.try_into_bytes()) {
        (Some(file), _) => BoxBody::new(file_body(file, first, last - first + 1)),
        (None, Ok(bytes)) => match (usize::try_from(first), usize::try_from(last)) {
            (Ok(first), Ok(last)) => chunked::body(bytes.slice(first..=last)),
            _ => return ServiceResponse::new(request, head.set_body(BoxBody::new(bytes))),
        },
        (None, Err(body)) => return ServiceResponse::new(request, head.set_body(body)),
    };
    *head.status_mut() = StatusCode::PARTIAL_CONTENT;
    tell(head.headers_mut(), Some((first, last)), length);
    ServiceResponse::new(request, head.set_body(body))
}

fn not_satisfiable(answer: ServiceResponse<BoxBody>, length: u64) -> ServiceResponse<BoxBody> {
    let refusal = Error::RangeNotSatisfiable(length).error_response();
    let (request, _) = answer.into_parts();
    let mut answer = finish(ServiceResponse::new(request, refusal));
    tell(answer.headers_mut(), None, length);
    answer
}

/// `Content-Range`: which part of how much.
fn tell(headers: &mut HeaderMap, range: Option<(u64, u64)>, length: u64) {
    let range = ContentRange(ContentRangeSpec::Bytes {
        range,
        instance_length: Some(length),
    });
    if let Ok(range) = range.try_into_value() {
        headers.insert(header::CONTENT_RANGE, range);
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
}
