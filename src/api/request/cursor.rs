//! Cursors: where a page ended, in a text that clients pass on without reading it.

use crate::database::{
    model::resource::{Column, Object, Resource},
    query::batches::bound,
    sql::filter::{SortKey, Value},
};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use xxhash_rust::xxh3::xxh3_64;

/// The longest cursor that is read.
const MAX: usize = 6000;

/// Where a page ended: after, or before, the row that has these values in the columns of the order.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The resource and the order that it belongs to.
    #[serde(rename = "o")]
    pub order: String,
    #[serde(rename = "v")]
    pub values: Vec<Json>,
    #[serde(rename = "b", default)]
    pub backwards: bool,
}

/// The order as a text: `measures:plan_id,-position,id`.
pub fn order_name(resource: &Resource, columns: &[(&'static str, bool)]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|(name, descending)| format!("{}{name}", if *descending { "-" } else { "" }))
        .collect();
    format!("{}:{}", resource.name, names.join(","))
}

impl Cursor {
    /// The cursor of a row.
    pub fn of(row: &Object, order: &str, keys: &[&'static Column], backwards: bool) -> Self {
        let values = keys.iter().map(|column| row[column.name].clone()).collect();
        Self {
            order: order.to_owned(),
            values,
            backwards,
        }
    }

    pub fn encode(&self) -> String {
        BASE64URL_NOPAD.encode(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    /// The cursor of a text; `None` where the text is none.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > MAX {
            return None;
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// The values to compare the order's columns with; `None` where they do not fit it.
    pub fn bounds(
        &self,
        resource: &Resource,
        columns: &[&'static Column],
        keys: &[SortKey],
    ) -> Option<Vec<Option<Value>>> {
        if self.values.len() != columns.len() || keys.len() != columns.len() {
            return None;
        }
        let bounds = columns.iter().zip(&self.values);
        bounds
            .map(|(column, value)| bound(resource, column, value))
            .collect()
    }
}

/// The name of the order in cursors: other words put the records in another one.
pub fn relevance_order_name(resource: &Resource, words: &str) -> String {
    let words = xxh3_64(words.as_bytes());
    format!("{}:relevance:{words:x}", resource.name)
}

/// Whether the values of a cursor are those of this order.
pub fn is_by_relevance(cursor: &Cursor) -> bool {
    matches!(cursor.values.as_slice(), [Json::Number(score), Json::String(_)] if score.is_i64())
}
