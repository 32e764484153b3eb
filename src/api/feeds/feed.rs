//! A feed and its entries, whatever the format.

use crate::{api::response::envelope::ListLinks, database::model::resource::Object};

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
