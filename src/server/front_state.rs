//! State of the front, shared by all threads: metrics, trusted proxies, the rate limiter.

use crate::server::{
    middleware::{client_ip::TrustedProxies, metrics::Metrics},
    rate_limit::Limiter,
    settings::Limits,
};
use std::num::NonZeroU32;

/// What the front needs; one for all threads.
#[derive(Default)]
pub struct FrontState {
    pub metrics: Metrics,
    pub proxies: TrustedProxies,
    /// None where requests are not limited.
    pub limiter: Option<Limiter>,
}

impl FrontState {
    /// The front that the settings ask for.
    pub fn new(limits: impl Into<Limits>) -> Self {
        let limits = limits.into();
        let burst = NonZeroU32::new(limits.rate_burst).unwrap_or(NonZeroU32::MIN);
        let limiter = |a_minute| Limiter::new(a_minute, burst, !limits.rate_limit_loopback);
        Self {
            metrics: Metrics::default(),
            proxies: TrustedProxies {
                trusted: limits.trusted_proxies,
                header: limits.forwarded_header,
            },
            limiter: NonZeroU32::new(limits.rate_limit).map(limiter),
        }
    }
}
