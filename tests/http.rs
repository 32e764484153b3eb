//! What holds of every request: methods, formats, caching, limits, problems.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use actix_web::http::{Method, StatusCode};
use serde_json::Value as Json;
use support::{Memory, PUBLIC_URL, seeded};

#[actix_web::test]
async fn head_is_answered_as_get_without_the_body() {
    for register in seeded() {
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
async fn an_answer_that_the_client_has_is_not_sent_again() {
    for register in seeded() {
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
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
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
async fn the_index_counts_and_names_the_version() {
    for register in seeded() {
        let index = register.json("/v1").await;
        let measures = index["data"]["resources"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == "measures")
            .unwrap();
        assert_eq!(measures["count"], 141);
        assert_eq!(
            index["meta"]["dataset_version"],
            index["data"]["changes"]["count"]
        );
        assert_eq!(index["meta"]["licence"], "CC-BY-4.0");
        assert_eq!(
            register.get("/v1?x=1").await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

/// Every address of the service in a value.
fn addresses(value: &Json) -> Vec<String> {
    match value {
        Json::String(text) => text
            .strip_prefix(PUBLIC_URL)
            .map(str::to_owned)
            .into_iter()
            .collect(),
        Json::Array(values) => values.iter().flat_map(addresses).collect(),
        Json::Object(values) => values.values().flat_map(addresses).collect(),
        _ => Vec::new(),
    }
}

#[actix_web::test]
async fn the_index_leads_to_every_file_feed_and_calendar() {
    for register in seeded() {
        let index = register.json("/v1").await["data"].clone();
        let links = addresses(&index);
        for path in [
            "/v1/measures.xlsx",
            "/v1/measures.ics",
            "/v1/status-entries.feed.json",
            "/v1/changes.atom",
            "/v1/plans.parquet",
            "/v1/dataset.zip",
            "/datapackage.json",
            "/catalog",
        ] {
            assert!(links.contains(&path.to_owned()), "{path}");
        }
        assert_eq!(index["search"], format!("{PUBLIC_URL}/v1/search"));
        for path in links.iter().filter(|path| *path != "/v1/search") {
            assert_eq!(register.get(path).await.status, StatusCode::OK, "{path}");
        }
    }
}

#[actix_web::test]
async fn no_link_of_the_welcome_page_is_broken() {
    for register in seeded() {
        let text = register.get("/").await.text();
        assert!(text.contains(&format!("<form action=\"{PUBLIC_URL}/v1/search\">")));
        assert!(text.contains("name=\"q\""));
        let mut links = Vec::new();
        for rest in text.split("href=\"").skip(1) {
            let link = rest.split('"').next().unwrap().replace("&amp;", "&");
            links.extend(link.strip_prefix(PUBLIC_URL).map(str::to_owned));
        }
        for path in [
            "/v1/dataset.xlsx",
            "/v1/measures.csv",
            "/v1/obligations.ics",
        ] {
            assert!(links.contains(&path.to_owned()), "{path}");
        }
        for path in links {
            assert_eq!(register.get(&path).await.status, StatusCode::OK, "{path}");
        }
    }
}

#[actix_web::test]
async fn the_welcome_page_offers_five_links_that_work() {
    for register in seeded() {
        let page = register.get("/").await;
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let text = page.text();
        let list = text
            .split("<ol>")
            .nth(1)
            .unwrap()
            .split("</ol>")
            .next()
            .unwrap();
        let links: Vec<&str> = list
            .split("href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(links.len(), 5);
        for link in links {
            let url = link.replace("&amp;", "&");
            let body = register.json(url.strip_prefix(PUBLIC_URL).unwrap()).await;
            assert_ne!(body["meta"]["total"], 0, "{url}");
        }
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
