//! Content negotiation in the head of an answer (RFC 9110, section 12): what of the request decided, told once,
//! and the encoding, where there is one. A middleware around the one that compresses.

use crate::{
    api::{self, Error},
    server::{finish::finish, middleware::content_encoding::Encoding},
};

use actix_web::{
    HttpMessage, ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
};

/// Settles `Vary` and `Content-Encoding`, and refuses requests that no encoding suits.
pub async fn settle(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(encoding) = Encoding::negotiate(request.headers()) else {
        let encodings = Error::NotAcceptable(Encoding::all());
        let mut answer = finish(request.into_response(encodings.error_response()));
        vary(&mut answer, false);
        return Ok(answer);
    };
    encoding.ask(request.headers_mut());
    let mut answer = next.call(request).await?.map_into_boxed_body();
    let headers = answer.headers_mut();
    let encoding = headers.get(header::CONTENT_ENCODING);
    // What says so is as it is for everybody: a file that is compressed in itself.
    let is_as_it_is = encoding.is_some_and(|encoding| encoding == "identity");
    if is_as_it_is {
        headers.remove(header::CONTENT_ENCODING);
    }
    vary(&mut answer, is_as_it_is);
    offer_parts(&mut answer);
    Ok(answer)
}

/// Parts can be had of what is finished and not encoded.
fn offer_parts(answer: &mut ServiceResponse<BoxBody>) {
    let is_sized = matches!(answer.response().body().size(), BodySize::Sized(_));
    let is_found = answer.status() == StatusCode::OK;
    let headers = answer.headers_mut();
    if headers.contains_key(header::CONTENT_ENCODING) {
        headers.remove(header::ACCEPT_RANGES);
    } else if is_sized && is_found && headers.contains_key(header::ETAG) {
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
}

/// One field, whatever others said before.
fn vary(answer: &mut ServiceResponse<BoxBody>, is_as_it_is: bool) {
    let by_accept = answer.request().extensions().contains::<api::ByAccept>()
        || answer.status() == StatusCode::NOT_ACCEPTABLE;
    let vary = match (by_accept, is_as_it_is) {
        (true, false) => "Accept, Accept-Encoding",
        (true, true) => "Accept",
        (false, false) => "Accept-Encoding",
        (false, true) => {
            answer.headers_mut().remove(header::VARY);
            return;
        }
    };
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static(vary));
}
