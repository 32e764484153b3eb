//! Metrics: what the service does, counted for Prometheus. `request_scope` counts, `/metrics` tells.
//!
//! Counters are found by their place and counted without a lock, so that counting costs a request nothing
//! that can be measured.

use crate::{
    api::{Route, State},
    database::{Database, connection::dataset_version},
    server::ResponseCache,
};

use actix_web::http::StatusCode;
use chrono::Utc;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder, core::Collector,
};
use std::{sync::OnceLock, time::Duration};

/// The bounds of the latency histograms, in seconds: from a kept answer to a query that is given up.
const BOUNDS: [f64; 15] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    10.0,
];

/// The status that requests are counted by whose clients left before they were answered; it is never sent.
pub const CLIENT_LEFT: u16 = 499;

/// The statuses that the service gives; another is counted as the last.
const STATUSES: [u16; 21] = [
    200,
    204,
    206,
    304,
    307,
    308,
    400,
    404,
    405,
    406,
    408,
    410,
    412,
    413,
    414,
    416,
    429,
    431,
    CLIENT_LEFT,
    503,
    500,
];

/// What is counted.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    routes: Vec<OfRoute>,
    cache_hits: IntCounter,
    cache_misses: IntCounter,
    cache_bytes: IntGauge,
    connections: IntGaugeVec,
    waiting: IntGauge,
    database_up: IntGauge,
    dataset_version: IntGauge,
    dataset_age: IntGauge,
}

/// The counters of a route, each made when it is first needed, so that what never happened is not listed.
#[derive(Default)]
struct OfRoute {
    duration: OnceLock<Histogram>,
    statuses: [OnceLock<IntCounter>; STATUSES.len()],
}

impl Default for Metrics {
    fn default() -> Self {
        let registry = Registry::new();
        let gauge = |name, about| kept(&registry, IntGauge::new(name, about));
        let counter = |name, about| kept(&registry, IntCounter::new(name, about));
        let durations = HistogramOpts::new(
            "aciqplan_http_request_duration_seconds",
            "From a request to the beginning of its answer, by route.",
        );
        let requests = Opts::new(
            "aciqplan_http_requests_total",
            "Requests by route and status.",
        );
        let connections = Opts::new(
            "aciqplan_database_connections",
            "Connections to the database by state.",
        );
        let durations = durations.buckets(BOUNDS.to_vec());
        Self {
            requests: kept(
                &registry,
                IntCounterVec::new(requests, &["route", "status"]),
            ),
            durations: kept(&registry, HistogramVec::new(durations, &["route"])),
            routes: std::iter::repeat_with(OfRoute::default)
                .take(Route::count())
                .collect(),
            cache_hits: counter("aciqplan_cache_hits_total", "Answers that were kept ready."),
            cache_misses: counter(
                "aciqplan_cache_misses_total",
                "Answers that had to be made.",
            ),
            cache_bytes: gauge(
                "aciqplan_cache_bytes",
                "What is kept in memory, in bytes: answers, counts, texts.",
            ),
            connections: kept(&registry, IntGaugeVec::new(connections, &["state"])),
            waiting: gauge(
                "aciqplan_database_waiting",
                "Requests that wait for a connection.",
            ),
            database_up: gauge(
                "aciqplan_database_up",
                "Whether the database answers: 1 or 0.",
            ),
            dataset_version: gauge("aciqplan_dataset_version", "The version of the dataset."),
            dataset_age: gauge(
                "aciqplan_dataset_age_seconds",
                "Time since the dataset last changed.",
            ),
            registry,
        }
    }
}

/// Registers what was made; the names above are right, or the first test would not start.
fn kept<C: Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<C>) -> C {
    let made = made.and_then(|made| registry.register(Box::new(made.clone())).map(|()| made));
    made.expect("a metric has a name of its own")
}

impl Metrics {
    /// Counts an answer.
    pub fn count(&self, route: Route, status: StatusCode, took: Duration) {
        let of_route = &self.routes[route.place()];
        let pattern = route.pattern();
        let duration = || self.durations.with_label_values(&[pattern]);
        of_route
            .duration
            .get_or_init(duration)
            .observe(took.as_secs_f64());
        let place = STATUSES
            .iter()
            .position(|known| *known == status.as_u16())
            .unwrap_or(STATUSES.len() - 1);
        let counter = || {
            let status = STATUSES[place].to_string();
            self.requests.with_label_values(&[pattern, &status])
        };
        of_route.statuses[place].get_or_init(counter).inc();
    }

    /// Takes over what the kept answers count.
    fn take(&self, answers: &ResponseCache) {
        let (hits, misses) = answers.counts();
        for (counter, count) in [(&self.cache_hits, hits), (&self.cache_misses, misses)] {
            counter.inc_by(count.saturating_sub(counter.get()));
        }
    }

    /// Looks at the database: once, and not for long. What it does not tell stays as it was.
    async fn look_at(&self, database: &Database) {
        let load = database.load();
        for (state, number) in [("idle", load.idle), ("used", load.used)] {
            let gauge = self.connections.with_label_values(&[state]);
            gauge.set(number.into());
        }
        self.waiting.set(load.waiting.into());
        let version =
            database.read_reserved(|connection| Ok(dataset_version::version(connection)?));
        let version = version.await;
        self.database_up.set(version.is_ok().into());
        if let Ok(Some((number, at))) = version {
            self.dataset_version.set(number);
            let age = Utc::now().naive_utc() - at;
            self.dataset_age.set(age.num_seconds());
        }
    }

    /// What was counted, as Prometheus reads it; it does without the database where that does not answer.
    pub async fn text(
        &self,
        state: &State,
        answers: Option<&ResponseCache>,
    ) -> prometheus::Result<String> {
        let mut bytes = state.cached_bytes();
        if let Some(answers) = answers {
            self.take(answers);
            bytes += answers.bytes();
        }
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.cache_bytes.set(bytes);
        self.look_at(&state.database).await;
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
