//! What the answer to a request depends on: the key that it is kept by.

use actix_web::{
    dev::ServiceRequest,
    http::{
        Method,
        header::{self, AcceptEncoding, Encoding as Coding, Header, HeaderMap, HeaderValue},
    },
};
use quick_cache::Equivalent;

/// A request, as far as its answer depends on it.
#[derive(PartialEq, Eq, Hash)]
pub struct Question<'r> {
    /// The state of the register.
    generation: u64,
    pub encoding: Encoding,
    accept: &'r str,
    /// Path and query.
    address: &'r str,
}

/// A question that outlives its request; it has the hash of the question.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    generation: u64,
    encoding: Encoding,
    accept: Box<str>,
    address: Box<str>,
}

/// The encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Identity,
    Known(&'static str),
}

/// The encodings that there are, the smallest bodies first.
const ENCODINGS: [&str; 3] = ["br", "zstd", "gzip"];

/// What tells of the service, not of the register.
const NOT_KEPT: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

impl<'r> Question<'r> {
    /// The question of a request; `None` where its answer is not kept.
    pub fn of(request: &'r ServiceRequest, generation: u64) -> Option<Self> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let headers = request.headers();
        let has_body = headers.contains_key(header::CONTENT_LENGTH)
            || headers.contains_key(header::TRANSFER_ENCODING);
        if !reads || has_body || NOT_KEPT.contains(&request.path()) {
            return None;
        }
        let mut accepted = headers.get_all(header::ACCEPT);
        let accept = match accepted.next() {
            None => "",
            Some(_) if accepted.next().is_some() => return None,
            Some(accept) => match accept.to_str().ok()? {
                "*/*" => "",
                accept => accept,
            },
        };
        Some(Self {
            generation,
            encoding: Encoding::best(request)?,
            accept,
            address: request.uri().path_and_query()?.as_str(),
        })
    }

    /// The same, to be kept.
    pub fn key(&self) -> Key {
        Key {
            generation: self.generation,
            encoding: self.encoding,
            accept: self.accept.into(),
            address: self.address.into(),
        }
    }
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

impl Encoding {
    /// The smallest that the client takes, or the one that it likes best; `None` where it takes none.
    fn best(request: &ServiceRequest) -> Option<Self> {
        let headers = request.headers();
        let mut accepted = headers.get_all(header::ACCEPT_ENCODING);
        let Some(encodings) = accepted.next() else {
            return Some(Self::Identity);
        };
        let encodings = encodings.to_str().ok()?;
        if accepted.next().is_some() || encodings.contains([';', '*']) {
            return Self::liked_best(request);
        }
        let takes = |encoding: &str| {
            let mut each = encodings.split(',').map(str::trim);
            each.any(|other| other.eq_ignore_ascii_case(encoding))
        };
        let best = ENCODINGS.into_iter().find(|encoding| takes(encoding));
        Some(best.map_or(Self::Identity, Self::Known))
    }

    /// The same where the client says how much it likes each, which takes longer to read.
    fn liked_best(request: &ServiceRequest) -> Option<Self> {
        let accepted = AcceptEncoding::parse(request).ok()?;
        let known = [
            Coding::identity(),
            Coding::brotli(),
            Coding::zstd(),
            Coding::gzip(),
        ];
        let best = accepted.negotiate(known.iter())?;
        let best = best.to_string();
        let known = ENCODINGS.into_iter().find(|encoding| *encoding == best);
        Some(known.map_or(Self::Identity, Self::Known))
    }

    /// Has the request ask for this encoding alone.
    pub fn ask(self, headers: &mut HeaderMap) {
        match self {
            Self::Identity => {
                headers.remove(header::ACCEPT_ENCODING);
            }
            Self::Known(encoding) => {
                let encoding = HeaderValue::from_static(encoding);
                headers.insert(header::ACCEPT_ENCODING, encoding);
            }
        }
    }
}
