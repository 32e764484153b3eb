//! How often a client may ask, and who that is.

use super::bounds::{ROWS, hurried};
use crate::support::{Answer, PUBLIC_URL, Register, seeded_in_sqlite};
use aciqplan::{cli::args::Cli, server::FrontState};
use actix_web::{
    http::{Method, StatusCode},
    web,
};
use clap::Parser;
use diesel::connection::SimpleConnection;
use std::time::{Duration, Instant};

/// The front that the settings ask for.
pub fn front(settings: &[&str]) -> web::Data<FrontState> {
    let settings = Cli::parse_from([&["aciqplan"], settings].concat());
    web::Data::new(FrontState::new(&settings.serve.limits))
}

/// A register whose requests come from an address.
fn from(register: &mut Register, address: &str) {
    register.peer = Some(format!("{address}:4711").parse().unwrap());
}

async fn head(register: &Register, headers: &[(&str, &str)]) -> Answer {
    register.ask(Method::HEAD, "/healthz", headers).await
}

#[actix_web::test]
async fn a_client_that_asks_too_often_is_told_to_wait() {
    let mut register = seeded_in_sqlite();
    register.front = front(&["--rate-limit", "1", "--rate-burst", "3"]);
    from(&mut register, "203.0.113.5");
    // The last seconds of a span pass while the test runs.
    let counts_down = |seconds: &str, from: u64| {
        let seconds: u64 = seconds.parse().unwrap();
        assert!((from - 30..=from).contains(&seconds), "{seconds} of {from}");
    };
    for left in (0..3).rev() {
        let answer = head(&register, &[]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=180");
        let limit = answer.header("ratelimit");
        assert!(
            limit.starts_with(&format!("\"default\";r={left};t=")),
            "{limit}"
        );
    }
    let refused = register.get("/v1/plans").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    counts_down(refused.header("retry-after"), 60);
    let limit = refused.header("ratelimit");
    counts_down(limit.strip_prefix("\"default\";r=0;t=").unwrap(), 180);
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let problem = refused.json();
    assert_eq!(
        problem["type"],
        format!("{PUBLIC_URL}/problems/too-many-requests")
    );
    assert_eq!(problem["request_id"], refused.header("x-request-id"));
    from(&mut register, "203.0.113.6");
    assert_eq!(head(&register, &[]).await.status, StatusCode::OK);
    assert_eq!(
        register.get("/problems/too-many-requests").await.status,
        StatusCode::OK
    );
}

#[actix_web::test]
async fn a_network_of_ipv6_is_one_client_and_this_machine_is_not_counted() {
    let mut register = seeded_in_sqlite();
    let limit = ["--rate-limit", "60", "--rate-burst", "1"];
    register.front = front(&limit);
    from(&mut register, "[2001:db8:1:2::1]");
    assert_eq!(head(&register, &[]).await.status, StatusCode::OK);
    from(&mut register, "[2001:db8:1:2:3::2]");
    assert_eq!(
        head(&register, &[]).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    from(&mut register, "[2001:db8:1:3::1]");
    assert_eq!(head(&register, &[]).await.status, StatusCode::OK);
    from(&mut register, "127.0.0.1");
    for _ in 0..5 {
        let answer = head(&register, &[]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("ratelimit"), "");
    }
    register.front = front(&[&limit[..], &["--rate-limit-loopback"]].concat());
    assert_eq!(head(&register, &[]).await.status, StatusCode::OK);
    assert_eq!(
        head(&register, &[]).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    register.front = front(&["--rate-limit", "0", "--rate-limit-loopback"]);
    for _ in 0..5 {
        assert_eq!(head(&register, &[]).await.status, StatusCode::OK);
    }
}

#[actix_web::test]
async fn a_site_of_ipv6_may_spend_what_sixteen_of_its_networks_may() {
    let mut register = seeded_in_sqlite();
    register.front = front(&["--rate-limit", "1", "--rate-burst", "2"]);
    for network in 0..32 {
        from(&mut register, &format!("[2001:db8:1:{network:x}::1]"));
        let answer = head(&register, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "the network {network}");
    }
    from(&mut register, "[2001:db8:1:ff::1]");
    let refused = head(&register, &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    from(&mut register, "[2001:db8:2:ff::1]");
    assert_eq!(head(&register, &[]).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn who_asks_through_a_proxy_of_this_machine_is_counted() {
    let mut register = seeded_in_sqlite();
    for (trusted, header, value) in [
        ("127.0.0.0/8", "x-forwarded-for", "unknown"),
        ("127.0.0.0/8", "x-forwarded-for", "127.0.0.1"),
        ("192.0.2.9", "x-forwarded-for", "203.0.113.5"),
        ("192.0.2.9", "forwarded", "for=203.0.113.5"),
    ] {
        let limit = ["--rate-limit", "60", "--rate-burst", "1"];
        register.front = front(&[&limit[..], &["--trusted-proxies", trusted]].concat());
        from(&mut register, "127.0.0.1");
        let forwarded = [(header, value)];
        assert_eq!(head(&register, &forwarded).await.status, StatusCode::OK);
        let second = head(&register, &forwarded).await.status;
        assert_eq!(second, StatusCode::TOO_MANY_REQUESTS, "{header}: {value}");
        assert_eq!(head(&register, &[]).await.status, StatusCode::OK);
    }
}

#[actix_web::test]
async fn a_304_takes_as_much_as_another_answer_since_it_is_as_much_work() {
    let mut register = seeded_in_sqlite();
    from(&mut register, "203.0.113.5");
    // Of which no work is charged beside, however slow the machine is.
    let path = "/openapi.json";
    for has_it in ["*", "W/\"another\", *", "its own"] {
        register.front = front(&["--rate-limit", "1", "--rate-burst", "3"]);
        let first = register.get(path).await;
        let tag = match has_it {
            "its own" => first.header("etag").to_owned(),
            other => other.to_owned(),
        };
        let has_it = [("if-none-match", tag.as_str())];
        let statuses = [
            register.ask(Method::GET, path, &has_it).await.status,
            register.ask(Method::GET, path, &has_it).await.status,
        ];
        assert!(
            statuses
                .iter()
                .all(|status| *status == 304 || *status == 200)
        );
        let refused = register.ask(Method::GET, path, &has_it).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{tag}");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!(
            (31..=60).contains(&wait),
            "{wait} of the minute of a request"
        );
    }
}

/// How many requests are left to a client, when it asks for that by one.
async fn left(register: &Register) -> u128 {
    let answer = head(register, &[]).await;
    let limit = answer.header("ratelimit");
    let left = limit
        .strip_prefix("\"default\";r=")
        .unwrap_or_else(|| panic!("{limit}"));
    left.split(';').next().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn work_counts_as_a_request_for_each_tenth_of_a_second() {
    let mut register = seeded_in_sqlite();
    let mut connection = register.database.connection().unwrap();
    connection.batch_execute(ROWS).unwrap();
    drop(connection);
    register.front = front(&["--rate-limit", "1", "--rate-burst", "1000"]);
    from(&mut register, "203.0.113.5");
    assert_eq!(left(&register).await, 999);
    assert_eq!(register.get("/v1/plans").await.status, StatusCode::OK);
    let quick = left(&register).await;
    assert!(
        (995..=997).contains(&quick),
        "a quick answer is one request"
    );
    let began = Instant::now();
    let slow = "/v1/sources?url[contains]=nothing&sort=title";
    assert_eq!(register.get(slow).await.status, StatusCode::OK);
    let whole = began.elapsed();
    let took = whole.as_millis();
    assert!(
        took >= 200,
        "a query that is slow enough to count: {took} ms"
    );
    let charged = quick - left(&register).await - 2;
    assert!(
        charged > 0 && charged <= took / 100,
        "{charged} for {took} ms"
    );
    // What is stopped has cost what it took, and the refusal says what is left.
    register.database = hurried(&register, whole / 4, Duration::from_secs(2));
    let before = left(&register).await;
    let stopped = register.get(&format!("{slow}&limit=2")).await;
    assert_eq!(stopped.status, StatusCode::SERVICE_UNAVAILABLE);
    let told = stopped.header("ratelimit").to_owned();
    let after = left(&register).await;
    assert!(
        told.starts_with(&format!("\"default\";r={};", after + 1)),
        "{told}: {after}"
    );
    assert!(before - after - 2 >= took / 400, "{before} {after}");
}

#[actix_web::test]
async fn the_work_for_a_file_counts_as_that_for_any_answer() {
    let mut register = seeded_in_sqlite();
    let mut connection = register.database.connection().unwrap();
    connection.batch_execute(ROWS).unwrap();
    drop(connection);
    register.database = hurried(&register, Duration::from_mins(5), Duration::from_secs(2));
    register.front = front(&["--rate-limit", "1", "--rate-burst", "10000"]);
    from(&mut register, "203.0.113.5");
    for path in [
        "/v1/sources.csv",
        "/v1/sources.ndjson?fields=id",
        "/v1/sources.parquet",
        "/v1/dataset.zip",
    ] {
        let before = left(&register).await;
        let began = Instant::now();
        assert_eq!(register.get(path).await.status, StatusCode::OK, "{path}");
        let took = began.elapsed().as_millis();
        let charged = before - left(&register).await - 2;
        assert!(took >= 500, "{path}: {took} ms");
        assert!(
            charged >= took / 300 && charged <= took / 100,
            "{path}: {charged} for {took} ms"
        );
    }
}

#[actix_web::test]
async fn who_owes_more_than_it_has_waits_no_longer_than_for_all_of_it() {
    let mut register = seeded_in_sqlite();
    let mut connection = register.database.connection().unwrap();
    connection.batch_execute(ROWS).unwrap();
    drop(connection);
    register.front = front(&["--rate-limit", "60", "--rate-burst", "1"]);
    from(&mut register, "203.0.113.5");
    let slow = "/v1/sources?url[contains]=nothing&sort=title";
    assert_eq!(register.get(slow).await.status, StatusCode::OK);
    let refused = register.get(slow).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
}

#[actix_web::test]
async fn a_trusted_proxy_says_who_asks() {
    let mut register = seeded_in_sqlite();
    let limit = [
        "--rate-limit",
        "60",
        "--rate-burst",
        "1",
        "--trusted-proxies",
        "10.0.0.0/8,192.0.2.9",
    ];
    register.front = front(&limit);
    from(&mut register, "10.0.0.1");
    let one = [("x-forwarded-for", "198.51.100.66, 203.0.113.5, 192.0.2.9")];
    assert_eq!(head(&register, &one).await.status, StatusCode::OK);
    // What a client writes there itself makes it nobody else.
    let forged = [("x-forwarded-for", "198.51.100.77, 203.0.113.5, 192.0.2.9")];
    assert_eq!(
        head(&register, &forged).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    let other = [("x-forwarded-for", "203.0.113.6")];
    assert_eq!(head(&register, &other).await.status, StatusCode::OK);
    from(&mut register, "198.51.100.7");
    assert_eq!(head(&register, &one).await.status, StatusCode::OK);
    assert_eq!(
        head(&register, &other).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}
