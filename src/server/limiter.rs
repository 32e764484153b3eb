//! How often one client may ask: the rate limit, and the header fields that tell of it.
//!
//! A client is an IPv4 address or a /64 of IPv6. Every request counts the same before it is answered. A site of
//! IPv6, a /48, has 65,536 such clients and may spend what a few of them may.

use super::{
    clients::{Client, Clients},
    proxies::Origin,
};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::StateInformationMiddleware,
};
use std::{
    num::{NonZero, NonZeroU32},
    time::Duration,
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How many times what a client may spend its site of IPv6 may.
const SITE: NonZeroU32 = NonZero::new(16).expect("sixteen is not nothing");

/// Counts by the keys of a table, a client or a site, and tells what is left.
struct Meter(RateLimiter<Client, Clients, MonotonicClock, StateInformationMiddleware>);

impl Meter {
    fn new(quota: Quota) -> Self {
        Self(RateLimiter::new(quota, Clients::default(), MonotonicClock))
    }

    /// Takes a request; says how many are left, or how long to wait.
    fn charge(&self, client: Client) -> Result<u32, Refusal> {
        let Self(limiter) = self;
        match limiter.check_key(&client) {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(not_until) => Err(Refusal {
                wait: not_until.wait_time_from(limiter.clock().now()),
            }),
        }
    }
}

/// Counts what each client spends.
pub struct Limiter {
    clients: Meter,
    sites: Meter,
    /// In which a request comes back.
    period: Duration,
    burst: u32,
    policy: HeaderValue,
    spares_loopback: bool,
}

/// What became of a request.
pub enum Spent {
    /// It may be answered, and so many more.
    Granted {
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
        let period = Duration::from_mins(1) / a_minute.get();
        let quota = |times: NonZeroU32| {
            Quota::with_period((period / times.get()).max(Duration::from_nanos(1)))
                .expect("the period is not zero")
                .allow_burst(burst.saturating_mul(times))
        };
        let window = seconds(period * burst.get());
        let policy = format!("\"default\";q={burst};w={window}");
        Self {
            clients: Meter::new(quota(NonZeroU32::MIN)),
            sites: Meter::new(quota(SITE)),
            period,
            burst: burst.get(),
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("")),
            spares_loopback,
        }
    }

    /// Takes a request of a client; `None` where its requests are not counted.
    pub fn spend(&self, origin: Origin) -> Option<Spent> {
        if self.spares_loopback && origin.is_local {
            return None;
        }
        let client = Client::from(origin.address);
        let site = Client::site(origin.address);
        let charged = match site.map(|site| self.sites.charge(site)) {
            Some(Err(refusal)) => Err(refusal),
            _ => self.clients.charge(client),
        };
        Some(match charged {
            Ok(left) => Spent::Granted { left },
            Err(refusal) => Spent::Refused(refusal),
        })
    }

    /// Says in the head of an answer how many requests are left.
    pub fn tell(&self, spent: &Spent, headers: &mut HeaderMap) {
        let left = match spent {
            Spent::Granted { left } => *left,
            Spent::Refused(_) => 0,
        };
        let until_full = seconds(self.period * self.burst.saturating_sub(left));
        let limit = format!("\"default\";r={left};t={until_full}");
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
