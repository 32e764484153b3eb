//! The index of the API: what there is, how much, and where it leads.

use crate::support::{PUBLIC_URL, seeded};
use actix_web::http::StatusCode;
use serde_json::Value as Json;

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
