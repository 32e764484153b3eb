//! RSS 2.0, with the links of Atom and the authors of Dublin Core.
//!
//! RSS knows one time of an item: it is that of the last change, by which the items are ordered.

use super::feed::{Entry, Feed, well_formed};
use crate::api::html::escaped;
use rss::extension::{Extension, dublincore::DublinCoreExtension};
use std::collections::BTreeMap;

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Minutes that a reader may wait before it asks again.
const PATIENCE: &str = "60";

pub fn write(feed: &Feed) -> String {
    let links = [
        ("self", Some(&feed.links.this)),
        ("first", Some(&feed.links.first)),
        ("previous", feed.links.prev.as_ref()),
        ("next", feed.links.next.as_ref()),
    ];
    let links = links.into_iter().filter_map(|(rel, href)| {
        let attributes = [
            ("rel", rel),
            ("href", href?.as_str()),
            ("type", "application/rss+xml"),
        ];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Some(Extension {
            name: "atom:link".to_owned(),
            attrs: BTreeMap::from(attributes),
            ..Extension::default()
        })
    });
    let links = BTreeMap::from([("link".to_owned(), links.collect())]);
    let channel = rss::Channel {
        title: feed.title.clone(),
        link: feed.home.clone(),
        description: feed.about.clone(),
        language: feed.language.clone(),
        copyright: feed.licence.clone(),
        last_build_date: Some(feed.updated.and_utc().to_rfc2822()),
        ttl: Some(PATIENCE.to_owned()),
        extensions: BTreeMap::from([("atom".to_owned(), links)]),
        namespaces: BTreeMap::from([("atom".to_owned(), ATOM.to_owned())]),
        items: feed.entries.iter().map(item).collect(),
        ..rss::Channel::default()
    };
    well_formed(channel.write_to(Vec::new()).unwrap_or_default())
}

fn item(entry: &Entry) -> rss::Item {
    let category = |category: &super::feed::Category| rss::Category {
        name: category.name.clone(),
        domain: Some(category.scheme.clone()),
    };
    rss::Item {
        title: Some(entry.title.clone()),
        link: Some(entry.url.clone()),
        // readers take a description for HTML
        description: entry.summary.as_deref().map(escaped),
        categories: entry.categories.iter().map(category).collect(),
        guid: Some(rss::Guid {
            value: entry.id.clone(),
            permalink: false,
        }),
        pub_date: Some(entry.updated.and_utc().to_rfc2822()),
        content: Some(entry.html.clone()),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: entry.authors.clone(),
            ..DublinCoreExtension::default()
        }),
        ..rss::Item::default()
    }
}
