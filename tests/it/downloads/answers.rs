//! How downloads are asked for, named, kept and broken off, in every format.

use super::{FORMATS, many, readers::version};
use crate::support::{
    PUBLIC_URL, Register, empty, empty_in_sqlite, pair, seeded, seeded_in_sqlite,
};
use aciqplan::{api::State, server};
use actix_web::{
    body::to_bytes,
    http::{Method, StatusCode},
    test, web,
};
use diesel::{connection::SimpleConnection, prelude::*};

#[actix_web::test]
async fn a_download_can_be_asked_for_by_accept_and_is_named() {
    for register in seeded() {
        let version = version(&register).await;
        let types = [
            (
                "csv",
                "text/csv",
                "text/csv; charset=utf-8; header=present",
                "inline",
            ),
            (
                "ndjson",
                "application/x-ndjson",
                "application/x-ndjson",
                "inline",
            ),
            (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "attachment",
            ),
            (
                "parquet",
                "application/vnd.apache.parquet",
                "application/vnd.apache.parquet",
                "attachment",
            ),
        ];
        for (extension, accept, content_type, how) in types {
            let answer = register
                .ask(
                    Method::GET,
                    "/v1/status-entries?year=2021",
                    &[("Accept", accept)],
                )
                .await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.header("content-type"), content_type);
            let name = format!("{how}; filename=\"status-entries-v{version}.{extension}\"");
            assert_eq!(answer.header("content-disposition"), name);
            let by_extension = register
                .get(&format!("/v1/status-entries.{extension}?year=2021"))
                .await;
            assert_eq!(by_extension.body, answer.body, "{extension}");
            assert_eq!(by_extension.header("etag"), answer.header("etag"));
        }
    }
}

#[actix_web::test]
async fn a_page_is_refused_in_a_download() {
    let register = seeded_in_sqlite();
    for format in FORMATS {
        for parameter in ["limit=10", "page=1", "cursor=abc", "include=section"] {
            let url = format!("/v1/measures.{format}?{parameter}");
            let answer = register.get(&url).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
            let name = parameter.split('=').next().unwrap();
            assert_eq!(answer.json()["errors"][0]["parameter"], name);
            assert!(answer.text().contains("leave it out"), "{}", answer.text());
        }
        let answer = register
            .get(&format!("/v1/measures.{format}?agency=maliye-nazirliyi"))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("did you mean `maliyye-nazirliyi`?"));
    }
    let answer = register.get("/v1/measures.csv?labels=yes").await;
    assert!(
        answer
            .text()
            .contains("`yes` is neither `true` nor `false`")
    );
}

#[actix_web::test]
async fn what_a_client_has_is_not_sent_again() {
    for register in seeded() {
        register.backdate();
        let paths = FORMATS.map(|format| format!("/v1/measures.{format}"));
        let wholes = ["zip", "sqlite", "xlsx"].map(|format| format!("/v1/dataset.{format}"));
        let mut tags = Vec::new();
        for path in paths.iter().chain(&wholes) {
            let answer = register.get(path).await;
            let tag = answer.header("etag").to_owned();
            let is_streamed = path.ends_with("csv") || path.ends_with("ndjson");
            assert_eq!(tag.starts_with("W/"), is_streamed, "{path}");
            assert!(
                answer
                    .header("cache-control")
                    .starts_with("public, max-age=60")
            );
            for header in [
                ("If-None-Match", tag.as_str()),
                ("If-Modified-Since", answer.header("last-modified")),
            ] {
                let again = register.ask(Method::GET, path, &[header]).await;
                assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
                assert!(again.body.is_empty());
                assert_eq!(again.header("etag"), tag);
            }
            tags.push(tag);
        }
        let order = register.get("/v1/measures.csv?year=2021&sort=id").await;
        assert_eq!(order.status, StatusCode::BAD_REQUEST);
        let one = register
            .get("/v1/measures.csv?plan=az-nap-2016-2018&sort=id")
            .await;
        let other = register
            .get("/v1/measures.csv?sort=id&plan=az-nap-2016-2018")
            .await;
        assert_eq!(
            one.header("etag"),
            other.header("etag"),
            "the order of parameters says nothing"
        );
        tags.push(one.header("etag").to_owned());
        let number = tags.len();
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), number);
    }
}

/// Two registers with equal records, on both databases: loaded in the same second, as the moments of
/// the records tell it.
async fn twins() -> Option<[Register; 2]> {
    loop {
        let registers = pair(empty())?;
        std::thread::scope(|threads| {
            for register in &registers {
                threads.spawn(|| register.load(&aciqplan::package::Seeds).unwrap());
            }
        });
        let mut moments = Vec::new();
        for register in &registers {
            moments.push(register.json("/v1").await["data"]["updated_at"].clone());
        }
        if moments[0] == moments[1] {
            return Some(registers);
        }
    }
}

#[actix_web::test]
async fn both_databases_give_the_same_bytes() {
    let Some([one, other]) = twins().await else {
        return;
    };
    for resource in ["measures", "agencies", "status-entries", "activities"] {
        for format in FORMATS {
            for query in ["", "?sort=-id&labels=true"] {
                let url = format!("/v1/{resource}.{format}{query}");
                assert!(
                    one.download(&url).await == other.download(&url).await,
                    "{url}"
                );
            }
        }
    }
    for format in ["zip", "sqlite", "xlsx"] {
        let url = format!("/v1/dataset.{format}");
        assert!(
            one.download(&url).await == other.download(&url).await,
            "{url}"
        );
    }
}

#[actix_web::test]
async fn a_failure_in_the_middle_breaks_off_and_never_passes_for_the_whole() {
    let register = empty_in_sqlite();
    register.load(&many()).unwrap();
    let path = register.url.strip_prefix("sqlite://").unwrap();
    SqliteConnection::establish(path)
        .unwrap()
        .batch_execute("UPDATE measures SET created_at = 'never' WHERE position = 3000")
        .unwrap();
    let state = web::Data::new(State::new(register.database.clone(), PUBLIC_URL, None));
    let app = test::init_service(server::app(state)).await;
    let ask = |url: &str| test::TestRequest::with_uri(url).to_request();
    for format in ["csv", "ndjson"] {
        let answer = test::call_service(&app, ask(&format!("/v1/measures.{format}"))).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(to_bytes(answer.into_body()).await.is_err(), "{format}");
    }
    for url in [
        "/v1/measures.xlsx",
        "/v1/measures.parquet",
        "/v1/dataset.zip",
        "/v1/measures.csv?position[gte]=2900",
    ] {
        let answer = register.get(url).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{url}");
    }
}
