//! The front: what meets every request first and sees every answer last, whether it was kept or made.
//!
//! It settles the id of the request, asks the limiter, counts the answer and logs it.

use super::{
    finish,
    limiter::{Limiter, Spent},
    metrics::Metrics,
    proxies::Proxies,
    request_id::{self, REQUEST_ID},
    route::Route,
};
use crate::{
    api::{Error, State},
    config::Limits,
};
use actix_web::{
    ResponseError,
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::ConnectionType,
    middleware::Next,
    web,
};
use std::{
    fmt::{self, Display, Formatter},
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

/// Where the requests are logged.
const LOG: &str = "aciqplan::requests";

/// What the front needs; one for all threads.
#[derive(Default)]
pub struct Front {
    pub metrics: Metrics,
    pub proxies: Proxies,
    /// None where requests are not limited.
    pub limiter: Option<Limiter>,
}

impl Front {
    /// The front that the settings ask for.
    pub fn new(limits: &Limits) -> Self {
        let burst = NonZeroU32::new(limits.rate_burst).unwrap_or(NonZeroU32::MIN);
        let limiter = |a_minute| Limiter::new(a_minute, burst, !limits.rate_limit_loopback);
        Self {
            metrics: Metrics::default(),
            proxies: Proxies {
                trusted: limits.trusted_proxies.clone(),
                header: limits.forwarded_header,
            },
            limiter: NonZeroU32::new(limits.rate_limit).map(limiter),
        }
    }
}

/// Lets a request in, and its answer out.
pub async fn attend<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let began = Instant::now();
    let id = request_id::settle(request.headers_mut());
    let Some(front) = request.app_data::<web::Data<Front>>().cloned() else {
        let mut answer = next.call(request).await?.map_into_left_body();
        answer.headers_mut().insert(REQUEST_ID, id);
        return Ok(answer);
    };
    let route = Route::of(request.path());
    let is_logged = log::log_enabled!(target: LOG, log::Level::Info);
    let client = (is_logged || front.limiter.is_some())
        .then(|| front.proxies.client(&request))
        .flatten();
    let spent = front
        .limiter
        .as_ref()
        .and_then(|limiter| limiter.spend(client?));
    let mut answer = match &spent {
        Some(Spent::Refused(refusal)) => {
            let refusal = Error::TooManyRequests(refusal.wait).error_response();
            finish(request.into_response(refusal)).map_into_right_body()
        }
        _ => next.call(request).await?.map_into_left_body(),
    };
    if let (Some(limiter), Some(spent)) = (&front.limiter, &spent) {
        limiter.tell(spent, answer.response_mut());
    }
    answer.headers_mut().insert(REQUEST_ID, id);
    close_if_stopping(&mut answer);
    let took = began.elapsed();
    front.metrics.count(route, answer.status(), took);
    if is_logged {
        log::info!(target: LOG, "{}", Line { answer: &answer, client, took });
    }
    Ok(answer)
}

/// A service that stops asks its clients to come again by another connection, which another node gets.
fn close_if_stopping<B>(answer: &mut ServiceResponse<B>) {
    let state = answer.request().app_data::<web::Data<State>>();
    if state.is_some_and(|state| state.stopping.load(Ordering::Relaxed)) {
        let head = answer.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
}

/// A line of the log: client, request, status, bytes, time until the answer began, id.
struct Line<'a, B> {
    answer: &'a ServiceResponse<B>,
    client: Option<IpAddr>,
    took: Duration,
}

impl<B: MessageBody> Display for Line<'_, B> {
    fn fmt(&self, line: &mut Formatter<'_>) -> fmt::Result {
        let request = self.answer.request();
        match self.client {
            Some(client) => write!(line, "{client}")?,
            None => line.write_str("-")?,
        }
        let (method, uri, version) = (request.method(), request.uri(), request.version());
        let status = self.answer.status().as_u16();
        write!(line, " \"{method} {uri} {version:?}\" {status} ")?;
        match self.answer.response().body().size() {
            BodySize::Sized(bytes) => write!(line, "{bytes}")?,
            BodySize::None => line.write_str("0")?,
            BodySize::Stream => line.write_str("-")?,
        }
        let milliseconds = self.took.as_secs_f64() * 1000.0;
        write!(line, " {milliseconds:.3}ms ")?;
        let id = self.answer.headers().get(REQUEST_ID);
        line.write_str(id.and_then(|id| id.to_str().ok()).unwrap_or("-"))
    }
}
