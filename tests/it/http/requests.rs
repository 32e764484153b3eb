//! Methods, formats, lengths and ids of requests, and the problems that tell what is wrong with one.

use crate::support::{PUBLIC_URL, seeded};
use actix_web::http::{Method, StatusCode};

#[actix_web::test]
async fn head_is_answered_as_get_without_the_body() {
    for register in seeded() {
        register.backdate();
        let get = register.get("/v1/plans").await;
        let head = register.ask(Method::HEAD, "/v1/plans", &[]).await;
        assert_eq!(head.status, StatusCode::OK);
        for name in [
            "etag",
            "content-type",
            "last-modified",
            "link",
            "cache-control",
        ] {
            assert_eq!(head.header(name), get.header(name), "{name}");
        }
    }
}

#[actix_web::test]
async fn another_method_is_refused_with_those_that_are_allowed() {
    for register in seeded() {
        for url in [
            "/v1/plans",
            "/v1/plans/az-nap-2016-2018",
            "/v1/changes",
            "/v1",
            "/",
            "/healthz",
        ] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let answer = register.ask(method.clone(), url, &[]).await;
                assert_eq!(
                    answer.status,
                    StatusCode::METHOD_NOT_ALLOWED,
                    "{method} {url}"
                );
                assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
            }
        }
    }
}

#[actix_web::test]
async fn a_problem_says_what_and_where() {
    for register in seeded() {
        let answer = register.get("/v1/measures/az-nap-2016-2018-4.1.9").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("{PUBLIC_URL}/problems/not-found"));
        assert_eq!(problem["status"], 404);
        assert_eq!(problem["instance"], "/v1/measures/az-nap-2016-2018-4.1.9");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("did you mean `az-nap-2016-2018-4.1")
        );
        let page = register.get("/problems/not-found").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(
            register.get("/v1/mesures").await.status,
            StatusCode::NOT_FOUND
        );
        assert!(
            register
                .get("/v1/mesures")
                .await
                .text()
                .contains("did you mean `/v1/measures`?")
        );
    }
}

#[actix_web::test]
async fn json_is_what_is_spoken() {
    for register in seeded() {
        for accept in [
            "application/json",
            "*/*",
            "application/*;q=0.5",
            "text/html, */*;q=0.1",
        ] {
            let answer = register
                .ask(Method::GET, "/v1/plans", &[("accept", accept)])
                .await;
            assert_eq!(answer.status, StatusCode::OK, "{accept}");
        }
        for accept in ["image/png", "application/json;q=0"] {
            let answer = register
                .ask(Method::GET, "/v1/plans", &[("accept", accept)])
                .await;
            assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
        }
        let by_extension = register.json("/v1/plans.json").await;
        assert_eq!(
            by_extension["data"],
            register.json("/v1/plans").await["data"]
        );
        assert_eq!(
            register.json("/v1/plans/az-nap-2016-2018.json").await["data"]["start_year"],
            2016
        );
    }
}

#[actix_web::test]
async fn what_is_too_long_is_refused() {
    for register in seeded() {
        let long = format!("/v1/measures?title={}", "a".repeat(20_000));
        assert_eq!(register.get(&long).await.status, StatusCode::URI_TOO_LONG);
        let text = format!("/v1/measures?title={}", "a".repeat(301));
        assert_eq!(register.get(&text).await.status, StatusCode::BAD_REQUEST);
        let body = [("content-length", "100000")];
        assert_eq!(
            register.ask(Method::GET, "/v1/plans", &body).await.status,
            StatusCode::PAYLOAD_TOO_LARGE
        );
        assert_eq!(
            register.get("/v1/plans/a%00b").await.status,
            StatusCode::NOT_FOUND
        );
    }
}

#[actix_web::test]
async fn links_are_built_from_the_public_address_and_stand_in_the_header_too() {
    for register in seeded() {
        let answer = register
            .get("/v1/measures?limit=2&title[contains]=%C5%9F%C9%99ffaf")
            .await;
        let links = answer.json()["links"].clone();
        let next = links["next"].as_str().unwrap();
        assert!(next.starts_with(PUBLIC_URL), "{next}");
        assert!(
            answer
                .header("link")
                .contains(&format!("<{next}>; rel=\"next\""))
        );
        assert!(!answer.header("link").contains("rel=\"prev\""));
    }
}

#[actix_web::test]
async fn the_service_says_that_it_is_alive_and_ready() {
    for register in seeded() {
        assert_eq!(register.json("/healthz").await["status"], "ok");
        assert_eq!(register.json("/readyz").await["status"], "ok");
        assert_eq!(register.get("/docs/").await.status, StatusCode::OK);
    }
}

#[actix_web::test]
async fn a_request_has_an_id_in_its_answer_and_in_its_problem() {
    for register in seeded() {
        let made = register.get("/healthz").await;
        let other = register.get("/healthz").await;
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
