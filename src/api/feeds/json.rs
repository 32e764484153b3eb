//! JSON Feed 1.1 (jsonfeed.org). What is optional there is left out where there is none, as it asks.

use super::feed::{Entry, Feed};
use crate::database::model::timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A feed, as jsonfeed.org describes it in version 1.1.
#[derive(Serialize, ToSchema)]
pub struct JsonFeed<'f> {
    /// The version of the format, as an address.
    #[schema(example = "https://jsonfeed.org/version/1.1", format = "uri")]
    version: &'static str,
    /// The register, the resource and the filters.
    title: &'f str,
    /// The welcome page of the register.
    #[schema(format = "uri")]
    home_page_url: &'f str,
    /// This feed.
    #[schema(format = "uri")]
    feed_url: &'f str,
    /// What the register holds.
    description: &'f str,
    /// The page after this one; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    next_url: Option<&'f str>,
    /// The register.
    authors: Vec<FeedAuthor<'f>>,
    /// The language of the texts: BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "az")]
    language: Option<&'f str>,
    /// The entries, newest change first.
    items: Vec<FeedItem<'f>>,
}

/// Who wrote something.
#[derive(Serialize, ToSchema)]
pub struct FeedAuthor<'f> {
    /// The name.
    name: &'f str,
}

/// An entry of a feed.
#[derive(Serialize, ToSchema)]
pub struct FeedItem<'f> {
    /// An id that never changes, whatever the address of the service.
    #[schema(example = "urn:uuid:d8e9c8a6-0c6e-8b6a-8a62-9e090ec366d8")]
    id: &'f str,
    /// The address of the record.
    #[schema(format = "uri")]
    url: &'f str,
    /// Number and title of the measure; of a status entry, year and level too.
    title: &'f str,
    /// The words that the level rests on; the title of a measure. Left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    summary: Option<&'f str>,
    /// The whole text.
    content_html: &'f str,
    /// When the record entered the register: UTC, RFC 3339.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    date_published: String,
    /// When it last changed.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    date_modified: String,
    /// The assessor of a status entry; of a measure, who promised it.
    authors: Vec<FeedAuthor<'f>>,
    /// The plan, the section and the responsible bodies.
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
        authors: vec![FeedAuthor { name: &feed.author }],
        language: feed.language.as_deref(),
        items: feed.entries.iter().map(item).collect(),
    };
    serde_json::to_string(&document).unwrap_or_default()
}

fn item(entry: &Entry) -> FeedItem<'_> {
    let categories = entry.categories.iter();
    FeedItem {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        summary: entry.summary.as_deref(),
        content_html: &entry.html,
        date_published: timestamp::format(entry.published),
        date_modified: timestamp::format(entry.updated),
        authors: entry
            .authors
            .iter()
            .map(|name| FeedAuthor { name })
            .collect(),
        tags: categories.map(|category| category.name.as_str()).collect(),
    }
}
