//! How much one request may take: headers, time of the database, a turn in the line.

use super::rates::front;
use crate::support::{Answer, PUBLIC_URL, Register, seeded, seeded_in_sqlite};
use aciqplan::database::{Caller, Database, Error, Group, Timeouts};
use actix_web::{
    http::{Method, StatusCode},
    rt::time::sleep,
};
use diesel::{connection::SimpleConnection, prelude::*, sql_types::BigInt};
use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

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

pub fn hurried(register: &Register, query: Duration, queue: Duration) -> Database {
    register
        .database
        .clone()
        .with_timeouts(Timeouts { queue, query })
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

/// A query that takes a good part of a minute.
fn long(register: &Register) -> &'static str {
    match register.name {
        "SQLite" => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
             WHERE i < 50000000 AND before_deadline()) \
             SELECT count(*) AS count FROM n"
        }
        _ => "SELECT count(*) AS count FROM (SELECT pg_sleep(30)) AS slept",
    }
}

/// Polls something once, and drops it.
async fn begin(something: impl Future) {
    let mut something = pin!(something);
    poll_fn(|context| {
        let _ = something.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
    sleep(Duration::from_millis(200)).await;
}

#[actix_web::test]
async fn a_query_in_sqlite_ends_when_nobody_waits_for_it_any_more() {
    let register = seeded_in_sqlite();
    let minute = Duration::from_mins(1);
    let database = hurried(&register, minute, minute);
    let caller = Arc::new(Caller::default());
    let long = long(&register);
    let read = database.read::<_, Error, _>(move |connection| {
        diesel::sql_query(long).load::<Count>(connection)?;
        Ok(())
    });
    begin(caller.clone().wait_for(read)).await;
    assert!(caller.has_left());
    let left = Instant::now();
    while database.load().used > 0 {
        assert!(left.elapsed() < Duration::from_secs(10), "it goes on");
        sleep(Duration::from_millis(5)).await;
    }
    // Who stays gets an answer, by the same connection.
    let read = database.read::<_, Error, _>(|connection| connection.batch_execute("SELECT 1"));
    assert!(Arc::new(Caller::default()).wait_for(read).await.is_ok());
}

#[actix_web::test]
async fn a_client_has_a_share_of_the_turns_and_others_have_the_rest() {
    let caller = |key, part| Arc::new(Caller::new(vec![Group { key, part }], Box::new(|_| ())));
    for mut register in seeded() {
        register.database = hurried(
            &register,
            Duration::from_secs(10),
            Duration::from_millis(50),
        );
        let database = &register.database;
        register.front = front(&["--rate-limit", "600"]);
        // Of three turns an address has one.
        let address = u32::from_be_bytes([203, 0, 113, 5]);
        let turn = caller(address.into(), 4).wait_for(database.turn()).await;
        assert!(turn.is_ok());
        register.peer = Some("203.0.113.5:4711".parse().unwrap());
        let refused = register.get("/v1/measures").await;
        assert_eq!(
            refused.status,
            StatusCode::TOO_MANY_REQUESTS,
            "{}",
            register.name
        );
        assert_eq!(refused.header("retry-after"), "2");
        let problem = refused.json();
        assert_eq!(
            problem["type"],
            format!("{PUBLIC_URL}/problems/too-many-requests")
        );
        assert!(
            problem["detail"].as_str().unwrap().contains("at once"),
            "{problem}"
        );
        register.peer = Some("203.0.113.6:4711".parse().unwrap());
        assert_eq!(register.get("/v1/measures").await.status, StatusCode::OK);
        drop(turn);
        register.peer = Some("203.0.113.5:4711".parse().unwrap());
        for _ in 0..3 {
            assert_eq!(register.get("/v1/measures").await.status, StatusCode::OK);
        }
        // A site of IPv6 has two, whichever of its networks ask.
        let site = caller(0x2001_0db8_0001, 2);
        let held = [
            site.clone().wait_for(database.turn()).await,
            site.wait_for(database.turn()).await,
        ];
        assert!(held.iter().all(Result::is_ok));
        register.peer = Some("[2001:db8:1:7::1]:4711".parse().unwrap());
        assert_eq!(
            register.get("/v1/measures").await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        register.peer = Some("[2001:db8:2:7::1]:4711".parse().unwrap());
        assert_eq!(register.get("/v1/measures").await.status, StatusCode::OK);
    }
}

#[actix_web::test]
async fn who_waits_for_its_share_and_leaves_takes_none() {
    let register = seeded_in_sqlite();
    let database = hurried(&register, Duration::from_secs(10), Duration::from_secs(10));
    let caller = Arc::new(Caller::new(
        vec![Group { key: 1, part: 4 }],
        Box::new(|_| ()),
    ));
    let turn = caller.clone().wait_for(database.turn()).await.unwrap();
    for _ in 0..5 {
        begin(caller.clone().wait_for(database.turn())).await;
    }
    drop(turn);
    let taken = caller.wait_for(database.turn());
    let began = Instant::now();
    assert!(taken.await.is_ok() && began.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_database_stops_working_on_a_query_that_takes_too_long() {
    for register in seeded() {
        let limit = Duration::from_millis(200);
        let database = hurried(&register, limit, limit);
        let began = Instant::now();
        let stopped = database.read_here(|connection| {
            Ok(diesel::sql_query(long(&register)).load::<Count>(connection)?)
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
pub const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) \
    INSERT INTO sources (id, title, title_key, kind, language, url, revision, created_at, updated_at) \
    SELECT 'source-' || i, 'Source', hex(i), 'report', 'en', 'https://source.example/' || i, 1, \
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
    let mut register = seeded_in_sqlite();
    let mut connection = register.database.connection().unwrap();
    connection.batch_execute(ROWS).unwrap();
    drop(connection);
    for url in [
        "/v1/sources?url[contains]=nothing",
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
