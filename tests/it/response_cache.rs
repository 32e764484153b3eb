//! Kept answers are those that would be made: the same bytes, of the present register, made once.

use crate::support::{Memory, PUBLIC_URL, Register, seeded};
use aciqplan::{
    api::State,
    database::{Permit, Timeouts, connection::change_watcher::Watch},
    server::{self, ResponseCache},
};
use actix_web::{
    http::{StatusCode, header::HeaderMap},
    rt::{spawn, time::sleep},
    test::{TestRequest, call_service, init_service, read_body},
    web::Data,
};
use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;
use serde_json::Value as Json;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// A service of the register that keeps answers, as `app`, and what it keeps.
macro_rules! service {
    ($register:expr) => {{
        let register: &Register = $register;
        let state = State::new(register.database.clone(), PUBLIC_URL, None);
        let answers = Data::new(ResponseCache::new(
            64 << 20,
            Watch::start(&register.url).unwrap(),
        ));
        let app = server::app(Data::new(state)).app_data(answers.clone());
        (init_service(app).await, answers)
    }};
}

/// The answer to GET with headers: its status, its headers, its body.
macro_rules! get {
    ($app:expr, $url:expr $(, $header:expr)*) => {{
        let request = TestRequest::with_uri($url)$(.insert_header($header))*;
        let response = call_service(&$app, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_body(response).await.to_vec();
        (status, headers, body)
    }};
}

fn version(body: &[u8]) -> i64 {
    let body: Json = serde_json::from_slice(body).unwrap();
    body["meta"]["dataset_version"].as_i64().unwrap()
}

fn sorted(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap().to_owned();
    let mut sorted: Vec<_> = headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect();
    sorted.sort();
    sorted
}

/// The seeds with another label of a figure.
fn changed(label: &str) -> Memory {
    Memory::seeds().with("figures.csv", "17 Dəyirmi Masa keçirilib", label)
}

/// Waits until a service has noticed what was loaded.
async fn noticed(register: &Register) {
    let longest = if register.name == "SQLite" { 2 } else { 1000 };
    sleep(Duration::from_millis(longest)).await;
}

#[actix_web::test]
async fn headers_are_too_large_whether_or_not_the_answer_is_kept() {
    for register in seeded() {
        let (app, _) = service!(&register);
        for url in ["/v1/plans", "/v1", "/healthz", "/v1/nothing"] {
            for _ in 0..2 {
                let (status, ..) = get!(app, url, ("x-long", "a".repeat(40_000)));
                assert_eq!(status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "{url}");
                get!(app, url);
            }
        }
    }
}

#[actix_web::test]
async fn what_platforms_add_to_a_link_asks_for_the_answer_that_is_kept() {
    for register in seeded() {
        let (app, answers) = service!(&register);
        let (_, _, plain) = get!(app, "/v1/measures?plan=az-nap-2016-2018");
        for shared in [
            "/v1/measures?plan=az-nap-2016-2018&_=1700000000",
            "/v1/measures?_=1700000001&plan=az-nap-2016-2018",
            "/v1/measures?utm_source=a&plan=az-nap-2016-2018&FBCLID=b&utm%5Fmedium=c",
        ] {
            let (status, _, body) = get!(app, shared);
            assert_eq!(status, StatusCode::OK, "{shared}");
            assert!(body == plain, "{shared}");
        }
        assert_eq!(answers.counts(), (3, 1), "{}", register.name);
    }
}

#[actix_web::test]
async fn headers_that_ask_for_the_same_answer_find_the_one_that_is_kept() {
    let same: [&[(&str, &str)]; 19] = [
        &[],
        &[("Content-Length", "0")],
        &[("Content-Length", "000")],
        &[("Accept-Encoding", "")],
        &[("Accept-Encoding", "identity")],
        &[("Accept-Encoding", "gzip;q=")],
        &[("Accept-Encoding", "q=0.5")],
        &[
            ("Accept-Encoding", "gzip;q=0, identity;q=0.5, *;q=0.1"),
            ("Accept-Encoding", "br;q=0, *;q=0"),
        ],
        &[("Accept-Encoding", "compress;q=0.123456")],
        &[("Accept-Encoding", "br;q=often")],
        &[("Accept", "*/*")],
        &[("Accept", "*/*;q=0.3")],
        &[("Accept", "text/html, application/xml;q=0.9, */*;q=0.8")],
        &[("Accept", "image/png, */*"), ("Accept", "text/x-1")],
        &[("Accept", "nonsense")],
        &[("Accept", "")],
        &[("If-None-Match", "W/\"another\"")],
        &[("Range", "lines=1-2")],
        &[("X-Anything", "else")],
    ];
    for register in seeded() {
        let (app, answers) = service!(&register);
        for headers in same {
            let mut request = TestRequest::with_uri("/v1/plans");
            for header in headers {
                request = request.append_header(*header);
            }
            let response = call_service(&app, request.to_request()).await;
            assert_eq!(response.status(), StatusCode::OK, "{headers:?}");
            assert_eq!(answers.counts().1, 1, "{} {headers:?}", register.name);
        }
        assert_eq!(answers.counts().0, same.len() as u64 - 1);
        // In two lines: kept too. What cannot be read says nothing.
        for _ in 0..2 {
            let request = TestRequest::with_uri("/v1/plans")
                .append_header(("Accept", "text/csv"))
                .append_header(("Accept", "application/json;q=0.5"));
            let response = call_service(&app, request.to_request()).await;
            let kind = response.headers().get("content-type").unwrap();
            assert!(kind.to_str().unwrap().starts_with("text/csv"), "{kind:?}");
            let request =
                TestRequest::with_uri("/v1/plans").append_header(("Accept", &b"\xe9"[..]));
            call_service(&app, request.to_request()).await;
        }
        assert_eq!(answers.counts().1, 2);
    }
}

#[actix_web::test]
async fn who_takes_no_encoding_gets_a_problem_whether_or_not_the_answer_is_kept() {
    for register in seeded() {
        let (app, answers) = service!(&register);
        get!(app, "/v1/plans");
        for encodings in ["identity;q=0", "*;q=0", "identity;q=0, br;q=0, gzip;q="] {
            for url in [
                "/v1/plans",
                "/v1/plans.csv",
                "/v1/dataset.zip",
                "/v1",
                "/nothing",
            ] {
                let (status, headers, body) = get!(app, url, ("Accept-Encoding", encodings));
                assert_eq!(status, StatusCode::NOT_ACCEPTABLE, "{url} {encodings}");
                let header = |name: &str| {
                    headers
                        .get(name)
                        .map_or("", |value| value.to_str().unwrap())
                };
                assert_eq!(header("content-type"), "application/problem+json");
                assert_eq!(header("access-control-allow-origin"), "*");
                assert_eq!(header("x-content-type-options"), "nosniff");
                assert_eq!(header("cache-control"), "no-store");
                assert!(header("vary").contains("Accept-Encoding"));
                let problem: Json = serde_json::from_slice(&body).unwrap();
                assert_eq!(
                    problem["type"],
                    format!("{PUBLIC_URL}/problems/not-acceptable")
                );
                assert_eq!(problem["instance"], url);
                assert_eq!(problem["request_id"], header("x-request-id"));
                assert!(!header("x-request-id").is_empty());
                assert!(
                    problem["detail"]
                        .as_str()
                        .unwrap()
                        .contains("br, zstd, gzip, deflate")
                );
            }
        }
        assert_eq!(answers.counts(), (0, 1));
    }
}

#[actix_web::test]
async fn a_kept_answer_is_the_one_that_was_made() {
    for register in seeded() {
        register.backdate();
        let (app, answers) = service!(&register);
        for url in [
            "/v1/measures?agency=maliyye-nazirliyi",
            "/v1/measures/az-nap-2016-2018-4.1.1",
            "/v1/status-entries.csv?year=2021",
            "/v1/measures.atom",
            "/v1/search?q=korrupsiya",
            "/",
            "/catalog.ttl",
        ] {
            let plain = register.get(url).await;
            for number in 0..2 {
                let (status, headers, body) = get!(app, url);
                assert_eq!(status, StatusCode::OK);
                assert!(body == plain.body, "{url} {number}");
                assert_eq!(sorted(&headers), sorted(&plain.headers), "{url} {number}");
            }
        }
        assert_eq!(answers.counts(), (7, 7));
        assert!(answers.bytes() > 0);
    }
}

#[actix_web::test]
async fn each_encoding_is_kept_and_the_smallest_is_sent() {
    for register in seeded() {
        let (app, _) = service!(&register);
        let url = "/v1/measures";
        for (accepted, sent) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip, zstd", "zstd"),
            ("gzip", "gzip"),
            ("gzip;q=0.5, br;q=0.1", "gzip"),
            ("deflate", "deflate"),
            ("compress", ""),
        ] {
            for _ in 0..2 {
                let (_, headers, body) = get!(app, url, ("Accept-Encoding", accepted));
                let encoding = headers.get("Content-Encoding");
                let encoding = encoding.map_or("", |value| value.to_str().unwrap());
                assert_eq!(encoding, sent, "{accepted}");
                assert_eq!(
                    body.starts_with(b"{\"data\""),
                    sent.is_empty(),
                    "{accepted}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn an_answer_depends_on_the_format_that_is_accepted() {
    for register in seeded() {
        let (app, _) = service!(&register);
        let (_, headers, _) = get!(app, "/v1/plans", ("Accept", "text/csv"));
        assert!(
            headers
                .get("content-type")
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("text/csv")
        );
        let (_, headers, _) = get!(app, "/v1/plans");
        assert_eq!(headers.get("content-type").unwrap(), "application/json");
    }
}

#[actix_web::test]
async fn who_has_the_answer_is_told_so_and_the_answer_is_kept_for_others() {
    for register in seeded() {
        let (app, answers) = service!(&register);
        let tag = register.get("/v1/plans").await.header("etag").to_owned();
        for _ in 0..2 {
            let (status, headers, body) = get!(app, "/v1/plans", ("If-None-Match", tag.as_str()));
            assert_eq!(status, StatusCode::NOT_MODIFIED);
            assert_eq!(headers.get("etag").unwrap().to_str().unwrap(), tag);
            assert!(headers.get("content-type").is_none() && body.is_empty());
        }
        let (status, ..) = get!(app, "/v1/plans", ("If-None-Match", "W/\"another\""));
        assert_eq!(status, StatusCode::OK);
        assert_eq!(answers.counts(), (2, 1));
    }
}

#[actix_web::test]
async fn an_answer_of_the_second_of_the_last_change_is_not_kept_past_it() {
    for register in seeded() {
        let change = Utc::now() + TimeDelta::seconds(1);
        register.date(&change.format("%F %T").to_string());
        let (app, answers) = service!(&register);
        let (_, headers, body) = get!(app, "/v1/figures");
        assert_eq!(headers.get("cache-control").unwrap(), "no-cache");
        assert!(headers.get("last-modified").is_none());
        sleep(Duration::from_secs(3)).await;
        for _ in 0..2 {
            let (_, headers, again) = get!(app, "/v1/figures");
            assert!(headers.get("last-modified").is_some() && again == body);
        }
        assert_eq!(answers.counts(), (1, 2));
    }
}

#[actix_web::test]
async fn no_two_versions_are_told_by_one_date() {
    for register in seeded() {
        register.backdate();
        let (app, _) = service!(&register);
        let (_, headers, before) = get!(app, "/v1/figures");
        let date = headers.get("last-modified").unwrap();
        let has = ("If-Modified-Since", date.clone());
        assert_eq!(
            get!(app, "/v1/figures", has.clone()).0,
            StatusCode::NOT_MODIFIED
        );
        register.load(&changed("17 tables")).unwrap();
        register.backdate();
        noticed(&register).await;
        for _ in 0..2 {
            let (status, headers, body) = get!(app, "/v1/figures", has.clone());
            assert_eq!(status, StatusCode::OK);
            assert!(headers.get("last-modified").is_none() && body != before);
        }
    }
}

#[actix_web::test]
async fn what_is_no_answer_of_the_register_is_not_kept() {
    for register in seeded() {
        let (app, answers) = service!(&register);
        for (url, status) in [
            ("/v1/measures?agency=nobody", 400),
            ("/v1/measures/nothing", 404),
            ("/readyz", 200),
        ] {
            for _ in 0..2 {
                assert_eq!(get!(app, url).0, status);
            }
        }
        assert_eq!(answers.counts().0, 0);
    }
}

#[actix_web::test]
async fn an_answer_that_many_wait_for_is_made_once() {
    for register in seeded() {
        let (app, answers) = service!(&register);
        let ask = || async { get!(app, "/v1/measures?include=assignments.agency&limit=500") };
        let all = join_all((0..20).map(|_| ask())).await;
        let (_, _, first) = &all[0];
        assert!(
            all.iter()
                .all(|(status, _, body)| *status == 200 && body == first)
        );
        assert_eq!(answers.counts(), (19, 1));
    }
}

/// A service whose database has no turn left, and gives up on those who wait for one.
async fn without_turns(register: &mut Register, queue: Duration) -> Vec<Permit> {
    let patience = Timeouts {
        queue,
        ..Timeouts::default()
    };
    register.database = register.database.clone().with_timeouts(patience);
    let mut turns = Vec::new();
    for _ in 1..register.database.connections() {
        turns.push(register.database.turn().await.unwrap());
    }
    turns
}

#[actix_web::test]
async fn a_failure_is_everybodys_who_waited_and_told_to_each() {
    const URLS: [&str; 3] = ["/v1/measures", "/v1/measures.csv", "/v1/dataset.zip"];
    for mut register in seeded() {
        let turns = without_turns(&mut register, Duration::from_millis(400)).await;
        let (app, answers) = service!(&register);
        for (number, url) in URLS.into_iter().enumerate() {
            let began = Instant::now();
            let all = join_all((0..20).map(|_| async { get!(app, url) })).await;
            // One after the other they would wait for eight seconds.
            assert!(began.elapsed() < Duration::from_secs(4), "{url}");
            let mut ids = BTreeSet::new();
            for (status, headers, body) in all {
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{url}");
                let header = |name: &str| headers.get(name).map_or("", |it| it.to_str().unwrap());
                assert_eq!(header("retry-after"), "2");
                assert_eq!(header("content-type"), "application/problem+json");
                assert_eq!(header("access-control-allow-origin"), "*");
                let problem: Json = serde_json::from_slice(&body).unwrap();
                assert_eq!(problem["type"], format!("{PUBLIC_URL}/problems/overloaded"));
                assert_eq!(problem["request_id"], header("x-request-id"));
                ids.insert(header("x-request-id").to_owned());
            }
            assert_eq!(ids.len(), 20, "{url}");
            assert_eq!(answers.counts(), (0, number as u64 + 1), "{url}");
        }
        drop(turns);
        for url in URLS {
            assert_eq!(get!(app, url).0, StatusCode::OK, "{url}");
        }
    }
}

#[actix_web::test]
async fn a_mistake_that_many_make_at_once_is_looked_into_once() {
    for register in seeded() {
        let (app, answers) = service!(&register);
        let all =
            join_all((0..20).map(|_| async { get!(app, "/v1/measures?agency=maliye") })).await;
        assert!(
            all.iter()
                .all(|(status, ..)| *status == StatusCode::BAD_REQUEST)
        );
        // Twice where the watcher notices meanwhile that the register was filled.
        let (hits, misses) = answers.counts();
        assert!(hits == 0 && misses <= 2, "{hits} hits, {misses} misses");
    }
}

#[actix_web::test]
async fn who_leaves_leaves_what_it_began_to_those_who_wait_and_else_nothing() {
    for mut register in seeded() {
        let turns = without_turns(&mut register, Duration::from_secs(20)).await;
        let waiting = async |number| {
            for _ in 0..400 {
                if register.database.load().waiting == number {
                    return;
                }
                sleep(Duration::from_millis(5)).await;
            }
            panic!("{} wait", register.database.load().waiting);
        };
        let (app, answers) = service!(&register);
        let app = std::rc::Rc::new(app);
        let ask = || {
            let app = app.clone();
            spawn(async move { get!(app, "/v1/plans") })
        };
        let alone = ask();
        waiting(1).await;
        alone.abort();
        waiting(0).await;
        let first = ask();
        waiting(1).await;
        let second = ask();
        sleep(Duration::from_millis(50)).await;
        first.abort();
        sleep(Duration::from_millis(50)).await;
        waiting(1).await;
        drop(turns);
        let (status, _, body) = second.await.unwrap();
        assert_eq!(status, StatusCode::OK);
        assert!(body == register.get("/v1/plans").await.body);
        assert_eq!(
            answers.counts(),
            (1, 2),
            "the second waited for what the first began"
        );
    }
}

#[actix_web::test]
async fn after_a_load_nobody_gets_an_older_answer() {
    for register in seeded() {
        let (app, _) = service!(&register);
        let mut before = version(&get!(app, "/v1/figures").2);
        for round in 0..5 {
            let package = changed(&format!("{round} tables"));
            // asked again and again while it is loaded
            let loading = actix_web::web::block({
                let database = register.database.clone();
                move || {
                    let mut connection = database.connection().unwrap();
                    aciqplan::package::load(
                        &package,
                        &mut connection,
                        &aciqplan::package::Options::default(),
                        &|_| {},
                    )
                    .unwrap();
                }
            });
            let mut loading = std::pin::pin!(loading);
            while futures_util::poll!(&mut loading).is_pending() {
                let (status, _, body) = get!(app, "/v1/figures");
                assert!(status == 200 && version(&body) >= before);
            }
            noticed(&register).await;
            let (_, _, body) = get!(app, "/v1/figures");
            let fresh = register.get("/v1/figures").await;
            assert!(body == fresh.body, "{} {round}", register.name);
            assert_eq!(version(&body), before + 1);
            before += 1;
        }
    }
}
