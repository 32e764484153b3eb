//! A record as an object of JSON, and its texts. Whoever treats records of all resources alike reads them so.

use crate::database::model::resource::Object;
use serde_json::Value as Json;

/// Reads the texts of a record.
pub trait Record {
    /// The text of a column; empty where it has no value, or one that is no text.
    fn text(&self, column: &str) -> &str;
}

impl Record for Object {
    fn text(&self, column: &str) -> &str {
        self.get(column).and_then(Json::as_str).unwrap_or_default()
    }
}
