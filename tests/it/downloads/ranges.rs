//! Parts of files: asked for, put together, refused.

use super::many;
use crate::support::{Memory, PUBLIC_URL, Register, seeded, seeded_in_sqlite};
use aciqplan::{
    api::State,
    database::connection::change_watcher::Watch,
    server::{self, ResponseCache},
};
use actix_web::{
    body::to_bytes,
    http::{Method, StatusCode},
    test::{TestRequest, call_service, init_service},
    web::Data,
};
use futures_util::future::join_all;

/// Files of every kind, of a list, of counts and of the whole register.
const FILES: [&str; 8] = [
    "/v1/measures.parquet",
    "/v1/measures.xlsx",
    "/v1/measures.csv?sort=title",
    "/v1/measures.ndjson",
    "/v1/measures/stats.xlsx?group_by=plan",
    "/v1/dataset.zip",
    "/v1/dataset.sqlite",
    "/openapi.json",
];

/// The part of a file that is asked for: its status, where it lies, its bytes.
async fn part(register: &Register, url: &str, range: &str) -> (StatusCode, String, Vec<u8>) {
    let headers = [("range", range), ("accept-encoding", "gzip, br")];
    let answer = register.ask(Method::GET, url, &headers).await;
    assert_eq!(answer.header("content-encoding"), "", "{url}");
    let place = answer.header("content-range").to_owned();
    (answer.status, place, answer.body)
}

#[actix_web::test]
async fn parts_of_a_file_are_those_of_the_whole() {
    for register in seeded() {
        register.backdate();
        for url in FILES {
            let whole = register.get(url).await;
            assert_eq!(whole.status, StatusCode::OK);
            assert_eq!(whole.header("accept-ranges"), "bytes", "{url}");
            let (bytes, length) = (&whole.body, whole.body.len());
            let last = length - 1;
            for (range, first, end) in [
                ("bytes=0-0".to_owned(), 0, 0),
                ("bytes=0-".to_owned(), 0, last),
                ("bytes=100-299".to_owned(), 100, 299),
                ("bytes=-100".to_owned(), length - 100, last),
                (format!("bytes=-{}", length + 1), 0, last),
                (format!("bytes={last}-"), last, last),
                (format!("bytes=1-{}", 2 * length), 1, last),
                (format!("bytes=5-9,{length}-"), 5, 9),
            ] {
                let (status, place, body) = part(&register, url, &range).await;
                assert_eq!(status, StatusCode::PARTIAL_CONTENT, "{url} {range}");
                assert_eq!(
                    place,
                    format!("bytes {first}-{end}/{length}"),
                    "{url} {range}"
                );
                assert!(body == bytes[first..=end], "{url} {range}");
            }
            for range in [format!("bytes={length}-"), "bytes=-0".to_owned()] {
                let headers = [("range", range.as_str())];
                let answer = register.ask(Method::GET, url, &headers).await;
                assert_eq!(
                    answer.status,
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    "{url} {range}"
                );
                assert_eq!(answer.header("content-range"), format!("bytes */{length}"));
                assert_eq!(answer.json()["status"], 416);
                assert!(answer.text().contains("/problems/range-not-satisfiable"));
            }
            for range in [
                "bytes=0-1,5-6",
                "lines=1-2",
                "bytes=9-3",
                "bytes=",
                "bytes=+0-1",
                "0-9",
            ] {
                let headers = [("range", range)];
                let answer = register.ask(Method::GET, url, &headers).await;
                assert_eq!(answer.status, StatusCode::OK, "{url} {range}");
                assert!(answer.body == *bytes, "{url} {range}");
            }
            let headers = [("range", "bytes=0-9")];
            let head = register.ask(Method::HEAD, url, &headers).await;
            assert_eq!(head.status, StatusCode::OK, "{url}");
            assert_eq!(head.header("accept-ranges"), "bytes", "{url}");
            assert_eq!(head.header("etag"), whole.header("etag"), "{url}");
        }
    }
}

#[actix_web::test]
async fn an_answer_is_refused_where_it_is_not_the_one_that_the_client_asks_for() {
    for register in seeded() {
        register.backdate();
        for url in FILES
            .into_iter()
            .chain(["/v1/plans", "/v1/plans/az-nap-2020-2022", "/"])
        {
            let whole = register.get(url).await;
            let (tag, date) = (whole.header("etag"), whole.header("last-modified"));
            let is_strong = !tag.starts_with("W/");
            let many = format!("\"other\", {tag}");
            for (name, value, holds) in [
                ("if-match", tag, is_strong),
                ("if-match", &many, is_strong),
                ("if-match", "*", true),
                ("if-match", "\"other\"", false),
                ("if-match", "nonsense", false),
                ("if-unmodified-since", date, true),
                (
                    "if-unmodified-since",
                    "Mon, 01 Jan 2001 00:00:00 GMT",
                    date.is_empty(),
                ),
                ("if-unmodified-since", "Fri, 01 Jan 2100 00:00:00 GMT", true),
                ("if-unmodified-since", "nonsense", true),
            ] {
                for range in ["bytes=0-9", "no range"] {
                    let headers = [("range", range), (name, value)];
                    let answer = register.ask(Method::GET, url, &headers).await;
                    let case = format!("{} {url} {name}: {value} {range}", register.name);
                    if holds {
                        assert!(answer.status.is_success(), "{case}: {}", answer.status);
                    } else {
                        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{case}");
                        assert!(
                            answer.text().contains("/problems/precondition-failed"),
                            "{case}"
                        );
                    }
                }
            }
            let headers = [("if-match", "\"other\""), ("if-none-match", tag)];
            let answer = register.ask(Method::GET, url, &headers).await;
            assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{url}");
        }
    }
}

#[actix_web::test]
async fn a_part_is_sent_only_of_the_file_that_the_client_began_with() {
    for register in seeded() {
        register.backdate();
        for url in FILES {
            let whole = register.get(url).await;
            let (tag, date) = (whole.header("etag"), whole.header("last-modified"));
            let is_strong = !tag.starts_with("W/");
            let earlier = "Thu, 27 Feb 2020 08:00:00 GMT";
            for (validator, holds) in [
                (tag, is_strong),
                (date, !date.is_empty()),
                ("\"other\"", false),
                (earlier, false),
                ("nonsense", false),
            ] {
                for range in ["bytes=10-19", "bytes=999999999-"] {
                    let headers = [("range", range), ("if-range", validator)];
                    let answer = register.ask(Method::GET, url, &headers).await;
                    let status = match (holds, range) {
                        (false, _) => StatusCode::OK,
                        (true, "bytes=10-19") => StatusCode::PARTIAL_CONTENT,
                        (true, _) => StatusCode::RANGE_NOT_SATISFIABLE,
                    };
                    assert_eq!(answer.status, status, "{url} {validator} {range}");
                }
            }
            let headers = [("range", "bytes=10-19"), ("if-none-match", tag)];
            let answer = register.ask(Method::GET, url, &headers).await;
            assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{url}");
        }
    }
}

/// A service as `serve` has it: it keeps answers.
macro_rules! service {
    ($register:expr) => {{
        let register: &Register = $register;
        let state = Data::new(State::new(register.database.clone(), PUBLIC_URL, None));
        let answers = Data::new(ResponseCache::new(
            64 << 20,
            Watch::start(&register.url).unwrap(),
        ));
        init_service(server::app(state).app_data(answers)).await
    }};
}

#[actix_web::test]
async fn parts_of_what_is_kept_and_of_what_is_too_long_for_that_fit_together() {
    for register in seeded() {
        register.load(&many()).unwrap();
        register.backdate();
        let app = service!(&register);
        for url in [
            "/v1/plans.parquet",
            "/v1/plans.csv",
            "/v1/plans",
            "/v1/measures.xlsx",
            "/v1/measures.csv?labels=true",
            "/v1/dataset.sqlite",
        ] {
            let whole = register.get(url).await.body;
            // the first who asks, who asks again, and after somebody took the whole
            for round in 0..3 {
                let mut bytes = Vec::new();
                while bytes.len() < whole.len() {
                    let range = format!("bytes={}-{}", bytes.len(), bytes.len() + whole.len() / 3);
                    let request = TestRequest::with_uri(url)
                        .insert_header(("range", range))
                        .insert_header(("accept-encoding", "gzip"));
                    let answer = call_service(&app, request.to_request()).await;
                    assert_eq!(
                        answer.status(),
                        StatusCode::PARTIAL_CONTENT,
                        "{url} {round}"
                    );
                    bytes.extend_from_slice(&to_bytes(answer.into_body()).await.ok().unwrap());
                }
                assert!(bytes == whole, "{url} {round}");
                if round == 1 {
                    let request = TestRequest::with_uri(url).to_request();
                    let answer = call_service(&app, request).await;
                    assert_eq!(
                        answer.headers().get("accept-ranges").unwrap(),
                        "bytes",
                        "{url}"
                    );
                    assert!(to_bytes(answer.into_body()).await.ok().unwrap() == whole);
                }
            }
        }
    }
}

#[actix_web::test]
async fn a_file_is_made_once_for_all_parts_of_it_and_anew_after_a_load() {
    let register = seeded_in_sqlite();
    let app = service!(&register);
    for url in ["/v1/dataset.sqlite", "/v1/dataset.zip"] {
        let ask = |range: String| async {
            let request = TestRequest::with_uri(url).insert_header(("range", range));
            let answer = call_service(&app, request.to_request()).await;
            let tag = answer
                .headers()
                .get("etag")
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            (answer.status(), tag)
        };
        let ranges = (0..40).map(|number| format!("bytes={number}-{}", number + 99));
        let before = std::time::Instant::now();
        let first = ask("bytes=0-9".to_owned()).await;
        let made = before.elapsed();
        let before = std::time::Instant::now();
        let all = join_all(ranges.map(ask)).await;
        assert!(
            before.elapsed() < made * 20,
            "{url}: forty parts take no forty makings"
        );
        assert!(all.iter().all(|other| *other == first));
    }
    let tag = |answer: &crate::support::Answer| answer.header("etag").to_owned();
    let before = tag(&register.get("/v1/dataset.zip").await);
    let changed = Memory::seeds().with("figures.csv", "17 Dəyirmi Masa keçirilib", "17 tables");
    register.load(&changed).unwrap();
    let after = register.get("/v1/dataset.zip").await;
    assert_ne!(tag(&after), before);
}
