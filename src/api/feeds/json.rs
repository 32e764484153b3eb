//! JSON Feed 1.1 (jsonfeed.org). What is optional there is left out where there is none, as it asks.

use super::feed::{Entry, Feed};
use crate::database::timestamp;
use serde::Serialize;

#[derive(Serialize)]
struct JsonFeed<'f> {
    version: &'static str,
    title: &'f str,
    home_page_url: &'f str,
    feed_url: &'f str,
    description: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'f str>,
    authors: Vec<Author<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'f str>,
    items: Vec<Item<'f>>,
}

#[derive(Serialize)]
struct Author<'f> {
    name: &'f str,
}

#[derive(Serialize)]
struct Item<'f> {
    id: &'f str,
    url: &'f str,
    title: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'f str>,
    content_html: &'f str,
    date_published: String,
    date_modified: String,
    authors: Vec<Author<'f>>,
    tags: Vec<&'f str>,
}

pub fn write(feed: &Feed) -> String {
    let document = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.home,
        feed_url: &feed.links.this,
        description: &feed.about,
        next_url: feed.links.next.as_deref(),
        authors: vec![Author { name: &feed.author }],
        language: feed.language.as_deref(),
        items: feed.entries.iter().map(item).collect(),
    };
    serde_json::to_string(&document).unwrap_or_default()
}

fn item(entry: &Entry) -> Item<'_> {
    let categories = entry.categories.iter();
    Item {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        summary: entry.summary.as_deref(),
        content_html: &entry.html,
        date_published: timestamp::format(entry.published),
        date_modified: timestamp::format(entry.updated),
        authors: entry.authors.iter().map(|name| Author { name }).collect(),
        tags: categories.map(|category| category.name.as_str()).collect(),
    }
}
