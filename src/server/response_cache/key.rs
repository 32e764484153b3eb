//! What the answer to a request depends on: the key that it is kept by.

use crate::{
    api::{self, Route},
    server::middleware::content_encoding::Encoding,
};
use actix_web::{
    dev::ServiceRequest,
    http::{
        Method,
        header::{self, HeaderValue},
    },
};
use quick_cache::Equivalent;

/// A request, as far as its answer depends on it.
#[derive(PartialEq, Eq, Hash)]
pub struct Question<'r> {
    /// The state of the register.
    generation: u64,
    pub encoding: Encoding,
    /// [`api::preferences`].
    accept: Vec<u8>,
    /// Path and query.
    address: &'r str,
}

/// A question that outlives its request; it has the hash of the question.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    generation: u64,
    encoding: Encoding,
    accept: Box<[u8]>,
    address: Box<str>,
}

impl<'r> Question<'r> {
    /// The question of a request; `None` where its answer is not kept.
    pub fn of(request: &'r ServiceRequest, route: Route, generation: u64) -> Option<Self> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let headers = request.headers();
        let length = headers.get(header::CONTENT_LENGTH);
        let has_body =
            length.is_some_and(announces_one) || headers.contains_key(header::TRANSFER_ENCODING);
        if !reads || has_body || route.is_for_operators() {
            return None;
        }
        Some(Self {
            generation,
            encoding: Encoding::negotiate(headers)?,
            accept: accepted(request),
            address: request.uri().path_and_query()?.as_str(),
        })
    }

    /// The same, to be kept.
    pub fn key(&self) -> Key {
        Key {
            generation: self.generation,
            encoding: self.encoding,
            accept: self.accept.as_slice().into(),
            address: self.address.into(),
        }
    }
}

/// What the client accepts; nothing where that is anything, as most say.
fn accepted(request: &ServiceRequest) -> Vec<u8> {
    let mut lines = request.headers().get_all(header::ACCEPT);
    match (lines.next(), lines.next()) {
        (None, _) => Vec::new(),
        (Some(line), None) if line == "*/*" => Vec::new(),
        _ => api::preferences(request),
    }
}

/// Whether `Content-Length` announces a body; one without a byte is none.
fn announces_one(length: &HeaderValue) -> bool {
    let length = length
        .to_str()
        .ok()
        .and_then(|length| length.parse::<u64>().ok());
    length != Some(0)
}

impl Equivalent<Key> for Question<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.generation == key.generation
            && self.encoding == key.encoding
            && *self.accept == *key.accept
            && *self.address == *key.address
    }
}

impl Key {
    /// How many bytes its texts have.
    pub fn length(&self) -> usize {
        self.accept.len() + self.address.len()
    }
}
