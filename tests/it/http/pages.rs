//! Pages for people: where they lead, and what a browser may do with them.

use crate::support::{PUBLIC_URL, seeded};
use actix_web::http::{Method, StatusCode};

#[actix_web::test]
async fn no_link_of_the_welcome_page_is_broken() {
    for register in seeded() {
        let text = register.get("/").await.text();
        assert!(text.contains("<form action=\"v1/search\">"), "{text}");
        assert!(text.contains("name=\"q\""));
        let mut links = Vec::new();
        for rest in text.split("href=\"").skip(1) {
            let link = rest.split('"').next().unwrap().replace("&amp;", "&");
            assert!(!link.starts_with('/'), "{link} leaves the path of a proxy");
            if !link.contains("://") {
                links.push(format!("/{link}"));
            }
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
            let url = format!("/{}", link.replace("&amp;", "&"));
            let body = register.json(&url).await;
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
                "form-action 'self'",
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
        assert!(
            started.contains("\"url\": \"../openapi.json\""),
            "{started}"
        );
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

#[actix_web::test]
async fn the_docs_page_works_below_the_path_of_a_proxy() {
    for mut register in seeded() {
        register.contact = Some("mailto:open@register.example".to_owned());
        let answer = register.get("/docs").await;
        assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(answer.header("location"), "docs/");
        let page = register.get("/docs/").await;
        for rest in page
            .text()
            .split(['"', '\''])
            .filter(|part| part.contains('.'))
        {
            assert!(!rest.starts_with('/'), "{rest} leaves the path of a proxy");
        }
        let policy = page.header("content-security-policy");
        let tried = format!("connect-src 'self' {PUBLIC_URL}");
        assert!(policy.contains(&tried), "{policy}");
        let document = register.json("/openapi.json").await;
        assert_eq!(document["servers"][0]["url"], PUBLIC_URL);
        assert_eq!(document["servers"][1]["url"], ".");
        let info = &document["info"];
        assert_eq!(info["termsOfService"], format!("{PUBLIC_URL}/#terms"));
        assert_eq!(info["contact"]["email"], "open@register.example");
        assert!(register.get("/").await.text().contains("id=\"terms\""));
        let missing = register.get("/docs/nothing.js").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert_eq!(
            missing.json()["type"],
            format!("{PUBLIC_URL}/problems/not-found")
        );
    }
}

#[actix_web::test]
async fn the_document_and_the_files_of_its_page_are_small_and_kept() {
    for register in seeded() {
        for url in [
            "/openapi.json",
            "/docs/",
            "/docs/swagger-ui.css",
            "/docs/swagger-ui-bundle.js",
            "/docs/swagger-initializer.js",
        ] {
            let whole = register.get(url).await;
            assert_eq!(whole.status, StatusCode::OK, "{url}");
            assert_eq!(
                whole.header("cache-control"),
                "public, max-age=3600",
                "{url}"
            );
            let packed = register
                .ask(Method::GET, url, &[("accept-encoding", "gzip")])
                .await;
            if whole.body.len() > 10_000 {
                assert!(packed.body.len() * 2 < whole.body.len(), "{url}");
            }
            let tag = whole.header("etag");
            assert_eq!(packed.header("etag"), tag, "{url}");
            let again = register
                .ask(Method::GET, url, &[("if-none-match", tag)])
                .await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{url}");
            assert_eq!(again.header("etag"), tag, "{url}");
            assert!(again.body.is_empty(), "{url}");
        }
        let document = register.get("/openapi.json").await;
        assert!(!document.text().contains("\n "), "made for people");
    }
}
