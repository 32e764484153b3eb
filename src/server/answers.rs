//! Answers kept ready to send, each for one state of the register.

use super::{
    collect::{Collected, collect},
    key::Key,
};
use crate::{
    api::{self, Unconditional},
    database::watch::{Seen, Watch},
};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::ErrorInternalServerError,
    http::{
        StatusCode,
        header::{self, EntityTag, HeaderMap, HeaderName, HeaderValue, HttpDate},
    },
    middleware::Next,
    web::{Bytes, Data},
};
use moka::future::Cache;
use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

/// The longest body that is kept, in bytes. A longer one is sent while it is made.
const MAX_BODY: usize = 1 << 20;
/// What an answer takes beside its address and its body, about.
const OVERHEAD: usize = 2 << 10;
/// After so long without a look at the register, an answer says its age.
const STALE: Duration = Duration::from_secs(1);
/// What tells of a body that an answer without it does not have.
const OF_BODY: [HeaderName; 3] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_DISPOSITION,
];

/// The answers of a service, shared by its threads.
pub struct Answers {
    kept: Cache<Key, Arc<Answer>>,
    watch: Arc<Watch>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// An answer, ready to send.
struct Answer {
    headers: HeaderMap,
    body: Bytes,
    tag: EntityTag,
    modified: Option<SystemTime>,
}

impl Answers {
    /// Keeps answers of at most so many bytes in all, each as long as the register is as it was.
    pub fn new(bytes: u64, watch: Arc<Watch>) -> Self {
        let weight = |key: &Key, answer: &Arc<Answer>| {
            let bytes = key.length() + answer.body.len() + OVERHEAD;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self {
            kept: Cache::builder().max_capacity(bytes).weigher(weight).build(),
            watch,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    /// How many requests found an answer, and how many had one made.
    pub fn counts(&self) -> (u64, u64) {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (count(&self.hits), count(&self.misses))
    }

    /// How many bytes the kept answers take.
    pub fn bytes(&self) -> u64 {
        self.kept.weighted_size()
    }
}

/// Sends the answer that is kept; else has it made, once for all who wait for it, and keeps it.
pub async fn keep(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(answers) = request.app_data::<Data<Answers>>().cloned() else {
        return pass(request, &next).await;
    };
    // Seen before the answer is made: what is written meanwhile makes it one of an earlier state.
    let seen = answers.watch.seen();
    let Some(key) = Key::of(&request, seen.generation) else {
        return pass(request, &next).await;
    };
    if let Some(answer) = answers.kept.get(&key).await {
        answers.hits.fetch_add(1, Ordering::Relaxed);
        let answer = answer.to(request.request(), seen);
        return Ok(request.into_response(answer));
    }
    let turn = RefCell::new(Turn::Waiting(request));
    let encoding = key.encoding;
    let make = async {
        let Turn::Waiting(mut request) = turn.replace(Turn::Begun) else {
            return None;
        };
        answers.misses.fetch_add(1, Ordering::Relaxed);
        encoding.ask(request.headers_mut());
        request.extensions_mut().insert(Unconditional);
        let made = match next.call(request).await {
            Ok(response) => Answer::of(response.map_into_boxed_body()).await,
            Err(error) => Err(Err(error)),
        };
        let (now, answer) = match made {
            Ok((request, answer)) => (Turn::Made(request), Some(Arc::new(answer))),
            Err(other) => (Turn::Passed(other), None),
        };
        turn.replace(now);
        answer
    };
    let answer = answers.kept.optionally_get_with(key, make).await;
    match (turn.into_inner(), answer) {
        (Turn::Passed(other), _) => other,
        (Turn::Made(request), Some(answer)) => {
            let answer = answer.to(&request, seen);
            Ok(ServiceResponse::new(request, answer))
        }
        (Turn::Waiting(request), Some(answer)) => {
            answers.hits.fetch_add(1, Ordering::Relaxed);
            let answer = answer.to(request.request(), seen);
            Ok(request.into_response(answer))
        }
        (Turn::Waiting(request), None) => pass(request, &next).await, // made for another, and not kept
        (Turn::Made(_), None) | (Turn::Begun, _) => Err(ErrorInternalServerError("no answer")),
    }
}

/// How far a request came that found no answer.
enum Turn {
    /// Another request like it is having the answer made.
    Waiting(ServiceRequest),
    Begun,
    /// Its answer was made, and is kept.
    Made(HttpRequest),
    /// Its answer is none to keep.
    Passed(Result<ServiceResponse<BoxBody>, Error>),
}

async fn pass(
    request: ServiceRequest,
    next: &Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    Ok(next.call(request).await?.map_into_boxed_body())
}

impl Answer {
    /// The answer, read to its end; the response itself where it is none to keep.
    async fn of(
        response: ServiceResponse<BoxBody>,
    ) -> Result<(HttpRequest, Self), Result<ServiceResponse<BoxBody>, Error>> {
        let tag = response.headers().get(header::ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok()?.parse::<EntityTag>().ok());
        let tag = match tag {
            Some(tag) if response.status() == StatusCode::OK => tag,
            _ => return Err(Ok(response)),
        };
        let modified = response.headers().get(header::LAST_MODIFIED);
        let modified = modified.and_then(|date| date.to_str().ok()?.parse::<HttpDate>().ok());
        let (request, response) = response.into_parts();
        let (head, body) = response.into_parts();
        match collect(body, MAX_BODY).await {
            Collected::Whole(body) => Ok((
                request,
                Self {
                    headers: head.headers().clone(),
                    body,
                    tag,
                    modified: modified.map(SystemTime::from),
                },
            )),
            Collected::Longer(body) => {
                let response = head.set_body(BoxBody::new(body));
                Err(Ok(ServiceResponse::new(request, response)))
            }
        }
    }

    /// The answer to a request: 304 where the client has it, and its age where nobody knows any more
    /// whether the register is still so.
    fn to(&self, request: &HttpRequest, seen: Seen) -> HttpResponse {
        let has_it = api::client_has(request, &self.tag, self.modified);
        let mut response = if has_it {
            HttpResponse::new(StatusCode::NOT_MODIFIED)
        } else {
            HttpResponse::with_body(StatusCode::OK, BoxBody::new(self.body.clone()))
        };
        let headers = response.headers_mut();
        *headers = self.headers.clone();
        if has_it {
            for name in OF_BODY {
                headers.remove(name);
            }
        }
        if seen.age > STALE {
            headers.insert(header::AGE, HeaderValue::from(seen.age.as_secs()));
            let warning = HeaderValue::from_static("111 - \"Revalidation Failed\"");
            headers.insert(header::WARNING, warning);
        }
        response
    }
}
