//! A failure that several waited for: told to each of them as a problem with the id of its own request.

use crate::{api::Problem, server::finish::finish};

use actix_web::{
    HttpResponse,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap},
    },
};

/// What became of an answer that could not be made.
pub struct Failure {
    status: StatusCode,
    headers: HeaderMap,
    problem: Problem,
}

impl Failure {
    /// The failure that an answer tells of; `None` where it tells of none, or of one that is its client's alone.
    pub fn of(response: &ServiceResponse<BoxBody>) -> Option<Self> {
        let problem = response.response().extensions().get::<Problem>().cloned()?;
        let mut headers = response.headers().clone();
        headers.remove(header::CONTENT_ENCODING);
        (response.status() != StatusCode::TOO_MANY_REQUESTS).then_some(Self {
            status: response.status(),
            headers,
            problem,
        })
    }

    /// The answer to another request for the same.
    pub fn answer(&self, request: ServiceRequest) -> ServiceResponse<BoxBody> {
        let mut answer = HttpResponse::new(self.status);
        *answer.headers_mut() = self.headers.clone();
        answer.extensions_mut().insert(self.problem.clone());
        finish(request.into_response(answer))
    }
}
