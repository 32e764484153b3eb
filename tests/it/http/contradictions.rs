//! Parameters that contradict each other, or that an answer has no use for, are refused and never passed over.

use crate::support::{Register, path_of, seeded};
use actix_web::http::StatusCode;
use serde_json::Value as Json;

/// The cursor that leads on from a page.
async fn next(register: &Register, url: &str) -> String {
    let body = register.json(url).await;
    let next = body["links"]["next"].as_str().or(body["next_url"].as_str());
    let next = path_of(&Json::from(next.unwrap())).unwrap();
    let (_, cursor) = next.split_once("cursor=").unwrap();
    cursor.split('&').next().unwrap().to_owned()
}

async fn refused(register: &Register, url: &str, words: &str) {
    let answer = register.get(url).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
    assert!(answer.text().contains(words), "{url}: {}", answer.text());
}

#[actix_web::test]
async fn a_page_is_told_by_its_cursor_or_by_its_number() {
    let one = "goes without `cursor`; give one of them";
    for register in seeded() {
        for list in [
            "/v1/measures?limit=2",
            "/v1/measures?limit=2&sort=-title",
            "/v1/measures?limit=2&q=korrupsiya",
            "/v1/measures?limit=2&q=korrupsiya&sort=number",
            "/v1/status-entries?limit=2&q=m%C9%99lumat&year=2021",
        ] {
            let cursor = next(&register, list).await;
            register.json(&format!("{list}&cursor={cursor}")).await;
            register.json(&format!("{list}&page=2")).await;
            refused(&register, &format!("{list}&cursor={cursor}&page=2"), one).await;
            refused(&register, &format!("{list}&page=1&cursor={cursor}"), one).await;
        }
    }
}

#[actix_web::test]
async fn a_cursor_belongs_to_its_order_and_to_its_words() {
    let other = "belongs to another list, another `sort` or another `q`";
    for register in seeded() {
        let of_search = next(&register, "/v1/measures?q=korrupsiya&limit=2").await;
        let of_title = next(&register, "/v1/measures?sort=title&limit=2").await;
        for list in [
            format!("/v1/measures?q=%C5%9F%C9%99ffafl%C4%B1q&cursor={of_search}"),
            format!("/v1/measures?q=korrupsiya&sort=title&cursor={of_search}"),
            format!("/v1/measures?cursor={of_search}"),
            format!("/v1/status-entries?q=korrupsiya&cursor={of_search}"),
            format!("/v1/measures?cursor={of_title}"),
            format!("/v1/measures?sort=-title&cursor={of_title}"),
            format!("/v1/measures?q=korrupsiya&cursor={of_title}"),
            format!("/v1/measures.atom?cursor={of_title}"),
        ] {
            refused(&register, &list, other).await;
        }
        // a place in an order is one whatever is filtered by
        let fewer = format!("/v1/measures?sort=title&end_year=2018&cursor={of_title}");
        register.json(&fewer).await;
    }
}

#[actix_web::test]
async fn what_an_answer_has_no_use_for_is_refused() {
    for register in seeded() {
        for (url, words) in [
            ("/v1/measures.csv?page=2", "everything that matches"),
            ("/v1/measures.csv?limit=10", "everything that matches"),
            ("/v1/measures.ndjson?facets=plan", "everything that matches"),
            ("/v1/measures.xlsx?include=plan", "one table"),
            ("/v1/measures.atom?page=2", "goes without a feed"),
            ("/v1/measures.rss?facets=plan", "goes without a feed"),
            (
                "/v1/status-entries.feed.json?labels=true",
                "goes without a feed",
            ),
            ("/v1/changes.atom?page=2", "goes without a feed"),
            ("/v1/measures.ics?limit=2", "goes without a calendar"),
            ("/v1/measures.ics?facets=plan", "goes without a calendar"),
            ("/v1/obligations.ics?labels=true", "goes without a calendar"),
            (
                "/v1/measures/stats?group_by=plan&facets=role",
                "is for lists",
            ),
            ("/v1/changes?cursor=a", "is no parameter"),
            ("/v1/search?q=plan&cursor=a", "is no parameter"),
        ] {
            refused(&register, url, words).await;
        }
    }
}
