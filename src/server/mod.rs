//! The HTTP server: what happens to every request, whichever handler answers it. The command line runs it.

mod app;
mod connection;
mod finish;
mod front_state;
mod listeners;
pub mod middleware;
mod rate_limit;
mod response_cache;
mod run;
mod settings;

pub use crate::api::Route;
pub use app::{Part, app};
pub use front_state::FrontState;
pub use middleware::metrics::Metrics;
pub use response_cache::ResponseCache;
pub use run::run;
pub use settings::{ForwardedHeader, Limits, Settings};
