//! What clients may take, and how they are told that it is too much.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{
    config::Cli,
    database::{Database, Patience},
    server::Front,
};
use actix_web::{
    http::{Method, StatusCode},
    rt::time::sleep,
    web,
};
use clap::Parser;
use diesel::{connection::SimpleConnection, prelude::*, sql_types::BigInt};
use std::time::{Duration, Instant};
use support::{Answer, PUBLIC_URL, Register, seeded};

/// The front that the settings ask for.
fn front(settings: &[&str]) -> web::Data<Front> {
    let settings = Cli::parse_from([&["aciqplan"], settings].concat());
    web::Data::new(Front::new(&settings.serve.limits))
}

/// A register whose requests come from an address.
fn from(register: &mut Register, address: &str) {
    register.peer = Some(format!("{address}:4711").parse().unwrap());
}

async fn head(register: &Register, headers: &[(&str, &str)]) -> Answer {
    register.ask(Method::HEAD, "/healthz", headers).await
}

#[actix_web::test]
async fn a_request_has_an_id_in_its_answer_and_in_its_problem() {
    for register in seeded() {
        let made = register.get("/v1/plans").await;
        let other = register.get("/v1/plans").await;
        assert_eq!(made.header("x-request-id").len(), 32);
        assert_ne!(made.header("x-request-id"), other.header("x-request-id"));
        let given = [("x-request-id", "portal/2026-11-21:7")];
        let taken = register.ask(Method::GET, "/v1/nowhere", &given).await;
        assert_eq!(taken.header("x-request-id"), "portal/2026-11-21:7");
        assert_eq!(taken.json()["request_id"], "portal/2026-11-21:7");
        for odd in ["a b", "<script>", "", &"a".repeat(129)] {
            let given = [("x-request-id", odd)];
            let refused = register.ask(Method::GET, "/v1/nowhere", &given).await;
            let id = refused.header("x-request-id").to_owned();
            assert_eq!(id.len(), 32, "{odd}");
            assert_eq!(refused.json()["request_id"], id);
        }
    }
}

#[actix_web::test]
async fn a_client_that_asks_too_often_is_told_to_wait() {
    let mut register = seeded().remove(0);
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
    let mut register = seeded().remove(0);
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
async fn a_304_takes_a_quarter_of_an_answer() {
    let mut register = seeded().remove(0);
    register.front = front(&["--rate-limit", "1", "--rate-burst", "2"]);
    from(&mut register, "203.0.113.5");
    let tag = register.get("/v1/plans").await.header("etag").to_owned();
    let has_it = [("if-none-match", tag.as_str())];
    // One of two is left: a 304 must be able to pay for an answer, and then gives three quarters back.
    let first = register.ask(Method::GET, "/v1/plans", &has_it).await;
    assert_eq!(first.status, StatusCode::NOT_MODIFIED);
    assert!(first.header("ratelimit").starts_with("\"default\";r=0;"));
    let second = register.ask(Method::GET, "/v1/plans", &has_it).await;
    assert_eq!(second.status, StatusCode::TOO_MANY_REQUESTS);
    // A quarter of the sixty seconds that a request takes to come back.
    assert_eq!(second.header("retry-after"), "15");
}

#[actix_web::test]
async fn a_trusted_proxy_says_who_asks() {
    let mut register = seeded().remove(0);
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

#[actix_web::test]
async fn headers_that_are_too_large_are_refused() {
    for register in seeded() {
        let long = "a".repeat(40_000);
        let answer = register
            .ask(Method::GET, "/v1/plans", &[("x-long", &long)])
            .await;
        assert_eq!(answer.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        assert_eq!(
            answer.json()["type"],
            format!("{PUBLIC_URL}/problems/headers-too-large")
        );
    }
}

fn hurried(register: &Register, query: Duration, queue: Duration) -> Database {
    register
        .database
        .clone()
        .with_patience(Patience { queue, query })
}

#[actix_web::test]
async fn a_query_that_takes_too_long_is_a_problem() {
    for mut register in seeded() {
        let none = Duration::from_nanos(1);
        register.database = hurried(&register, none, Duration::from_secs(2));
        for url in [
            "/v1/measures?title[contains]=a",
            "/v1/measures.csv?title[contains]=a",
        ] {
            let answer = register.get(url).await;
            let case = format!("{} {url}: {}", register.name, answer.text());
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{case}");
            assert_eq!(
                answer.json()["type"],
                format!("{PUBLIC_URL}/problems/too-slow"),
                "{case}"
            );
        }
        assert_eq!(register.get("/healthz").await.status, StatusCode::OK);
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    #[allow(dead_code, reason = "it never comes")]
    count: i64,
}

#[test]
fn the_database_stops_working_on_a_query_that_takes_too_long() {
    // Both would go on for longer than anybody waits for a test.
    let endless = |register: &Register| match register.name {
        "SQLite" => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE in_time()) \
             SELECT count(*) AS count FROM n"
        }
        _ => "SELECT count(*) AS count FROM (SELECT pg_sleep(3600)) AS slept",
    };
    for register in seeded() {
        let limit = Duration::from_millis(200);
        let database = hurried(&register, limit, limit);
        let began = Instant::now();
        let stopped = database.read_here(|connection| {
            Ok(diesel::sql_query(endless(&register)).load::<Count>(connection)?)
        });
        assert!(
            matches!(stopped, Err(aciqplan::database::Error::TooSlow(_))),
            "{}: {:?}",
            register.name,
            stopped.map(|_| ())
        );
        assert!(began.elapsed() >= limit);
        // The connection is as good as before, and what has no limit is not limited.
        let again = database.read_here(|connection| Ok(connection.batch_execute("SELECT 1")?));
        assert!(again.is_ok(), "{}: {again:?}", register.name);
    }
}

/// Far more rows than the register has.
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) \
    INSERT INTO sources (id, title, title_key, kind, language, note, revision, created_at, updated_at) \
    SELECT 'source-' || i, 'Source', hex(i), 'report', 'en', 'Note ' || i, 1, \
    '2026-11-21 08:00:00', '2026-11-21 08:00:00' FROM n";

/// How long the database works on a request when it may work for so long, and what is answered.
async fn time(register: &mut Register, url: &str, query: Duration) -> (Duration, Answer) {
    register.database = hurried(register, query, Duration::from_secs(2));
    let began = Instant::now();
    let answer = register.get(url).await;
    // A request is answered in time whether or not its query ends then.
    while register.database.load().used > 0 {
        sleep(Duration::from_millis(1)).await;
    }
    (began.elapsed(), answer)
}

#[actix_web::test]
async fn a_query_in_sqlite_ends_when_its_time_is_over() {
    let mut register = seeded().remove(0);
    let mut connection = register.database.connection().unwrap();
    connection.batch_execute(ROWS).unwrap();
    drop(connection);
    for url in [
        "/v1/sources?note[contains]=nothing",
        "/v1/sources?sort=title",
        "/v1/sources/stats?group_by=kind",
    ] {
        let enough = Duration::from_mins(1);
        time(&mut register, url, enough).await; // so that the file is in memory from here on
        let (whole, answer) = time(&mut register, url, enough).await;
        assert_eq!(answer.status, StatusCode::OK, "{url}");
        // More than one try, as others may take the machine for that long.
        let mut shortest = whole;
        for _ in 0..3 {
            let (stopped, answer) = time(&mut register, url, whole / 20).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{url}");
            assert_eq!(
                answer.json()["type"],
                format!("{PUBLIC_URL}/problems/too-slow")
            );
            shortest = shortest.min(stopped);
        }
        assert!(shortest < whole / 4, "{url}: {shortest:?} of {whole:?}");
    }
}

#[actix_web::test]
async fn a_line_that_is_too_long_is_turned_away_and_health_still_answers() {
    for mut register in seeded() {
        register.database = hurried(
            &register,
            Duration::from_secs(10),
            Duration::from_millis(50),
        );
        let mut turns = Vec::new();
        for _ in 1..register.database.connections() {
            turns.push(register.database.turn().await.unwrap());
        }
        for url in ["/v1/measures", "/v1/measures.csv", "/v1/dataset.zip"] {
            let answer = register.get(url).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{url}");
            assert_eq!(answer.header("retry-after"), "2", "{url}");
            assert_eq!(
                answer.json()["type"],
                format!("{PUBLIC_URL}/problems/overloaded")
            );
        }
        for url in ["/healthz", "/readyz", "/metrics"] {
            assert_eq!(register.get(url).await.status, StatusCode::OK, "{url}");
        }
        drop(turns);
        assert_eq!(register.get("/v1/measures").await.status, StatusCode::OK);
    }
}

#[actix_web::test]
async fn pages_load_nothing_of_others_and_stand_in_no_frame() {
    for register in seeded() {
        for url in ["/", "/problems/not-found", "/docs/", "/docs/index.html"] {
            let page = register.get(url).await;
            let policy = page.header("content-security-policy");
            for part in [
                "default-src 'none'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            ] {
                assert!(policy.contains(part), "{url}: {policy}");
            }
            assert!(
                !policy.contains("script-src 'unsafe-inline'"),
                "{url}: {policy}"
            );
            assert_eq!(
                page.header("referrer-policy"),
                "strict-origin-when-cross-origin"
            );
            assert_eq!(page.header("x-content-type-options"), "nosniff");
        }
        let started = register.get("/docs/swagger-initializer.js").await.text();
        assert!(started.contains("\"validatorUrl\": \"none\""), "{started}");
        for url in [
            "/v1/plans",
            "/v1/plans.csv",
            "/v1/measures.atom",
            "/v1/nowhere",
        ] {
            let data = register.get(url).await;
            assert_eq!(data.header("content-security-policy"), "", "{url}");
            assert_eq!(data.header("x-content-type-options"), "nosniff");
        }
    }
}

#[actix_web::test]
async fn the_style_of_a_page_is_the_one_that_its_policy_allows() {
    use data_encoding::BASE64;
    use sha2::{Digest, Sha256};
    for register in seeded() {
        for url in ["/", "/problems/not-found"] {
            let page = register.get(url).await;
            let text = page.text();
            let style = text
                .split("<style>")
                .nth(1)
                .unwrap()
                .split("</style>")
                .next()
                .unwrap();
            let hash = BASE64.encode(&Sha256::digest(style));
            let policy = page.header("content-security-policy");
            assert!(
                policy.contains(&format!("style-src 'sha256-{hash}'")),
                "{policy}"
            );
            assert!(
                !text.contains("style=") && !text.contains("<script"),
                "{url}"
            );
        }
    }
}
