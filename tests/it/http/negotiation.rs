//! Which form of an answer is sent, and what its head says of that choice.

use crate::support::seeded;
use actix_web::http::{Method, StatusCode};

#[actix_web::test]
async fn vary_stands_once_and_names_what_decided() {
    for register in seeded() {
        let parquet = "application/vnd.apache.parquet";
        for (url, accept, vary) in [
            ("/v1/plans", "*/*", "Accept, Accept-Encoding"),
            ("/v1/plans", "text/csv", "Accept, Accept-Encoding"),
            ("/v1/plans", parquet, "Accept"),
            (
                "/v1/plans/az-nap-2016-2018",
                "*/*",
                "Accept, Accept-Encoding",
            ),
            ("/v1/plans/az-nap-2016-2018.json", "*/*", "Accept-Encoding"),
            ("/v1/plans.csv", "*/*", "Accept-Encoding"),
            ("/v1/plans.json", "text/csv", "Accept-Encoding"),
            ("/v1/plans.parquet", "*/*", ""),
            ("/v1/dataset.zip", "*/*", ""),
            ("/v1/measures.atom", "*/*", "Accept-Encoding"),
            ("/catalog", "*/*", "Accept, Accept-Encoding"),
            ("/catalog.ttl", "*/*", "Accept-Encoding"),
            ("/", "*/*", "Accept-Encoding"),
            ("/docs/", "*/*", "Accept-Encoding"),
        ] {
            for encoding in ["identity", "gzip", "br, zstd, gzip, deflate", "gzip;q=0.5"] {
                let headers = [("accept", accept), ("accept-encoding", encoding)];
                let answer = register.ask(Method::GET, url, &headers).await;
                assert_eq!(answer.status, StatusCode::OK, "{url}");
                assert_eq!(answer.header("vary"), vary, "{url} {encoding}");
                assert!(answer.headers.get_all("vary").count() < 2, "{url}");
                assert_ne!(answer.header("content-encoding"), "identity", "{url}");
            }
        }
    }
}

#[actix_web::test]
async fn media_types_and_weights_are_read_whatever_their_case() {
    for register in seeded() {
        for accept in [
            "TEXT/csv",
            "application/json;Q=0.1, text/csv",
            "Text/*;q=0.4, application/json;q=0.3",
            "text/csv; header=present",
        ] {
            let headers = [("accept", accept)];
            let answer = register.ask(Method::GET, "/v1/plans", &headers).await;
            let kind = answer.header("content-type");
            assert!(kind.starts_with("text/csv"), "{accept}: {kind}");
        }
        for accept in ["text/csv;Q=0", "image/png", "TEXT/html"] {
            let headers = [("accept", accept)];
            let answer = register.ask(Method::GET, "/v1/plans", &headers).await;
            assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
        }
    }
}

#[actix_web::test]
async fn who_takes_no_encoding_is_told_which_there_are() {
    for register in seeded() {
        for encodings in ["identity;q=0", "*;q=0", "compress, identity;q=0"] {
            let headers = [("accept-encoding", encodings)];
            let answer = register.ask(Method::GET, "/v1/plans", &headers).await;
            assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE);
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.header("vary"), "Accept, Accept-Encoding");
            assert!(
                answer.text().contains("br, zstd, gzip"),
                "{}",
                answer.text()
            );
        }
    }
}

#[actix_web::test]
async fn texts_name_their_character_set() {
    for register in seeded() {
        for url in [
            "/catalog.ttl",
            "/catalog.rdf",
            "/v1/measures.csv",
            "/v1/measures.atom",
            "/v1/measures.rss",
            "/v1/measures.feed.json",
            "/v1/measures.ics",
            "/v1/citation.txt",
            "/v1/citation.bib",
            "/llms.txt",
            "/robots.txt",
            "/sitemap.xml",
            "/",
            "/metrics",
        ] {
            let kind = register.get(url).await.header("content-type").to_owned();
            assert!(kind.contains("charset=utf-8"), "{url}: {kind}");
        }
    }
}

#[actix_web::test]
async fn the_metadata_of_a_csv_stand_first_among_its_links() {
    for register in seeded() {
        let answer = register.get("/v1/measures.csv").await;
        let links = answer.header("link");
        let first = links.split(", ").next().unwrap();
        assert!(first.contains("/v1/measures.csv-metadata.json>; rel=\"describedby\""));
        assert!(links.contains("rel=\"license\""), "{links}");
    }
}
