//! How often one client may ask: the rate limit, and the header fields that tell of it.
//!
//! A client is an IPv4 address or a /64 of IPv6. What it may spend is counted in quarters of a request: an
//! answer takes four of them, and a 304 takes one, because a client that asks whether anything has changed
//! costs little. A site of IPv6, a /48, has 65,536 such clients and may spend what a few of them may.

use super::{
    clients::{Client, Clients},
    proxies::Origin,
};
use actix_web::http::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
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

/// What an answer takes, in quarters of a request.
const PRICE: NonZeroU32 = NonZero::new(4).expect("four is not nothing");
/// What a 304 takes.
const PRICE_OF_304: u32 = 1;

/// How many times what a client may spend its site of IPv6 may.
const SITE: NonZeroU32 = NonZero::new(16).expect("sixteen is not nothing");

/// Counts by the keys of a table, a client or a site, and tells what is left.
struct Meter {
    limiter: RateLimiter<Client, Clients, MonotonicClock, StateInformationMiddleware>,
    spent: Clients,
}

impl Meter {
    fn new(quota: Quota) -> Self {
        let spent = Clients::default();
        Self {
            limiter: RateLimiter::new(quota, spent.clone(), MonotonicClock),
            spent,
        }
    }

    /// Takes the price of an answer; says what is left, or how long to wait.
    fn charge(&self, client: Client) -> Result<u32, Refusal> {
        match self.limiter.check_key_n(&client, PRICE) {
            Ok(Ok(state)) => Ok(state.remaining_burst_capacity()),
            Ok(Err(not_until)) => Err(Refusal {
                wait: not_until.wait_time_from(self.limiter.clock().now()),
            }),
            // A burst of one request has room for its price: no quota is smaller than that.
            Err(_) => Ok(0),
        }
    }
}

/// Counts what each client spends.
pub struct Limiter {
    clients: Meter,
    sites: Meter,
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
        site: Option<Client>,
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
        let quota = |times: NonZeroU32| {
            Quota::with_period((quarter / times.get()).max(Duration::from_nanos(1)))
                .expect("the period is not zero")
                .allow_burst(burst.saturating_mul(PRICE).saturating_mul(times))
        };
        let window = seconds(quarter * PRICE.get() * burst.get());
        let policy = format!("\"default\";q={burst};w={window}");
        Self {
            clients: Meter::new(quota(NonZeroU32::MIN)),
            sites: Meter::new(quota(SITE)),
            quarter,
            burst: burst.get(),
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("")),
            spares_loopback,
        }
    }

    /// Takes the price of an answer from a client; `None` where its requests are not counted.
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
            Ok(left) => Spent::Granted { client, site, left },
            Err(refusal) => Spent::Refused(refusal),
        })
    }

    /// Gives back what an answer did not take, and says how many quarters are left.
    pub fn settle(&self, spent: &Spent, status: StatusCode) -> u32 {
        match *spent {
            Spent::Granted { client, site, left } if status == StatusCode::NOT_MODIFIED => {
                let back = PRICE.get() - PRICE_OF_304;
                self.clients.spent.give_back(client, self.quarter * back);
                if let Some(site) = site {
                    let back = self.quarter * back / SITE.get();
                    self.sites.spent.give_back(site, back);
                }
                left + back
            }
            Spent::Granted { left, .. } => left,
            Spent::Refused(_) => 0,
        }
    }

    /// Says in the head of an answer how many quarters are left.
    pub fn tell(&self, left: u32, headers: &mut HeaderMap) {
        let missing = (self.burst * PRICE.get()).saturating_sub(left);
        let until_full = seconds(self.quarter * missing);
        let left = left / PRICE.get();
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
