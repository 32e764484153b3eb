//! What `/metrics` tells, and that it tells it whatever happens.

use crate::support::{PUBLIC_URL, Register, seeded};
use aciqplan::{
    api::{self, State},
    database::connection::change_watcher::Watch,
    server::{self, ResponseCache, Route},
};
use actix_web::{
    http::{Method, StatusCode},
    rt::time::sleep,
    test::{TestRequest, call_service, init_service, read_body},
    web::Data,
};
use serde_json::Value as Json;
use std::time::Duration;

/// The value of a line of the metrics; `None` where there is no such line.
async fn metric(register: &Register, name: &str) -> Option<f64> {
    let answer = register.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    let text = answer.text();
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(value)
}

#[actix_web::test]
async fn requests_are_counted_by_route_and_status() {
    for register in seeded() {
        for url in [
            "/v1/measures?limit=1",
            "/v1/measures?limit=2",
            "/v1/measures?limit=nothing",
            "/v1/measures/az-nap-2016-2018-1.1",
            "/v1/measures/az-nap-2016-2018-1.2",
        ] {
            register.get(url).await;
        }
        let tag = register.get("/v1").await.header("etag").to_owned();
        let has_it = [("if-none-match", tag.as_str())];
        register.ask(Method::HEAD, "/v1", &has_it).await;
        let began_with = [("if-match", "\"another\"")];
        register.ask(Method::GET, "/v1", &began_with).await;
        for (route, status, count) in [
            ("/v1/measures", 200, 2.0),
            ("/v1/measures", 400, 1.0),
            ("/v1/measures/{id}", 200, 2.0),
            ("/v1", 200, 1.0),
            ("/v1", 304, 1.0),
            ("/v1", 412, 1.0),
        ] {
            let name =
                format!("aciqplan_http_requests_total{{route=\"{route}\",status=\"{status}\"}}");
            assert_eq!(metric(&register, &name).await, Some(count), "{name}");
        }
        let lists = "aciqplan_http_request_duration_seconds_count{route=\"/v1/measures\"}";
        assert_eq!(metric(&register, lists).await, Some(3.0));
    }
}

/// How long ago the loads of this run are said to happen, in seconds.
#[expect(clippy::cast_precision_loss, reason = "seconds")]
fn made_ago() -> f64 {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok();
    let epoch = epoch.and_then(|seconds| seconds.parse::<i64>().ok());
    epoch.map_or(0.0, |epoch| (chrono::Utc::now().timestamp() - epoch) as f64)
}

#[actix_web::test]
async fn the_dataset_and_the_database_are_told_of() {
    for register in seeded() {
        let version = register.json("/v1").await["meta"]["dataset_version"].as_f64();
        assert_eq!(metric(&register, "aciqplan_dataset_version").await, version);
        let age = metric(&register, "aciqplan_dataset_age_seconds").await;
        let older = age.map(|age| age - made_ago());
        assert!(
            older.is_some_and(|older| (-3600.0..3600.0).contains(&older)),
            "{age:?}"
        );
        register.backdate();
        let age = metric(&register, "aciqplan_dataset_age_seconds").await;
        assert!(age.is_some_and(|age| age > 200_000_000.0), "{age:?}");
        for (name, value) in [
            ("aciqplan_database_up", 1.0),
            ("aciqplan_database_waiting", 0.0),
        ] {
            assert_eq!(metric(&register, name).await, Some(value), "{name}");
        }
    }
}

#[actix_web::test]
async fn kept_answers_are_counted_as_requests_and_as_kept() {
    for register in seeded() {
        let state = State::new(register.database.clone(), PUBLIC_URL, None);
        let answers = ResponseCache::new(1 << 20, Watch::start(&register.url).unwrap());
        let app = server::app(Data::new(state))
            .app_data(Data::new(answers))
            .app_data(register.front.clone());
        let app = init_service(app).await;
        for url in ["/v1/plans", "/v1/plans", "/v1/plans", "/v1/sources"] {
            let request = TestRequest::with_uri(url).to_request();
            assert_eq!(call_service(&app, request).await.status(), StatusCode::OK);
        }
        sleep(Duration::from_millis(500)).await; // the size is told with a delay
        let request = TestRequest::with_uri("/v1/plans").to_request();
        call_service(&app, request).await;
        let request = TestRequest::with_uri("/metrics").to_request();
        let text = read_body(call_service(&app, request).await).await;
        let text = String::from_utf8(text.to_vec()).unwrap();
        for line in [
            "aciqplan_cache_hits_total 3",
            "aciqplan_cache_misses_total 2",
            "aciqplan_http_requests_total{route=\"/v1/plans\",status=\"200\"} 4",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}: {text}");
        }
        let bytes = text
            .lines()
            .find_map(|line| line.strip_prefix("aciqplan_cache_bytes "));
        assert!(bytes.is_some_and(|bytes| bytes != "0"), "{bytes:?}");
    }
}

#[actix_web::test]
async fn a_database_that_does_not_answer_is_told_of_too() {
    for register in seeded() {
        assert_eq!(metric(&register, "aciqplan_database_up").await, Some(1.0));
        let version = metric(&register, "aciqplan_dataset_version").await;
        let all: Vec<_> = (0..register.database.connections())
            .map(|_| register.database.connection().unwrap())
            .collect();
        assert_eq!(metric(&register, "aciqplan_database_up").await, Some(0.0));
        assert_eq!(metric(&register, "aciqplan_dataset_version").await, version);
        let used = "aciqplan_database_connections{state=\"used\"}";
        let connections = f64::from(register.database.connections());
        assert_eq!(metric(&register, used).await, Some(connections));
        assert_eq!(
            register.get("/readyz").await.status,
            StatusCode::SERVICE_UNAVAILABLE
        );
        drop(all);
        assert_eq!(metric(&register, "aciqplan_database_up").await, Some(1.0));
    }
}

#[test]
fn every_documented_path_is_a_route_of_its_own() {
    let document: Json = serde_json::from_str(&api::document_text()).unwrap();
    for path in document["paths"].as_object().unwrap().keys() {
        let asked = path.replace("{id}", "az-nap-2016-2018-4.1.1");
        let pattern = Route::of(&asked).pattern();
        // Files are documented one by one and counted together.
        let start = pattern.strip_suffix(".{extension}").unwrap_or(pattern);
        let rest = path.strip_prefix(start);
        let is_file_of_it = rest.is_some_and(|rest| rest.starts_with('.'));
        assert!(
            pattern == path || is_file_of_it,
            "{path} is counted as {pattern}"
        );
    }
}
