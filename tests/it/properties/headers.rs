//! Made-up headers: each request is answered or refused.

use super::runner;
use crate::support::seeded_in_sqlite;
use aciqplan::{cli::args::Cli, server::FrontState};
use actix_web::{http::Method, rt::System, web::Data};
use clap::Parser;
use proptest::{prelude::*, sample::select};

#[test]
fn any_headers_are_taken_or_refused() {
    let mut register = seeded_in_sqlite();
    register.peer = Some("127.0.0.1:4711".parse().unwrap());
    let names = [
        "accept",
        "accept-encoding",
        "if-none-match",
        "if-modified-since",
        "x-forwarded-for",
        "forwarded",
        "x-request-id",
        "content-length",
        "range",
        "host",
        "origin",
    ];
    let pieces = [
        "*/*",
        "text/csv",
        ";q=0.5",
        ";q=",
        ",",
        "*",
        "W/",
        "\"",
        "gzip",
        "br",
        "identity;q=0",
        "for=",
        "[::1]:80",
        "203.0.113.5",
        "Sat, 21 Nov 2026 08:00:00 GMT",
        "unknown",
        "18446744073709551616",
        "-1",
        "=",
        ";",
    ];
    let value = prop_oneof![
        3 => proptest::collection::vec(select(pieces.to_vec()), 0..6).prop_map(|pieces| pieces.concat()),
        1 => "[ -~]{0,40}",
    ];
    let headers = proptest::sample::subsequence(names.to_vec(), 1..4).prop_flat_map(move |names| {
        let values = proptest::collection::vec(value.clone(), names.len());
        (Just(names), values)
    });
    let method = select(vec![
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::POST,
    ]);
    let path = select(vec![
        "/v1/plans",
        "/v1/measures.csv?limit=1",
        "/",
        "/v1/plans.ics",
        "/healthz",
    ]);
    for header in ["x-forwarded-for", "forwarded"] {
        let settings = [
            "aciqplan",
            "--forwarded-header",
            header,
            "--rate-limit",
            "10000000",
            "--rate-limit-loopback",
        ];
        register.front = Data::new(FrontState::new(&Cli::parse_from(settings).serve.limits));
        runner(100)
            .run(
                &(method.clone(), path.clone(), headers.clone()),
                |(method, path, (names, values))| {
                    let headers: Vec<(&str, &str)> = names
                        .into_iter()
                        .zip(values.iter().map(String::as_str))
                        .collect();
                    let answer = System::new().block_on(register.ask(method, path, &headers));
                    let known = answer.status.is_success()
                        || answer.status.is_client_error()
                        || answer.status == 304;
                    prop_assert!(
                        known,
                        "{path} {headers:?}: {} {}",
                        answer.status,
                        answer.text()
                    );
                    Ok(())
                },
            )
            .unwrap();
    }
}
