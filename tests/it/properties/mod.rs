//! What holds of any request and any package.

mod agreement;
mod alike;
mod cells;
mod counts;
mod cursors;
mod descriptors;
mod headers;
mod lists;
mod outcomes;
mod packages;
mod requests;
mod searches;
mod small;
mod texts;
mod values;

use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};

/// Tries this many cases, or as many as `PROPTEST_CASES` says. The seeds of those that ever failed are
/// kept in `tests/properties.seeds`, and tried first.
fn runner(cases: u32) -> TestRunner {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/properties.seeds");
    let asked_for = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config::default();
    TestRunner::new(Config {
        cases: if asked_for { config.cases } else { cases },
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(seeds))),
        source_file: Some(file!()),
        ..config
    })
}
