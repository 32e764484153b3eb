//! Atom 1.0 (RFC 4287), in pages (RFC 5005).

use super::feed::{Entry, Feed, well_formed};
use atom_syndication as atom;
use chrono::{DateTime, FixedOffset, NaiveDateTime};

pub fn write(feed: &Feed) -> String {
    let link = |rel: &str, href: Option<&String>, kind: Option<&str>| {
        href.map(|href| atom::Link {
            rel: rel.to_owned(),
            href: href.clone(),
            mime_type: kind.map(str::to_owned),
            ..atom::Link::default()
        })
    };
    let own = Some("application/atom+xml");
    let links = [
        link("self", Some(&feed.links.this), own),
        link("alternate", Some(&feed.home), Some("text/html")),
        link("alternate", Some(&feed.list), Some("application/json")),
        link("first", Some(&feed.links.first), own),
        link("previous", feed.links.prev.as_ref(), own),
        link("next", feed.links.next.as_ref(), own),
        link("license", feed.licence_url.as_ref(), None),
    ];
    let document = atom::Feed {
        id: feed.id.clone(),
        title: atom::Text::plain(&feed.title),
        subtitle: Some(atom::Text::plain(&feed.about)),
        updated: moment(feed.updated),
        authors: vec![person(&feed.author)],
        rights: feed.licence.as_ref().map(atom::Text::plain),
        links: links.into_iter().flatten().collect(),
        lang: feed.language.clone(),
        entries: feed.entries.iter().map(entry).collect(),
        ..atom::Feed::default()
    };
    well_formed(document.write_to(Vec::new()).unwrap_or_default())
}

fn entry(entry: &Entry) -> atom::Entry {
    let category = |category: &super::feed::Category| atom::Category {
        term: category.id.clone(),
        scheme: Some(category.scheme.clone()),
        label: Some(category.name.clone()),
    };
    atom::Entry {
        id: entry.id.clone(),
        title: atom::Text::plain(&entry.title),
        updated: moment(entry.updated),
        published: Some(moment(entry.published)),
        authors: entry.authors.iter().map(|name| person(name)).collect(),
        categories: entry.categories.iter().map(category).collect(),
        // without a type: some readers follow no other link than one to HTML, and take the id for it
        links: vec![atom::Link {
            href: entry.url.clone(),
            ..atom::Link::default()
        }],
        summary: entry.summary.as_ref().map(atom::Text::plain),
        content: Some(atom::Content {
            content_type: Some("html".to_owned()),
            value: Some(entry.html.clone()),
            ..atom::Content::default()
        }),
        ..atom::Entry::default()
    }
}

fn person(name: &str) -> atom::Person {
    atom::Person {
        name: name.to_owned(),
        ..atom::Person::default()
    }
}

fn moment(at: NaiveDateTime) -> DateTime<FixedOffset> {
    at.and_utc().fixed_offset()
}
