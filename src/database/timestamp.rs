//! Moments in JSON: UTC, RFC 3339, to the second.

use chrono::NaiveDateTime;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub fn format(moment: NaiveDateTime) -> String {
    format!("{moment:?}Z") // `Debug` is ISO 8601, and reads no format string for every moment
}

pub fn serialize<S: Serializer>(moment: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{moment:?}Z"))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.strip_suffix('Z')
        .ok_or_else(|| D::Error::custom("a moment ends in Z"))?
        .parse()
        .map_err(D::Error::custom)
}
