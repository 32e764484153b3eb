//! The response cache: answers kept ready to send, each for one state of the register, and made once for all who
//! wait for one (singleflight).

pub mod chunked;
pub mod collect;
pub mod failure;
pub mod key;

use crate::{
    api::{
        self, Route, Unconditional,
        response::headers::ASK_AGAIN,
        singleflight::{Joined, Lead, Singleflight},
    },
    database::connection::change_watcher::{Seen, Watch},
    server::middleware::request_limits::{self},
};

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, EntityTag, HeaderMap, HeaderName, HeaderValue, HttpDate},
    },
    middleware::Next,
    web::{Bytes, Data},
};
use collect::{Collected, collect};
use failure::Failure;
use key::{Key, Question};
use quick_cache::{Weighter, sync::Cache};
use std::{
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
/// What an answer usually takes: room for so many is made at the start.
const USUAL: u64 = 16 << 10;
/// Room is made at the start for so many answers at most, however many bytes they may take.
const MOST_ROOM: usize = 1 << 17;
/// After so long without a look at the register, an answer says its age.
const STALE: Duration = Duration::from_secs(1);
/// What tells of a body that an answer without it does not have.
const OF_BODY: [HeaderName; 3] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_DISPOSITION,
];

/// The answers of a service, shared by its threads.
pub struct ResponseCache {
    kept: Cache<Key, Option<Arc<CachedResponse>>, Weight>,
    being_made: Singleflight<Key, Outcome>,
    watch: Arc<Watch>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// An answer, ready to send.
struct CachedResponse {
    headers: HeaderMap,
    body: Bytes,
    tag: EntityTag,
    modified: Option<SystemTime>,
    /// When it may be dated; only where it could not be when it was made.
    until: Option<SystemTime>,
}

/// What an answer takes, in bytes; nothing stands for one that is too long to be kept.
#[derive(Clone)]
struct Weight;

impl Weighter<Key, Option<Arc<CachedResponse>>> for Weight {
    fn weight(&self, key: &Key, answer: &Option<Arc<CachedResponse>>) -> u64 {
        let body = answer.as_ref().map_or(0, |answer| answer.body.len());
        (key.length() + body + OVERHEAD) as u64
    }
}

impl ResponseCache {
    /// Keeps answers of at most so many bytes in all, each as long as the register is as it was.
    pub fn new(bytes: u64, watch: Arc<Watch>) -> Self {
        let number = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX);
        let number = number.min(MOST_ROOM);
        Self {
            kept: Cache::with_weighter(number, bytes, Weight),
            being_made: Singleflight::default(),
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
        self.kept.weight()
    }

    /// The answer to a request that was not the first to ask for it.
    fn send(
        &self,
        answer: &CachedResponse,
        request: ServiceRequest,
        seen: Seen,
    ) -> ServiceResponse<BoxBody> {
        self.hits.fetch_add(1, Ordering::Relaxed);
        let answer = answer.to(request.request(), seen);
        request.into_response(answer)
    }

    /// The answer to a request, where it is kept.
    pub fn find(&self, request: &ServiceRequest, route: Route) -> Option<HttpResponse> {
        if !is_plain(request.headers()) {
            return None;
        }
        let seen = self.watch.seen();
        let question = Question::of(request, route, seen.generation)?;
        let answer = self.kept.get(&question)??;
        if answer.is_over() {
            return None;
        }
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(answer.to(request.request(), seen))
    }
}

/// Whether nothing is asked but for the answer as it is: `ranges` takes a part of what `keep` gives it, and refuses
/// what is not that of the client.
fn is_plain(headers: &HeaderMap) -> bool {
    let others = [header::RANGE, header::IF_MATCH, header::IF_UNMODIFIED_SINCE];
    !headers.keys().any(|name| others.contains(name))
        && request_limits::too_large(headers).is_none()
}

/// Has an answer made, once for all who wait for it, and keeps it.
pub async fn keep(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answers = request.app_data::<Data<ResponseCache>>().cloned();
    let Some(answers) = answers.filter(|_| request_limits::too_large(request.headers()).is_none())
    else {
        return pass(request, &next).await;
    };
    // Seen before the answer is made: what is written meanwhile makes it one of an earlier state.
    let seen = answers.watch.seen();
    let route = Route::of(request.path());
    let Some(question) = Question::of(&request, route, seen.generation) else {
        return pass(request, &next).await;
    };
    let (key, encoding) = (question.key(), question.encoding);
    let lead = match answers.being_made.join(&key).await {
        Joined::Leader(lead) => lead,
        Joined::Follower(Outcome::Kept(answer)) => return Ok(answers.send(&answer, request, seen)),
        Joined::Follower(Outcome::Failed(failure)) => return Ok(failure.answer(request)),
        Joined::Follower(Outcome::TooLong) => return pass(request, &next).await,
    };
    match answers.kept.get(&key) {
        Some(Some(answer)) if !answer.is_over() => Ok(answers.send(&answer, request, seen)),
        Some(None) => {
            drop(lead);
            pass(request, &next).await
        }
        _ => {
            encoding.ask(request.headers_mut());
            let making = lead.fly(|lead| make(answers, lead, key, seen, request, next));
            making.await
        }
    }
}

/// Makes an answer, and keeps it.
async fn make(
    answers: Data<ResponseCache>,
    lead: Lead<Key, Outcome>,
    key: Key,
    seen: Seen,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    answers.misses.fetch_add(1, Ordering::Relaxed);
    request.extensions_mut().insert(Unconditional);
    let response = pass(request, &next).await?;
    match Cacheability::of(response).await {
        Cacheability::Short(request, answer) => {
            let answer = Arc::new(answer);
            answers.kept.insert(key, Some(answer.clone()));
            lead.land(Outcome::Kept(answer.clone()));
            let answer = answer.to(&request, seen);
            Ok(ServiceResponse::new(request, answer))
        }
        Cacheability::Long(response) => {
            answers.kept.insert(key, None);
            lead.land(Outcome::TooLong);
            Ok(response)
        }
        Cacheability::Other(response) => {
            if let Some(failure) = Failure::of(&response) {
                lead.land(Outcome::Failed(Arc::new(failure)));
            }
            Ok(response)
        }
    }
}

/// What those get who waited for an answer that another had made.
#[derive(Clone)]
enum Outcome {
    Kept(Arc<CachedResponse>),
    /// It is too long to be kept: each has it made.
    TooLong,
    Failed(Arc<Failure>),
}

/// An answer that was made.
enum Cacheability {
    Short(HttpRequest, CachedResponse),
    /// Too long to be kept.
    Long(ServiceResponse<BoxBody>),
    /// None of the register: a problem, a redirect.
    Other(ServiceResponse<BoxBody>),
}

async fn pass(
    request: ServiceRequest,
    next: &Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    Ok(next.call(request).await?.map_into_boxed_body())
}

impl Cacheability {
    /// Reads an answer to its end, if that is near.
    async fn of(response: ServiceResponse<BoxBody>) -> Self {
        let tag = response.headers().get(header::ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok()?.parse::<EntityTag>().ok());
        let tag = match tag {
            Some(tag) if response.status() == StatusCode::OK => tag,
            _ => return Self::Other(response),
        };
        let modified = response.headers().get(header::LAST_MODIFIED);
        let modified = modified.and_then(|date| date.to_str().ok()?.parse::<HttpDate>().ok());
        if matches!(response.response().body().size(), BodySize::Sized(size) if size > MAX_BODY as u64)
        {
            return Self::Long(response);
        }
        let (request, response) = response.into_parts();
        let (head, body) = response.into_parts();
        match collect(body, MAX_BODY).await {
            Collected::Whole(body) => {
                let answer = CachedResponse {
                    headers: head.headers().clone(),
                    body,
                    tag,
                    modified: modified.map(SystemTime::from),
                    until: until(head.headers()),
                };
                Self::Short(request, answer)
            }
            Collected::Longer(body) => {
                let response = head.set_body(BoxBody::new(body));
                Self::Long(ServiceResponse::new(request, response))
            }
        }
    }
}

/// When an answer may be dated that others are to ask for again: in the next second, which is that after the
/// last change, or the one after that will tell.
fn until(headers: &HeaderMap) -> Option<SystemTime> {
    let keep = headers.get(header::CACHE_CONTROL)?;
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let next = SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs() + 1);
    (keep == ASK_AGAIN).then_some(next)
}

impl CachedResponse {
    /// Whether the second is over that kept it from being dated.
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| SystemTime::now() >= until)
    }

    /// The answer to a request: 304 where the client has it, and its age where nobody knows any more
    /// whether the register is still so.
    fn to(&self, request: &HttpRequest, seen: Seen) -> HttpResponse {
        let has_it = api::client_has(request, &self.tag, self.modified);
        let mut response = if has_it {
            HttpResponse::new(StatusCode::NOT_MODIFIED)
        } else if request.headers().contains_key(header::RANGE) {
            HttpResponse::with_body(StatusCode::OK, BoxBody::new(self.body.clone()))
        } else {
            HttpResponse::with_body(StatusCode::OK, chunked::body(self.body.clone()))
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
