//! How often one client may ask: the rate limit, and the header fields that tell of it.
//!
//! A client is an IPv4 address or a /64 of IPv6. Every request counts as one before it is answered, and its work is
//! charged when it is done. A site of IPv6, a /48, has 65,536 such clients and may spend what a few of them may.

pub mod clients;

use crate::{database::Group, server::middleware::client_ip::Origin};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use clients::{Client, Clients};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::StateInformationMiddleware,
};
use std::{
    num::{NonZero, NonZeroU32},
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    time::{Duration, Instant},
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The work that counts as a request.
const WORK: Duration = Duration::from_millis(100);
/// One of so many of the permits to read is the share of a client, and of a site.
const CLIENTS_PART: u32 = 4;
const SITES_PART: u32 = 2;

/// How many times what a client may spend its site of IPv6 may.
const SITE: NonZeroU32 = NonZero::new(16).expect("sixteen is not nothing");

/// Counts by the keys of a table, a client or a site, and tells what is left.
struct Meter {
    limiter: RateLimiter<Client, Clients, MonotonicClock, StateInformationMiddleware>,
    spent: Clients,
    /// When it began to count.
    start: Instant,
    /// In which a request comes back, and in which all do.
    period: Duration,
    window: Duration,
}

impl Meter {
    fn new(quota: Quota) -> Self {
        let spent = Clients::default();
        Self {
            start: Instant::now(),
            limiter: RateLimiter::new(quota, spent.clone(), MonotonicClock),
            spent,
            period: quota.replenish_interval(),
            window: quota.burst_size_replenished_in(),
        }
    }

    /// Takes a request; says how many are left, or how long to wait.
    fn charge(&self, client: Client) -> Result<u32, Refusal> {
        match self.limiter.check_key(&client) {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(not_until) => Err(Refusal {
                wait: not_until.wait_time_from(self.limiter.clock().now()),
            }),
        }
    }

    /// Takes so many requests more, also where they are not left: no more than all are owed.
    fn owe(&self, client: Client, requests: u32) {
        let now = self.start.elapsed();
        let most = now + self.window * 2;
        self.spent.owe(client, now, self.period * requests, most);
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
pub enum Charge {
    /// It may be answered, and so many more.
    Granted {
        client: Client,
        site: Option<Client>,
        left: u32,
    },
    Refused(Refusal),
}

/// Whom the work for a request is charged to, and how much of it was.
pub struct Account {
    client: Client,
    site: Option<Client>,
    /// In microseconds.
    work: AtomicU64,
    /// In requests.
    charged: AtomicU32,
}

impl Account {
    /// Who shares permits to read with the client.
    pub fn groups(&self) -> Vec<Group> {
        let of_client = self.client.group(CLIENTS_PART);
        let of_site = self.site.map(|site| site.group(SITES_PART));
        [of_client].into_iter().chain(of_site).collect()
    }
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
    pub fn spend(&self, origin: Origin) -> Option<Charge> {
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
            Ok(left) => Charge::Granted { client, site, left },
            Err(refusal) => Charge::Refused(refusal),
        })
    }

    /// Takes what the work for a request costs: a request for each time that counts as one.
    pub fn charge(&self, account: &Account, work: Duration) {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let work = micros(work);
        let work = account.work.fetch_add(work, Ordering::Relaxed) + work;
        let due = u32::try_from(work / micros(WORK)).unwrap_or(u32::MAX);
        let charged = account.charged.fetch_max(due, Ordering::Relaxed);
        let requests = due.saturating_sub(charged);
        if requests == 0 {
            return;
        }
        self.clients.owe(account.client, requests);
        if let Some(site) = account.site {
            self.sites.owe(site, requests);
        }
    }

    /// Says in the head of an answer how many requests are left, also after its work.
    pub fn tell(&self, spent: &Charge, account: Option<&Account>, headers: &mut HeaderMap) {
        let left = match spent {
            Charge::Granted { left, .. } => *left,
            Charge::Refused(_) => 0,
        };
        let charged = account.map_or(0, |account| account.charged.load(Ordering::Relaxed));
        let left = left.saturating_sub(charged);
        let until_full = seconds(self.period * self.burst.saturating_sub(left));
        let limit = format!("\"default\";r={left};t={until_full}");
        if let Ok(limit) = HeaderValue::try_from(limit) {
            headers.insert(RATE_LIMIT, limit);
        }
        headers.insert(RATE_LIMIT_POLICY, self.policy.clone());
    }
}

impl Charge {
    /// Where the work for the request is to be charged.
    pub fn account(&self) -> Option<Account> {
        match *self {
            Self::Granted { client, site, .. } => Some(Account {
                client,
                site,
                work: AtomicU64::new(0),
                charged: AtomicU32::new(0),
            }),
            Self::Refused(_) => None,
        }
    }
}

/// Whole seconds, not fewer than it takes.
pub fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
