//! What clients and shared caches keep of an answer, and for whom.

use crate::support::{Memory, seeded};
use actix_web::{
    http::{Method, StatusCode},
    rt::time::sleep,
};
use chrono::{TimeDelta, Utc};
use std::time::Duration;

#[actix_web::test]
async fn an_answer_that_the_client_has_is_not_sent_again() {
    for register in seeded() {
        register.backdate();
        let url = "/v1/measures?limit=3";
        let answer = register.get(url).await;
        let tag = answer.header("etag").to_owned();
        assert!(tag.starts_with("W/\""));
        let modified = answer.header("last-modified").to_owned();
        let both = format!("\"other\", {tag}");
        for (name, value) in [
            ("if-none-match", tag.as_str()),
            ("if-none-match", &both),
            ("if-none-match", "*"),
            ("if-modified-since", &modified),
        ] {
            let again = register.ask(Method::GET, url, &[(name, value)]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{name}: {value}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), tag);
        }
        let earlier = [("if-modified-since", "Thu, 27 Feb 2020 00:00:00 GMT")];
        assert_eq!(
            register.ask(Method::GET, url, &earlier).await.status,
            StatusCode::OK
        );
        // a tag that does not match outweighs a date that does
        let changed = [
            ("if-none-match", "W/\"other\""),
            ("if-modified-since", modified.as_str()),
        ];
        assert_eq!(
            register.ask(Method::GET, url, &changed).await.status,
            StatusCode::OK
        );
    }
}

#[actix_web::test]
async fn a_change_of_the_content_changes_the_tag() {
    for register in seeded() {
        let url = "/v1/measures/az-nap-2016-2018-1.2";
        let before = register.get(url).await.header("etag").to_owned();
        let changed = Memory::seeds().with(
            "measures.csv",
            "az-nap-2016-2018-s1,1.2,",
            "az-nap-2016-2018-s1,1.2a,",
        );
        register.load(&changed).unwrap();
        let after = register
            .ask(Method::GET, url, &[("if-none-match", &before)])
            .await;
        assert_eq!(after.status, StatusCode::OK);
        assert_ne!(after.header("etag"), before);
    }
}

#[actix_web::test]
async fn any_page_may_read_and_shared_caches_keep_one_answer() {
    for register in seeded() {
        for headers in [&[][..], &[("origin", "https://portal.example")][..]] {
            let answer = register.ask(Method::GET, "/v1/plans", headers).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("vary"), "Accept, Accept-Encoding");
            assert!(
                answer
                    .header("cache-control")
                    .starts_with("public, max-age=")
            );
        }
        let asking = [
            ("origin", "https://portal.example"),
            ("access-control-request-method", "GET"),
        ];
        let preflight = register.ask(Method::OPTIONS, "/v1/plans", &asking).await;
        assert!(preflight.status.is_success());
        assert_eq!(preflight.header("access-control-max-age"), "86400");
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
    }
}

/// As `Last-Modified` has it.
fn http_date(moment: chrono::DateTime<Utc>) -> String {
    moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[actix_web::test]
async fn an_answer_has_no_date_before_the_second_of_the_last_change_is_over() {
    let registers = seeded();
    let urls = [
        "/v1/measures",
        "/v1/measures/az-nap-2016-2018-1.2",
        "/v1/measures.csv",
        "/v1/measures.parquet",
        "/v1/dataset.zip",
        "/v1/measures.atom",
        "/v1/measures.ics",
        "/v1/measures/stats.csv?group_by=plan",
        "/catalog.ttl",
        "/v1/citation",
        "/",
    ];
    for register in &registers {
        let change = Utc::now() + TimeDelta::seconds(4);
        register.date(&change.format("%F %T").to_string());
        for url in urls {
            let answer = register.get(url).await;
            assert_eq!(answer.header("last-modified"), "", "{url}");
            assert_eq!(answer.header("cache-control"), "no-cache", "{url}");
            let tag = [("if-none-match", answer.header("etag"))];
            let again = register.ask(Method::GET, url, &tag).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{url}");
        }
    }
    for register in &registers {
        let second = Utc::now() + TimeDelta::seconds(1);
        register.date(&second.format("%F %T").to_string());
        sleep(Duration::from_secs(3)).await;
        for url in urls {
            let answer = register.get(url).await;
            assert!(answer.header("cache-control").contains("max-age=60"));
            let date = answer.header("last-modified");
            assert_eq!(date, http_date(second + TimeDelta::seconds(1)), "{url}");
            let before = http_date(second - TimeDelta::seconds(9));
            let to_come = http_date(second + TimeDelta::days(1));
            for (date, status) in [
                (date, StatusCode::NOT_MODIFIED),
                (&http_date(second), StatusCode::OK),
                (&before, StatusCode::OK),
                (&to_come, StatusCode::OK),
            ] {
                let has = [("if-modified-since", date)];
                let again = register.ask(Method::GET, url, &has).await;
                assert_eq!(again.status, status, "{url} {date}");
            }
        }
    }
}

#[actix_web::test]
async fn what_caches_keep_says_nothing_of_one_client() {
    for mut register in seeded() {
        register.front = super::front(&["--rate-limit", "60"]);
        register.peer = Some("203.0.113.5:4711".parse().unwrap());
        let own = ["x-request-id", "ratelimit", "ratelimit-policy"];
        let tag = register.get("/v1/plans").await.header("etag").to_owned();
        let id = ("x-request-id", "mine");
        for url in [
            "/v1/plans",
            "/v1/plans.parquet",
            "/robots.txt",
            "/docs/",
            "/openapi.json",
        ] {
            let answer = register.ask(Method::GET, url, &[id]).await;
            assert_eq!(answer.status, StatusCode::OK);
            assert!(
                own.iter().all(|name| answer.header(name).is_empty()),
                "{url}"
            );
        }
        let has = [id, ("if-none-match", tag.as_str())];
        let answer = register.ask(Method::GET, "/v1/plans", &has).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
        assert!(own.iter().all(|name| answer.header(name).is_empty()));
        for url in ["/healthz", "/v1/nowhere", "/v1/plans?limit=0", "/metrics"] {
            let answer = register.ask(Method::GET, url, &[id]).await;
            assert_eq!(answer.header("cache-control"), "no-store", "{url}");
            assert_eq!(answer.header("x-request-id"), "mine", "{url}");
            assert!(
                answer.header("ratelimit").starts_with("\"default\";r="),
                "{url}"
            );
        }
    }
}

#[actix_web::test]
async fn no_documented_answer_that_caches_keep_says_who_asked_for_it() {
    let document: serde_json::Value =
        serde_json::from_str(&aciqplan::api::document_text()).unwrap();
    let documented = document["paths"].as_object().unwrap().keys();
    let documented = documented.map(|path| path.replace("{id}", "az-nap-2016-2018-4.1.1"));
    let others = ["/docs", "/docs/swagger-ui.css", "/problems/gone", "/v1/"].map(str::to_owned);
    let urls: Vec<String> = documented.chain(others).collect();
    for mut register in seeded() {
        register.front = super::front(&["--rate-limit", "10000000", "--rate-burst", "1000000"]);
        register.peer = Some("203.0.113.5:4711".parse().unwrap());
        for url in &urls {
            for (method, part) in [
                (Method::GET, "none"),
                (Method::GET, "bytes=0-9"),
                (Method::GET, "bytes=999999999-"),
                (Method::OPTIONS, "none"),
            ] {
                let given = [("x-request-id", "mine"), ("range", part)];
                let answer = register.ask(method, url, &given).await;
                let is_own = answer.header("cache-control") == "no-store";
                for name in ["x-request-id", "ratelimit", "ratelimit-policy"] {
                    let is_told = !answer.header(name).is_empty();
                    assert_eq!(is_told, is_own, "{name} of {} {url} {part}", answer.status);
                }
            }
        }
    }
}
