//! How often one client may ask: the rate limit, and the header fields that tell of it.
//!
//! A client is an IPv4 address or a /64 of IPv6. What it may spend is counted in quarters of a request: an
//! answer takes four of them, and a 304 takes one, because a client that asks whether anything has changed
//! costs little.

use super::clients::{Client, Clients};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::StateInformationMiddleware,
};
use std::{
    net::IpAddr,
    num::{NonZero, NonZeroU32},
    time::Duration,
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What an answer takes, in quarters of a request.
const PRICE: NonZeroU32 = NonZero::new(4).expect("four is not nothing");
/// What a 304 takes.
const PRICE_OF_304: u32 = 1;

/// Counts what each client spends.
pub struct Limiter {
    meter: RateLimiter<Client, Clients, MonotonicClock, StateInformationMiddleware>,
    clients: Clients,
    /// In which a quarter of a request comes back.
    quarter: Duration,
    burst: u32,
    policy: HeaderValue,
    spares_loopback: bool,
}

/// What became of a request.
pub enum Spent {
    /// It may be answered, and so many quarters are left.
    Granted {
        client: Client,
        left: u32,
    },
    Refused(Refusal),
}

pub struct Refusal {
    /// Until the next request may be granted.
    pub wait: Duration,
}

impl Limiter {
    /// So many requests a minute, and so many at once after a pause.
    pub fn new(a_minute: NonZeroU32, burst: NonZeroU32, spares_loopback: bool) -> Self {
        let quarter = Duration::from_mins(1) / a_minute.get() / PRICE.get();
        let quota = Quota::with_period(quarter.max(Duration::from_nanos(1)))
            .expect("the period is not zero")
            .allow_burst(burst.saturating_mul(PRICE));
        let clients = Clients::default();
        let window = seconds(quarter * PRICE.get() * burst.get());
        let policy = format!("\"default\";q={burst};w={window}");
        Self {
            meter: RateLimiter::new(quota, clients.clone(), MonotonicClock),
            clients,
            quarter,
            burst: burst.get(),
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("")),
            spares_loopback,
        }
    }

    /// Takes the price of an answer from a client; `None` where its requests are not counted.
    pub fn spend(&self, address: IpAddr) -> Option<Spent> {
        if self.spares_loopback && address.is_loopback() {
            return None;
        }
        let client = Client::from(address);
        // A burst of one request has room for its price: no quota is smaller than that.
        Some(match self.meter.check_key_n(&client, PRICE).ok()? {
            Ok(state) => Spent::Granted {
                client,
                left: state.remaining_burst_capacity(),
            },
            Err(not_until) => Spent::Refused(Refusal {
                wait: not_until.wait_time_from(self.meter.clock().now()),
            }),
        })
    }

    /// Gives back what an answer did not take, and says in its head what is left.
    pub fn tell<B>(&self, spent: &Spent, answer: &mut HttpResponse<B>) {
        let left = match *spent {
            Spent::Granted { client, left } if answer.status() == StatusCode::NOT_MODIFIED => {
                let back = PRICE.get() - PRICE_OF_304;
                self.clients.give_back(client, self.quarter * back);
                left + back
            }
            Spent::Granted { left, .. } => left,
            Spent::Refused(_) => 0,
        };
        let missing = (self.burst * PRICE.get()).saturating_sub(left);
        let until_full = seconds(self.quarter * missing);
        let left = left / PRICE.get();
        let limit = format!("\"default\";r={left};t={until_full}");
        let headers = answer.headers_mut();
        if let Ok(limit) = HeaderValue::try_from(limit) {
            headers.insert(RATE_LIMIT, limit);
        }
        headers.insert(RATE_LIMIT_POLICY, self.policy.clone());
    }
}

/// Whole seconds, not fewer than it takes.
pub fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
