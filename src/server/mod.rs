//! The HTTP server: what happens to every request, whichever handler answers it.

mod answers;
mod clients;
mod collect;
mod connection;
mod encoding;
mod failure;
mod front;
mod key;
mod limiter;
mod line;
mod listen;
mod listeners;
mod metrics;
mod negotiation;
mod portions;
mod preconditions;
mod proxies;
mod ranges;
mod request_id;
mod route;
mod security;
mod tracking;

pub use answers::Answers;
pub use front::Front;
pub use listen::run;
pub use metrics::Metrics;
pub use proxies::ForwardedHeader;
pub use route::Route;

use crate::{
    api::{self, Error, Problem, State},
    database::Caller,
};
use actix_web::{
    App, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::{Compress, Next, from_fn},
    web::{self, ServiceConfig},
};
use percent_encoding::percent_decode_str;
use request_id::REQUEST_ID;
use std::sync::Arc;

/// How long a browser may remember that it may ask, in seconds: a day, of which some take two hours.
const PREFLIGHT: &str = "86400";

/// The longest path that a message repeats, in characters.
const SHOWN: usize = 200;

/// Headers of every answer to a client. Anybody may read it, from any page: said whether or not a page asks, so
/// that shared caches keep one answer for all. What tells of the service alone is no page's business.
const OPEN_TO_PAGES: [(HeaderName, &str); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
    (
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "Accept-Ranges, Content-Disposition, Content-Range, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
    ),
];

/// Which paths an application answers at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// What clients read.
    Register,
    /// What whoever runs the service asks.
    Operations,
}

/// The application, ready to serve or to test. It keeps answers where its data hold
/// [`Answers`], and counts, logs and limits requests where they hold a [`Front`].
pub fn app(
    state: web::Data<State>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    Part::Whole.app(state)
}

impl Part {
    /// The application that answers at these paths.
    pub fn app(
        self,
        state: web::Data<State>,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody>,
            Error = actix_web::Error,
            InitError = (),
        >,
    > {
        App::new()
            .app_data(state)
            .configure(|config| self.routes(config))
            .wrap(from_fn(admit))
            .wrap(Compress::default())
            .wrap(from_fn(negotiation::settle))
            .wrap(from_fn(answers::keep))
            .wrap(from_fn(ranges::part))
            .wrap(front::Attend)
    }

    fn routes(self, config: &mut ServiceConfig) {
        if self != Self::Register {
            config
                .service(api::reads(["/metrics"], web::get().to(metrics::tell)))
                .configure(api::operations);
        }
        if self == Self::Operations {
            config.default_service(web::to(api::no_such_path));
        } else {
            config.configure(api::routes);
        }
    }
}

/// What every request must pass, and what every answer gets.
async fn admit(
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
                request.extensions_mut().insert(api::HeadAlone);
            }
            let caller = request.extensions_mut().remove::<Arc<Caller>>();
            let answer = caller.unwrap_or_default().wait_for(next.call(request));
            answer.await?.map_into_boxed_body()
        }
    };
    Ok(finish(answer).map_into_left_body())
}

fn refusal(request: &ServiceRequest) -> Option<Error> {
    let address = request
        .uri()
        .path_and_query()
        .map_or("", |address| address.as_str());
    if address.len() > api::MAX_ADDRESS {
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
fn body(request: &ServiceRequest) -> Option<String> {
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
fn too_large(headers: &HeaderMap) -> Option<usize> {
    let sizes = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    let size = sizes.sum();
    (size > api::MAX_HEADERS).then_some(size)
}

/// Gives an answer the headers of all answers, and a problem what only the request tells.
fn finish(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let mut answer = tell_problem(answer);
    let request = answer.request();
    let page = security::of(answer.headers(), request.uri().path(), public_url(request));
    let is_open = !key::OF_OPERATIONS.contains(&request.path());
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
fn public_url(request: &HttpRequest) -> &str {
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
