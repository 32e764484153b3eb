//! Feeds as readers of their formats see them.

use crate::support::{self, PUBLIC_URL, Register};
use actix_web::http::StatusCode;
use feed_rs::model::{Entry, Feed};
use serde_json::Value as Json;

/// A page that must be 200 and well-formed.
pub async fn feed(register: &Register, url: &str) -> Feed {
    let answer = register.get(url).await;
    assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.text());
    feed_rs::parser::parse(answer.body.as_slice()).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// The entries of every page.
pub async fn entries(register: &Register, url: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut next = Some(url.to_owned());
    while let Some(url) = next {
        let page = feed(register, &url).await;
        next = page
            .links
            .iter()
            .find(|link| link.rel.as_deref() == Some("next"))
            .map(|link| link.href.strip_prefix(PUBLIC_URL).unwrap().to_owned());
        entries.extend(page.entries);
    }
    entries
}

pub fn ids(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.id.as_str()).collect()
}

/// The same of a JSON Feed, as programs without a reader take them.
pub async fn json_ids(register: &Register, url: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(url.to_owned());
    while let Some(url) = next {
        let page = register.json(&url).await;
        ids.extend(support::texts(&page["items"], "id"));
        next = match &page["next_url"] {
            Json::Null => None,
            link => support::path_of(link),
        };
    }
    ids
}

pub fn names(entry: &Entry) -> Vec<Option<&str>> {
    let authors = entry.authors.iter();
    authors.map(|author| author.name.as_deref()).collect()
}

pub fn title(entry: &Entry) -> &str {
    &entry.title.as_ref().unwrap().content
}

pub fn content(entry: &Entry) -> &str {
    entry.content.as_ref().unwrap().body.as_deref().unwrap()
}
