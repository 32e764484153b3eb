//! A feed and its entries, whatever the format.

use super::{atom, json, rss};
use crate::{
    api::{
        State,
        answer::{self, ListLinks},
        budget::MAX_BYTES,
        error::WrongParameter,
        formats::Format,
        parameters,
        register::Register,
    },
    database::{self, resource::Object},
};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use serde_json::Value as Json;
use xxhash_rust::xxh3::xxh3_128;

/// A feed.
pub struct Feed {
    pub id: String,
    pub title: String,
    pub about: String,
    pub language: Option<String>,
    /// The title of the register: the author of what has no other.
    pub author: String,
    pub licence: Option<String>,
    pub licence_url: Option<String>,
    /// The welcome page.
    pub home: String,
    /// The same list as JSON.
    pub list: String,
    pub links: ListLinks,
    pub updated: NaiveDateTime,
    pub entries: Vec<Entry>,
}

/// An entry of a feed.
pub struct Entry {
    pub id: String,
    pub url: String,
    pub title: String,
    pub summary: Option<String>,
    pub html: String,
    pub authors: Vec<String>,
    pub categories: Vec<Category>,
    pub published: NaiveDateTime,
    pub updated: NaiveDateTime,
}

/// What an entry belongs to: a record with an id.
pub struct Category {
    /// The address of the list that the record is in.
    pub scheme: String,
    pub id: String,
    pub name: String,
}

/// A list that is shown as a feed.
pub struct Source<'s> {
    pub state: &'s State,
    pub register: &'s Register,
    /// `measures`
    pub name: &'s str,
    /// `/v1/measures`
    pub path: &'s str,
    pub format: Format,
    pub parameters: &'s [(String, String)],
}

impl Source<'_> {
    /// The path of this list in this format.
    pub fn path(&self) -> String {
        format!("{}.{}", self.path, self.format.extension())
    }

    /// Writes the feed of the entries.
    pub fn write(&self, entries: Vec<Entry>, links: ListLinks) -> Written {
        let cite_as = answer::cite_register(self.state);
        let links_header = answer::link_header(self.register, Some(&links), &cite_as);
        let feed = self.feed(entries, links);
        let body = match self.format {
            Format::Atom => atom::write(&feed),
            Format::Rss => rss::write(&feed),
            _ => json::write(&feed),
        };
        Written {
            media_type: format!("{}; charset=utf-8", self.format.media_type()),
            body,
            links: links_header,
        }
    }

    fn feed(&self, entries: Vec<Entry>, links: ListLinks) -> Feed {
        let register = self.register;
        let mut filters: Vec<_> = self
            .parameters
            .iter()
            .filter(|(name, _)| name != "limit" && name != "cursor")
            .cloned()
            .collect();
        let list = answer::address(self.state, self.path, &filters);
        let shown = filters
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let shown: Vec<String> = shown.collect();
        let shown = match shown.as_slice() {
            [] => String::new(),
            shown => format!(" ({})", shown.join(", ")),
        };
        filters.sort();
        let newest = entries.iter().map(|entry| entry.updated).max();
        Feed {
            id: urn(&format!(
                "{}/{}?{filters:?}",
                register.text("name"),
                self.name
            )),
            title: format!(
                "{}: {}{shown}",
                register.text("title"),
                self.name.replace('_', " ")
            ),
            about: register.text("description").to_owned(),
            language: register.language().map(str::to_owned),
            author: register.text("title").to_owned(),
            licence: register.licence().map(str::to_owned),
            licence_url: register.licence_url().map(str::to_owned),
            home: answer::address(self.state, "/", &[]),
            list,
            links,
            updated: newest.or(register.at).unwrap_or_default(),
            entries,
        }
    }
}

/// A feed as it is sent.
pub struct Written {
    media_type: String,
    body: String,
    links: String,
}

impl Written {
    /// Writes a feed of a state of the register away from the threads that answer, and answers with it.
    pub async fn answer(
        request: &HttpRequest,
        register: Register,
        write: impl FnOnce(&Register) -> Self + Send + 'static,
    ) -> crate::api::Result<HttpResponse> {
        let written = web::block(move || (write(&register), register)).await;
        let (written, register) = written.map_err(|_| database::Error::Cancelled)?;
        let Self {
            media_type,
            body,
            links,
        } = written;
        if body.len() > MAX_BYTES {
            return Err(crate::api::Error::AnswerTooLong);
        }
        Ok(answer::cached(
            request,
            &register,
            &media_type,
            body,
            Some(links),
        ))
    }
}

/// The parameters that a feed does without, where they are given.
pub fn not_taken(given: &[(String, String)]) -> Vec<WrongParameter> {
    parameters::not_taken(given, &super::NOT_TAKEN, super::WHY_NOT)
}

/// The id of a thing with a name: a UUID made from the name (RFC 9562, version 8).
pub fn urn(name: &str) -> String {
    let hash = xxh3_128(format!("aciqplan:{name}").as_bytes());
    let hash = hash & !(0xf << 76) | 8 << 76; // the version
    let hash = hash & !(0b11 << 62) | 0b10 << 62; // the variant
    let digits = format!("{hash:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    format!("urn:uuid:{}", parts.join("-"))
}

/// A text of a record; `None` where there is none.
pub fn text<'r>(record: &'r Object, name: &str) -> Option<&'r str> {
    record.get(name).and_then(Json::as_str)
}

/// A record embedded in a record.
pub fn part<'r>(record: &'r Object, name: &str) -> Option<&'r Object> {
    record.get(name).and_then(Json::as_object)
}

/// A moment of a record.
pub fn moment(record: &Object, name: &str) -> NaiveDateTime {
    text(record, name)
        .and_then(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%SZ").ok())
        .unwrap_or_default()
}

/// The text without the characters that XML 1.0 has no place for.
pub fn well_formed(xml: Vec<u8>) -> String {
    let mut xml = String::from_utf8(xml).unwrap_or_default();
    xml.retain(
        |character| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..),
    );
    xml
}

#[cfg(test)]
mod tests {
    use super::{urn, well_formed};

    #[test]
    fn an_id_is_a_uuid_that_never_changes() {
        let id = urn("measures/az-nap-2016-2018-1.1");
        assert_eq!(id, "urn:uuid:d8e9c8a6-0c6e-8b6a-8a62-9e090ec366d8");
        assert_ne!(id, urn("measures/az-nap-2016-2018-1.2"));
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        let xml = "<p>a\u{0}\u{8}\u{1f}b\tc\nd\u{fffe}\u{ffff}ə😀</p>";
        assert_eq!(well_formed(xml.into()), "<p>ab\tc\ndə😀</p>");
    }
}
