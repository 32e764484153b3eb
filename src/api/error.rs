//! What can go wrong, and how clients are told: problem details (RFC 9457).

pub use crate::api::request::refusal::{Code, MOST_WRONG, Wrong, WrongParameter};
use crate::{
    api::{
        limits::{MAX_ADDRESS, MAX_BYTES, MAX_HEADERS},
        log_throttle::ThrottledLog,
        request::refusal::describe,
    },
    database::{self, FailureKind},
};
use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use log::Level;
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use utoipa::ToSchema;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request gets no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}", describe(.0))]
    BadParameter(Vec<WrongParameter>),
    #[error("{reason}")]
    NotFound {
        reason: String,
        suggestion: Option<String>,
    },
    #[error("{reason}")]
    Gone {
        reason: String,
        successor: Option<String>,
    },
    #[error("Only GET and HEAD are answered here.")]
    MethodNotAllowed,
    #[error("This can be had as {0} only.")]
    NotAcceptable(String),
    #[error("The answer would have more than {} MiB. Ask for less: a smaller `limit`, fewer `fields`, less in \
             `include`, more filters; or take a file, which has any length.", MAX_BYTES >> 20)]
    AnswerTooLong,
    #[error("The address has {0} bytes; at most {max} are read.", max = MAX_ADDRESS)]
    AddressTooLong(usize),
    #[error("Requests have no body here; this one has {0}.")]
    BodyTooLarge(String),
    #[error("The headers of the request have {0} bytes; at most {max} are read.", max = MAX_HEADERS)]
    HeadersTooLarge(usize),
    #[error("{0}")]
    Unreadable(String),
    #[error("The head of the request is longer than 128 KiB, or has more than 96 headers.")]
    HeadTooLarge,
    #[error("The head of the request did not arrive in time.")]
    RequestTimeout,
    #[error("The part that `Range` asks for is not there: the whole has {0} bytes.")]
    RangeNotSatisfiable(u64),
    #[error(
        "The answer is not the one that `If-Match` or `If-Unmodified-Since` asks for: the register has changed."
    )]
    PreconditionFailed,
    #[error("Too many requests came from your address; ask again in {} seconds.", whole_seconds(*.0))]
    TooManyRequests(Duration),
    #[error("{0}")]
    Crowded(#[source] database::Error),
    #[error("The register cannot be read at the moment.")]
    Unavailable(#[source] database::Error),
    #[error("More is asked at the moment than can be answered in time.")]
    Overloaded(#[source] database::Error),
    #[error("{0} Ask for less at once, for example with more filters.")]
    TooSlow(#[source] database::Error),
    #[error("There is no room for the file at the moment; CSV and NDJSON need none.")]
    StorageFull(#[source] database::Error),
    /// Of another, who asked for the same at that time and told of it.
    #[error("{0}")]
    Shared(Arc<Error>),
    #[error("The service is about to stop.")]
    Stopping,
    #[error("Something failed on our side.")]
    Internal(#[source] database::Error),
}

static UNAVAILABLE: ThrottledLog = ThrottledLog::new(Level::Warn);
static OVERLOADED: ThrottledLog = ThrottledLog::new(Level::Warn);
static TOO_SLOW: ThrottledLog = ThrottledLog::new(Level::Warn);
static STORAGE_FULL: ThrottledLog = ThrottledLog::new(Level::Error);

/// A problem, as RFC 9457 describes it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem: an address that explains it and never changes.
    #[serde(rename = "type")]
    #[schema(
        example = "http://127.0.0.1:8080/problems/bad-parameter",
        format = "uri"
    )]
    pub kind: String,
    /// The kind of problem, for people.
    #[schema(example = "A parameter is wrong")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 400, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong with this request.
    #[schema(
        example = "`agency`: `maliye-nazirliyi` is no id of agencies; did you mean `maliyye-nazirliyi`?"
    )]
    pub detail: String,
    /// The path that was asked for.
    #[schema(example = "/v1/measures")]
    pub instance: String,
    /// The id of the request, as in `X-Request-Id` of the answer and in the log of the service.
    #[schema(example = "0af7651916cd43dd8448eb211c80319c")]
    pub request_id: String,
    /// What is wrong with the parameters: the first 20 mistakes, and `detail` says how many more there are.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<WrongParameter>,
    /// Where a withdrawn record has a successor: its address.
    #[schema(nullable = false, format = "uri")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// Where there is no such id or path: the one that is most like it.
    #[schema(nullable = false, example = "maliyye-nazirliyi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// A kind of problem: its name in the address, its title, and what it means.
pub struct ProblemKind {
    pub status: StatusCode,
    pub name: &'static str,
    pub title: &'static str,
    pub about: &'static str,
}

macro_rules! kinds {
    ($($status:ident $name:literal $title:literal $about:literal;)*) => {
        pub const KINDS: &[ProblemKind] = &[$(ProblemKind {
            status: StatusCode::$status,
            name: $name,
            title: $title,
            about: $about,
        }),*];
    };
}

kinds! {
    BAD_REQUEST "bad-parameter" "A parameter is wrong"
        "The name or the value of a parameter is not known. `errors` names each and says what would be right.";
    BAD_REQUEST "answer-too-long" "The answer would be too long"
        "An answer that is made before it is sent has a bounded length. Ask for less at once, or take a file: those are sent while they are made.";
    BAD_REQUEST "unreadable" "The request cannot be read"
        "What came is no request of HTTP/1.1; `detail` says why, as far as that can be told.";
    REQUEST_TIMEOUT "request-timeout" "The request did not arrive in time"
        "The first line and the headers of a request must arrive within seconds.";
    NOT_FOUND "not-found" "There is no such thing"
        "Nothing is at this path, or no record has this id.";
    METHOD_NOT_ALLOWED "method-not-allowed" "The method is not allowed"
        "The register is read with GET and HEAD.";
    NOT_ACCEPTABLE "not-acceptable" "Not in this format"
        "None of the formats that `Accept` names can be had here, or no encoding that `Accept-Encoding` names.";
    GONE "gone" "The record was withdrawn"
        "The record stood here and was taken back; `detail` says why, `successor` what stands in its place.";
    PRECONDITION_FAILED "precondition-failed" "It has changed"
        "`If-Match` or `If-Unmodified-Since` asks for another state than there is now: begin anew, with the `ETag` of an answer of now. A weak `ETag` (`W/`) never matches.";
    PAYLOAD_TOO_LARGE "body-too-large" "The request has a body"
        "What is read is asked for without a body: leave out `Content-Length` and `Transfer-Encoding`. The connection is closed.";
    URI_TOO_LONG "address-too-long" "The address is too long"
        "Ask for less at once, for example fewer ids in a filter.";
    REQUEST_HEADER_FIELDS_TOO_LARGE "headers-too-large" "The headers are too large"
        "Send fewer and shorter headers; nothing here needs more than a few.";
    RANGE_NOT_SATISFIABLE "range-not-satisfiable" "No such part"
        "The part that `Range` asks for lies behind the end; `Content-Range` says how long the whole is.";
    TOO_MANY_REQUESTS "too-many-requests" "Too many requests"
        "Each address may ask so often, as `RateLimit-Policy` says, and of a few questions at once; each 100 ms of work count as another request. Wait for the seconds of Retry-After. To have everything, take the downloads; to follow changes, ask `/v1/changes`.";
    SERVICE_UNAVAILABLE "overloaded" "Too much is asked at once"
        "More requests came than can be answered in time. Try again after the seconds that Retry-After gives.";
    SERVICE_UNAVAILABLE "too-slow" "The question takes too long"
        "The database was stopped before it had the answer. Ask for less at once.";
    SERVICE_UNAVAILABLE "storage-full" "There is no room for the file"
        "A file is written before it is sent, and the disk or its share of it is full. Try again after the seconds that Retry-After gives, or take CSV or NDJSON.";
    SERVICE_UNAVAILABLE "unavailable" "The register cannot be read"
        "The database did not answer. Try again after the seconds that Retry-After gives.";
    INTERNAL_SERVER_ERROR "internal" "Something failed on our side"
        "A mistake of this service. Its log has the cause.";
}

/// Whole seconds, one at least and not fewer than it takes.
pub fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        match FailureKind::of(&error) {
            _ if matches!(error, database::Error::Busy | database::Error::Overloaded) => {
                Self::Overloaded(error)
            }
            _ if matches!(error, database::Error::Crowded) => Self::Crowded(error),
            _ if matches!(error, database::Error::TooSlow(_)) => Self::TooSlow(error),
            Some(FailureKind::Unreachable | FailureKind::Locked) => Self::Unavailable(error),
            Some(FailureKind::DiskFull) => Self::StorageFull(error),
            _ => Self::Internal(error),
        }
    }
}

impl Error {
    /// Nothing is there, nor anything like it.
    pub fn not_found(reason: impl Into<String>) -> Self {
        Self::NotFound {
            reason: reason.into(),
            suggestion: None,
        }
    }

    /// Whether it is no failure of others who ask for the same.
    pub fn is_of_one_client(&self) -> bool {
        matches!(self, Self::Crowded(_) | Self::TooManyRequests(_))
    }

    /// The error itself, whoever had it first.
    fn origin(&self) -> &Self {
        match self {
            Self::Shared(error) => error.origin(),
            error => error,
        }
    }

    fn kind(&self) -> &'static ProblemKind {
        let name = match self {
            Self::Shared(error) => return error.kind(),
            Self::BadParameter(_) => "bad-parameter",
            Self::AnswerTooLong => "answer-too-long",
            Self::NotFound { .. } => "not-found",
            Self::Gone { .. } => "gone",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::NotAcceptable(_) => "not-acceptable",
            Self::AddressTooLong(_) => "address-too-long",
            Self::BodyTooLarge(_) => "body-too-large",
            Self::HeadersTooLarge(_) | Self::HeadTooLarge => "headers-too-large",
            Self::Unreadable(_) => "unreadable",
            Self::RequestTimeout => "request-timeout",
            Self::RangeNotSatisfiable(_) => "range-not-satisfiable",
            Self::PreconditionFailed => "precondition-failed",
            Self::TooManyRequests(_) | Self::Crowded(_) => "too-many-requests",
            Self::Overloaded(_) => "overloaded",
            Self::TooSlow(_) => "too-slow",
            Self::StorageFull(_) => "storage-full",
            Self::Unavailable(_) | Self::Stopping => "unavailable",
            Self::Internal(_) => "internal",
        };
        let kind = KINDS.iter().find(|kind| kind.name == name);
        kind.expect("every error of this enum has a kind")
    }

    /// The seconds after which the same request may succeed.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests(wait) => Some(whole_seconds(*wait)),
            Self::Overloaded(_) | Self::Crowded(_) => Some(2),
            Self::Unavailable(_) | Self::Stopping => Some(5),
            Self::StorageFull(_) => Some(30),
            Self::Shared(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Logs what is no client's mistake. What is shared was logged by who shares it.
    fn log(&self) {
        match self {
            Self::Internal(cause) => log::error!("{cause}"),
            Self::Unavailable(cause) => UNAVAILABLE.log(cause),
            Self::Overloaded(cause) => OVERLOADED.log(cause),
            Self::TooSlow(cause) => TOO_SLOW.log(cause),
            Self::StorageFull(cause) => STORAGE_FULL.log(cause),
            _ => {}
        }
    }

    /// The same for all who wait for it, logged once.
    pub fn shared(self) -> Arc<Self> {
        self.log();
        Arc::new(self)
    }

    fn problem(&self) -> Problem {
        let kind = self.kind();
        Problem {
            kind: kind.name.to_owned(),
            title: kind.title,
            status: kind.status.as_u16(),
            detail: self.to_string(),
            instance: String::new(),
            request_id: String::new(),
            errors: match self.origin() {
                Self::BadParameter(wrong) => wrong.iter().take(MOST_WRONG).cloned().collect(),
                _ => Vec::new(),
            },
            successor: match self.origin() {
                Self::Gone { successor, .. } => successor.clone(),
                _ => None,
            },
            suggestion: match self.origin() {
                Self::NotFound { suggestion, .. } => suggestion.clone(),
                _ => None,
            },
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.kind().status
    }

    /// The answer still lacks what only the request tells; see `finish`.
    fn error_response(&self) -> HttpResponse {
        self.log();
        let mut answer = HttpResponse::build(self.status_code());
        if matches!(self, Self::MethodNotAllowed) {
            answer.insert_header((header::ALLOW, "GET, HEAD, OPTIONS"));
        }
        if let Some(seconds) = self.retry_after() {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        let mut answer = answer.finish();
        answer.extensions_mut().insert(self.problem());
        answer
    }
}

impl Problem {
    /// The body of the problem, with the addresses of this service and the id of the request.
    pub fn body(mut self, public_url: &str, path: &str, request_id: &str) -> String {
        self.kind = format!("{public_url}/problems/{}", self.kind);
        path.clone_into(&mut self.instance);
        request_id.clone_into(&mut self.request_id);
        serde_json::to_string(&self).unwrap_or_default()
    }
}
