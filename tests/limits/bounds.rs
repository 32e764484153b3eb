//! How much one request may take: headers, time of the database, a turn in the line.

use super::support::{Answer, PUBLIC_URL, Register, seeded};
use aciqplan::database::{Database, Patience};
use actix_web::{
    http::{Method, StatusCode},
    rt::time::sleep,
};
use diesel::{connection::SimpleConnection, prelude::*, sql_types::BigInt};
use std::time::{Duration, Instant};

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
    // Either would take a good part of a minute.
    let long = |register: &Register| match register.name {
        "SQLite" => {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
             WHERE i < 50000000 AND in_time()) \
             SELECT count(*) AS count FROM n"
        }
        _ => "SELECT count(*) AS count FROM (SELECT pg_sleep(30)) AS slept",
    };
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
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) \
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
    let mut register = seeded().remove(0);
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
