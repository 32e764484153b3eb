//! What the value of a parameter may look like, as JSON Schema.

use super::super::given::{MAX_INTEGER, MAX_TEXT, MAX_VALUES};
use crate::database::resource::{Column, Kind};
use serde_json::{Value as Json, json};

pub const ID: &str = "[a-z0-9]([a-z0-9._-]*[a-z0-9])?";

/// A whole number.
pub fn whole(least: i64, most: Option<i64>, default: Option<i64>) -> Json {
    let mut schema = json!({ "type": "integer", "minimum": least });
    if let Some(most) = most {
        schema["maximum"] = most.into();
    }
    if let Some(default) = default {
        schema["default"] = default.into();
    }
    schema
}

/// A list of words, separated by commas.
pub fn one_of(word: &str) -> Json {
    json!({ "type": "string", "pattern": format!("^({word})(,({word}))*$") })
}

pub fn text() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"^[^\x00]+$" })
}

/// A list of whatever one value is, separated by commas.
fn several(one: &Json) -> Json {
    json!({ "type": "array", "minItems": 1, "maxItems": MAX_VALUES, "items": one })
}

/// The values that a filter by a column takes: one of free text, several of everything else.
pub fn values(column: &Column) -> Json {
    match &column.kind {
        Kind::Words(words) => one_of(&words.join("|")),
        Kind::Id => one_of(ID),
        Kind::Integer => one_of("-?[0-9]{1,15}"),
        Kind::Country => one_of("[A-Z]{2}"),
        Kind::Text if !column.is_free_text() => one_of(&format!("[^\\x00,]{{1,{MAX_TEXT}}}")),
        Kind::Text | Kind::List => text(),
        Kind::Date | Kind::Moment => several(&single(column)),
    }
}

pub fn single(column: &Column) -> Json {
    match column.kind {
        Kind::Integer => {
            json!({ "type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER })
        }
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Moment => json!({ "type": "string", "format": "date-time" }),
        _ => values(column),
    }
}
