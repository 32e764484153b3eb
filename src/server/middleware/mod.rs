//! Middleware: what every request passes on its way in, and every answer on its way out. `app` puts it in order.

pub mod access_log;
pub mod client_ip;
pub mod content_encoding;
pub mod metrics;
pub mod negotiation;
pub mod preconditions;
pub mod ranges;
pub mod request_id;
pub mod request_limits;
pub mod request_scope;
pub mod security_headers;
pub mod tracking_parameters;
