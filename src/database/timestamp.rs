//! Moments in JSON: UTC, RFC 3339, to the second.

use chrono::NaiveDateTime;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

const FORMAT: &str = "%Y-%m-%dT%H:%M:%SZ";

pub fn format(moment: NaiveDateTime) -> String {
    moment.format(FORMAT).to_string()
}

pub fn serialize<S: Serializer>(moment: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&moment.format(FORMAT))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveDateTime::parse_from_str(&text, FORMAT).map_err(D::Error::custom)
}
