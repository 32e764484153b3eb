//! The configuration of the server, as plain values. The command line fills it, `run` and the front read it.

use ipnet::IpNet;
use std::time::Duration;

/// What the server is to do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address and port to listen at.
    pub listen: String,
    /// Where `/metrics`, `/healthz` and `/readyz` are, if not where everything is.
    pub admin_listen: Option<String>,
    /// The address that clients know the service by; that which it listens at where none is given.
    pub public_url: Option<String>,
    /// Whom to write to: a `mailto:` or `https:` URI.
    pub contact: Option<String>,
    /// Threads that answer requests.
    pub workers: usize,
    /// Bytes of all caches in memory.
    pub cache_bytes: u64,
    /// Bytes of the finished files that are kept.
    pub file_cache_bytes: u64,
    /// Bytes of all temporary files.
    pub temporary_bytes: u64,
    pub limits: Limits,
}

/// What bounds how much clients may take, and how long anything may last.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests a minute of one client; 0 for any number.
    pub rate_limit: u32,
    /// Requests of one client at once.
    pub rate_burst: u32,
    /// Whether clients of this machine are limited too.
    pub rate_limit_loopback: bool,
    pub trusted_proxies: Vec<IpNet>,
    pub forwarded_header: ForwardedHeader,
    /// How long the database may work on a request.
    pub query_timeout: Duration,
    /// How long a request waits for a connection to the database.
    pub queue_timeout: Duration,
    /// Connections of clients at most.
    pub clients: u32,
    /// Connections that the system keeps waiting.
    pub backlog: u32,
    /// How long a client may take for the head of a request.
    pub request_timeout: Duration,
    /// How long a connection waits for the next request.
    pub keep_alive: Duration,
    /// How long a client is waited for while it takes 64 KiB of an answer.
    pub write_timeout: Duration,
    /// How long a service that stops answers on.
    pub shutdown_delay: Duration,
    /// How long what is under way may take to end.
    pub shutdown_timeout: Duration,
}

/// The header in which trusted proxies name their clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, the usual one.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}
