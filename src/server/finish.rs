//! The last touch to every answer: headers that all have, and what a problem tells of its request.

use crate::{
    api::{Problem, Route, State},
    server::middleware::{self, request_id::REQUEST_ID},
};
use actix_web::{
    HttpRequest, HttpResponse,
    body::BoxBody,
    dev::ServiceResponse,
    http::header::{self, HeaderName, HeaderValue},
    web,
};

/// Headers of every answer to a client. Anybody may read it, from any page: said whether or not a page asks, so
/// that shared caches keep one answer for all. What tells of the service alone is no page's business.
pub const OPEN_TO_PAGES: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    (
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "Accept-Ranges, Content-Disposition, Content-Range, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
    ),
];

/// Gives an answer the headers of all answers, and a problem what only the request tells.
pub fn finish(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let mut answer = tell_problem(answer);
    let request = answer.request();
    let page = middleware::security_headers::of(
        answer.headers(),
        request.uri().path(),
        public_url(request),
    );
    let is_open = !Route::of(request.path()).is_for_operators();
    let headers = answer.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    for (name, value) in OPEN_TO_PAGES.into_iter().filter(|_| is_open) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in page {
        headers.insert(name, value);
    }
    answer
}

/// The address that clients know the service by.
pub fn public_url(request: &HttpRequest) -> &str {
    let state = request.app_data::<web::Data<State>>();
    state.map_or("", |state| &state.public_url)
}

fn tell_problem(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let problem = answer.response().extensions().get::<Problem>().cloned();
    let Some(mut problem) = problem else {
        return answer;
    };
    let request = answer.request().clone();
    for wrong in &mut problem.errors {
        wrong.tell_value(request.query_string());
    }
    let id = request.headers().get(REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    let body = problem
        .clone()
        .body(public_url(&request), request.path(), id);
    let (request, answer) = answer.into_parts();
    let mut finished = HttpResponse::build(answer.status());
    for (name, value) in answer.headers() {
        finished.insert_header((name.clone(), value.clone()));
    }
    finished.insert_header((header::CACHE_CONTROL, "no-store"));
    let mut finished = finished.content_type("application/problem+json").body(body);
    // For who tells others of it that waited for the same.
    finished.extensions_mut().insert(problem);
    ServiceResponse::new(request, finished)
}
