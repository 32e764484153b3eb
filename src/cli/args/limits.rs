//! The settings that bound what clients may take, and how long anything may last.

use crate::server::{self, ForwardedHeader};

use clap::Args;
use ipnet::IpNet;
use std::{net::IpAddr, time::Duration};

/// Times are in seconds, and may have a fraction.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Requests a minute that one client may make in the long run; 0 for any number.
    ///
    /// A client is an IPv4 address or an IPv6 network of 64 bits.
    #[arg(
        long,
        value_name = "NUMBER",
        env = "ACIQPLAN_RATE_LIMIT",
        default_value_t = 600,
        value_parser = clap::value_parser!(u32).range(..=10_000_000)
    )]
    pub rate_limit: u32,

    /// Requests that one client may make at once, after a pause.
    #[arg(long, value_name = "NUMBER", env = "ACIQPLAN_RATE_BURST", default_value_t = 200,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate_burst: u32,

    /// Limit the clients of this machine too. Those that come by a proxy on it always are.
    #[arg(long, env = "ACIQPLAN_RATE_LIMIT_LOOPBACK", value_parser = clap::builder::FalseyValueParser::new())]
    pub rate_limit_loopback: bool,

    /// The proxies that are believed when they say whom they ask for: addresses or networks (CIDR).
    #[arg(
        long,
        value_name = "NETWORKS",
        env = "ACIQPLAN_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_parser = network,
        default_value = "127.0.0.0/8,::1/128"
    )]
    pub trusted_proxies: Vec<IpNet>,

    /// The header in which they say it. A client could write the other one.
    #[arg(
        long,
        value_name = "HEADER",
        env = "ACIQPLAN_FORWARDED_HEADER",
        value_enum,
        default_value_t
    )]
    pub forwarded_header: ForwardedHeader,

    /// How long the database may work on a request.
    #[arg(long, value_name = "SECONDS", env = "ACIQPLAN_QUERY_TIMEOUT", default_value = "10", value_parser = seconds)]
    pub query_timeout: Duration,

    /// How long a request waits for a connection to the database.
    #[arg(long, value_name = "SECONDS", env = "ACIQPLAN_QUEUE_TIMEOUT", default_value = "2", value_parser = seconds)]
    pub queue_timeout: Duration,

    /// Connections of clients at most; more wait until one ends.
    #[arg(long, value_name = "NUMBER", env = "ACIQPLAN_CLIENTS", default_value_t = 25_000,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub clients: u32,

    /// Connections that the system keeps waiting before it refuses more.
    #[arg(long, value_name = "NUMBER", env = "ACIQPLAN_BACKLOG", default_value_t = 2048,
          value_parser = clap::value_parser!(u32).range(1..=65_535))]
    pub backlog: u32,

    /// How long a client may take for the head of a request.
    #[arg(long, value_name = "SECONDS", env = "ACIQPLAN_REQUEST_TIMEOUT", default_value = "10", value_parser = seconds)]
    pub request_timeout: Duration,

    /// How long a connection waits for the next request.
    #[arg(long, value_name = "SECONDS", env = "ACIQPLAN_KEEP_ALIVE", default_value = "30", value_parser = seconds)]
    pub keep_alive: Duration,

    /// How long a client is waited for, in all, while it takes 64 KiB of an answer.
    #[arg(long, value_name = "SECONDS", env = "ACIQPLAN_WRITE_TIMEOUT", default_value = "60", value_parser = seconds)]
    pub write_timeout: Duration,

    /// How long a service that stops answers on, not ready, so that balancers notice.
    #[arg(long, value_name = "SECONDS", env = "ACIQPLAN_SHUTDOWN_DELAY", default_value = "0", value_parser = pause)]
    pub shutdown_delay: Duration,

    /// How long, after that, what is under way may take to end.
    #[arg(long, value_name = "SECONDS", env = "ACIQPLAN_SHUTDOWN_TIMEOUT", default_value = "30", value_parser = pause)]
    pub shutdown_timeout: Duration,
}

impl From<&Limits> for server::Limits {
    fn from(limits: &Limits) -> Self {
        Self {
            rate_limit: limits.rate_limit,
            rate_burst: limits.rate_burst,
            rate_limit_loopback: limits.rate_limit_loopback,
            trusted_proxies: limits.trusted_proxies.clone(),
            forwarded_header: limits.forwarded_header,
            query_timeout: limits.query_timeout,
            queue_timeout: limits.queue_timeout,
            clients: limits.clients,
            backlog: limits.backlog,
            request_timeout: limits.request_timeout,
            keep_alive: limits.keep_alive,
            write_timeout: limits.write_timeout,
            shutdown_delay: limits.shutdown_delay,
            shutdown_timeout: limits.shutdown_timeout,
        }
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    let network = text.parse().or_else(|_| address());
    network.map_err(|_| "give an address, or a network such as 10.0.0.0/8".to_owned())
}

/// A time that is not none.
fn seconds(text: &str) -> Result<Duration, String> {
    match pause(text)? {
        Duration::ZERO => Err("give more than 0 seconds".to_owned()),
        time => Ok(time),
    }
}

fn pause(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    let day = 0.0..=86_400.0;
    let seconds = seconds.filter(|seconds| day.contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "give seconds, a day at most".to_owned())
}
