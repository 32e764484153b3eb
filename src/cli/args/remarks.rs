//! Settings that are right by themselves and make little sense together: `serve` logs a warning of each.

use crate::cli::args::Serve;
use ipnet::IpNet;

impl Serve {
    /// What does not go together, each in one sentence that says what happens.
    pub fn remarks(&self) -> Vec<String> {
        let limits = &self.limits;
        let workers = self.threads();
        let is_any = |network: &IpNet| network.prefix_len() == 0;
        let remarks = [
            (limits.clients as usize) < workers,
            self.connections == 1,
            limits.rate_limit == 0 && limits.rate_limit_loopback,
            limits.rate_limit != 0 && limits.trusted_proxies.iter().any(is_any),
            limits.queue_timeout > limits.query_timeout,
            limits.shutdown_timeout < limits.query_timeout,
            self.file_cache_bytes >= self.temporary_bytes,
            self.read_only && self.empty,
        ];
        let sentences = [
            format!(
                "each of {workers} workers takes one client at least, so --clients {} lets in {workers}",
                limits.clients
            ),
            "with --connections 1 a slow question keeps /readyz and /metrics waiting; give 2 or more".to_owned(),
            "--rate-limit-loopback does nothing, as --rate-limit 0 limits nobody".to_owned(),
            "--trusted-proxies believes everybody, so every client can name itself and the rate limit binds nobody"
                .to_owned(),
            "--queue-timeout is longer than --query-timeout: requests wait longer for their turn than for an answer"
                .to_owned(),
            "--shutdown-timeout is shorter than --query-timeout: a question that is under way may be cut off"
                .to_owned(),
            "--file-cache-bytes are all --temporary-bytes: files that are kept may leave no room to write others"
                .to_owned(),
            "--empty does nothing, as --read-only writes nothing into any register".to_owned(),
        ];
        let told = remarks.into_iter().zip(sentences);
        told.filter_map(|(is_so, sentence)| is_so.then_some(sentence))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::args::{Cli, Command};
    use clap::Parser;

    #[test]
    fn settings_that_make_no_sense_together_are_told() {
        for (given, told) in [
            ("--workers 8 --clients 3", "lets in 8"),
            ("--connections 1", "--connections 1"),
            ("--rate-limit 0 --rate-limit-loopback", "limits nobody"),
            ("--trusted-proxies 10.0.0.0/8,::/0", "believes everybody"),
            ("--queue-timeout 20 --query-timeout 5", "--queue-timeout"),
            ("--query-timeout 60", "--shutdown-timeout"),
            ("--temporary-bytes 1073741824", "--file-cache-bytes"),
            ("--read-only --empty", "--empty does nothing"),
        ] {
            let words = ["aciqplan", "serve"].into_iter().chain(given.split(' '));
            let Some(Command::Serve(serve)) = Cli::parse_from(words).command else {
                panic!("{given} is of serve");
            };
            let remarks = serve.remarks().join("\n");
            assert!(remarks.contains(told), "{given}: {remarks}");
        }
        let Some(Command::Serve(serve)) = Cli::parse_from(["aciqplan", "serve"]).command else {
            panic!("the defaults are of serve");
        };
        assert!(serve.remarks().is_empty(), "{:?}", serve.remarks());
    }
}
