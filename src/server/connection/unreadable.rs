//! Problem documents for requests that the HTTP parser refuses, before there is a request that a middleware could see:
//! counted, charged to the client and logged as others are.

use crate::{
    api::{self, Problem, Route, State, log_throttle::ThrottledLog},
    server::{
        finish::OPEN_TO_PAGES,
        front_state::FrontState,
        middleware::{
            client_ip::Origin,
            request_id::{self, REQUEST_ID},
        },
        rate_limit::Charge,
    },
};

use actix_web::{
    HttpResponse, ResponseError,
    http::header::{self, HttpDate},
    web::{Bytes, Data},
};
use std::{
    net::SocketAddr,
    time::{Duration, SystemTime},
};

static UNREADABLE: ThrottledLog = ThrottledLog::new(log::Level::Info);

/// What answers in the place of the parser; one for all threads.
pub struct Reporter {
    pub state: Data<State>,
    pub front: Data<FrontState>,
}

impl Reporter {
    /// The answer to what cannot be read, as it goes over the wire.
    pub fn report(&self, status: u16, why: &str, peer: Option<SocketAddr>) -> Bytes {
        // Whom a proxy asks for stands in headers, and those are not read.
        let origin = peer.map(|peer| {
            let address = peer.ip().to_canonical();
            let is_local = address.is_loopback();
            Origin { address, is_local }
        });
        let limiter = self.front.limiter.as_ref();
        let spent = limiter.and_then(|limiter| limiter.spend(origin?));
        let error = match (&spent, status) {
            (Some(Charge::Refused(refusal)), _) => api::Error::TooManyRequests(refusal.wait),
            (_, 408) => api::Error::RequestTimeout,
            (_, 431) => api::Error::HeadTooLarge,
            _ => api::Error::Unreadable(why.to_owned()),
        };
        let mut answer = error.error_response();
        if let (Some(limiter), Some(spent)) = (limiter, &spent) {
            limiter.tell(spent, None, answer.headers_mut());
        }
        let (route, took) = (Route::of(""), Duration::ZERO);
        self.front.metrics.count(route, answer.status(), took);
        let client = origin.map_or_else(|| "-".to_owned(), |origin| origin.address.to_string());
        UNREADABLE.log(&format_args!("a request of {client} was not read: {error}"));
        self.write(answer)
    }

    fn write(&self, mut answer: HttpResponse) -> Bytes {
        let id = request_id::make();
        let problem = answer.extensions().get::<Problem>().cloned();
        let body = problem.map_or_else(String::new, |problem| {
            let id = id.to_str().unwrap_or_default();
            problem.body(&self.state.public_url, "", id)
        });
        let headers = answer.headers_mut();
        let nosniff = (header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        for (name, value) in OPEN_TO_PAGES.into_iter().chain([nosniff]) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
        headers.insert(REQUEST_ID, id);
        let status = answer.status();
        let mut wire = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\ncache-control: no-store\r\n\
             connection: close\r\ncontent-length: {}\r\ndate: {}\r\n",
            body.len(),
            HttpDate::from(SystemTime::now()),
        );
        for (name, value) in answer.headers() {
            let value = value.to_str().unwrap_or_default();
            for part in [name.as_str(), ": ", value, "\r\n"] {
                wire.push_str(part);
            }
        }
        wire.push_str("\r\n");
        wire.push_str(&body);
        wire.into()
    }
}
