//! What can go wrong, and how clients are told: problem details (RFC 9457).

use crate::database::{self, Fault};
use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use serde::Serialize;
use utoipa::ToSchema;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request gets no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}", describe(.0))]
    BadParameter(Vec<WrongParameter>),
    #[error("{0}")]
    NotFound(String),
    #[error("{reason}")]
    Gone {
        reason: String,
        successor: Option<String>,
    },
    #[error("Only GET and HEAD are answered here.")]
    MethodNotAllowed,
    #[error("This can be had as {0} only.")]
    NotAcceptable(String),
    #[error("The address has {0} bytes; at most {max} are read.", max = super::MAX_ADDRESS)]
    AddressTooLong(usize),
    #[error("Requests have no body here; this one has {0} bytes.")]
    BodyTooLarge(u64),
    #[error("The register cannot be read at the moment.")]
    Unavailable(#[source] database::Error),
    #[error("Something failed on our side.")]
    Internal(#[source] database::Error),
}

/// One parameter that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrongParameter {
    /// Its name.
    #[schema(example = "agency")]
    pub parameter: String,
    /// What is wrong with it, and what would be right.
    #[schema(
        example = "`maliye-nazirliyi` is no id of agencies; did you mean `maliyye-nazirliyi`?"
    )]
    pub reason: String,
}

impl WrongParameter {
    pub fn new(parameter: &str, reason: impl Into<String>) -> Self {
        Self {
            parameter: parameter.to_owned(),
            reason: reason.into(),
        }
    }
}

/// A problem, as RFC 9457 describes it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem: an address that explains it and never changes.
    #[serde(rename = "type")]
    #[schema(example = "http://127.0.0.1:8080/problems/bad-parameter")]
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
    /// Every parameter that is wrong.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<WrongParameter>,
    /// Where a withdrawn record has a successor: its address.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
}

/// A kind of problem: its name in the address, its title, and what it means.
pub struct Kind {
    pub status: StatusCode,
    pub name: &'static str,
    pub title: &'static str,
    pub about: &'static str,
}

macro_rules! kinds {
    ($($status:ident $name:literal $title:literal $about:literal;)*) => {
        pub const KINDS: &[Kind] = &[$(Kind {
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
    NOT_FOUND "not-found" "There is no such thing"
        "Nothing is at this path, or no record has this id.";
    METHOD_NOT_ALLOWED "method-not-allowed" "The method is not allowed"
        "The register is read with GET and HEAD.";
    NOT_ACCEPTABLE "not-acceptable" "Not in this format"
        "None of the formats that the Accept header names can be had here.";
    GONE "gone" "The record was withdrawn"
        "The record stood here and was taken back; `detail` says why, `successor` what stands in its place.";
    PAYLOAD_TOO_LARGE "body-too-large" "The request has a body"
        "Requests are read without a body.";
    URI_TOO_LONG "address-too-long" "The address is too long"
        "Ask for less at once, for example fewer ids in a filter.";
    SERVICE_UNAVAILABLE "unavailable" "The register cannot be read"
        "The database did not answer. Try again after the seconds that Retry-After gives.";
    INTERNAL_SERVER_ERROR "internal" "Something failed on our side"
        "A mistake of this service. Its log has the cause.";
}

fn describe(wrong: &[WrongParameter]) -> String {
    let each = wrong.iter().map(|wrong| {
        let end = if wrong.reason.ends_with('?') { "" } else { "." };
        format!("`{}`: {}{end}", wrong.parameter, wrong.reason)
    });
    each.collect::<Vec<_>>().join(" ")
}

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        match Fault::of(&error) {
            Some(Fault::Unreachable | Fault::Locked) => Self::Unavailable(error),
            _ => Self::Internal(error),
        }
    }
}

impl Error {
    fn kind(&self) -> &'static Kind {
        let status = self.status_code();
        let kind = KINDS.iter().find(|kind| kind.status == status);
        kind.expect("every status of this enum has a kind")
    }

    fn problem(&self) -> Problem {
        let kind = self.kind();
        Problem {
            kind: kind.name.to_owned(),
            title: kind.title,
            status: kind.status.as_u16(),
            detail: self.to_string(),
            instance: String::new(),
            errors: match self {
                Self::BadParameter(wrong) => wrong.clone(),
                _ => Vec::new(),
            },
            successor: match self {
                Self::Gone { successor, .. } => successor.clone(),
                _ => None,
            },
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::BadParameter(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::AddressTooLong(_) => StatusCode::URI_TOO_LONG,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The answer still lacks what only the request tells; see `finish`.
    fn error_response(&self) -> HttpResponse {
        if let Self::Internal(cause) | Self::Unavailable(cause) = self {
            log::error!("{cause}");
        }
        let mut answer = HttpResponse::build(self.status_code());
        match self {
            Self::MethodNotAllowed => answer.insert_header((header::ALLOW, "GET, HEAD, OPTIONS")),
            Self::Unavailable(_) => answer.insert_header((header::RETRY_AFTER, "5")),
            _ => &mut answer,
        };
        let mut answer = answer.finish();
        answer.extensions_mut().insert(self.problem());
        answer
    }
}

impl Problem {
    /// The body of the problem, with the addresses of this service.
    pub fn body(mut self, public_url: &str, path: &str) -> String {
        self.kind = format!("{public_url}/problems/{}", self.kind);
        path.clone_into(&mut self.instance);
        serde_json::to_string(&self).unwrap_or_default()
    }
}
