//! Pages for people: where they lead, and what a browser may do with them.

use super::support::{PUBLIC_URL, seeded};
use actix_web::http::StatusCode;

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
