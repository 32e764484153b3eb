//! What the value of a parameter may look like, as JSON Schema.

use crate::{
    api::{
        openapi::schemas,
        request::parameters::{MAX_INTEGER, MAX_TEXT, MAX_VALUES},
    },
    database::model::resource::{Column, Kind, Resource},
    language::{fold_character, is_invisible, ranges},
};
use serde_json::{Value as Json, json};

/// A whole number.
pub fn whole(least: i64, most: Option<i64>) -> Json {
    let mut schema = json!({ "type": "integer", "minimum": least });
    if let Some(most) = most {
        schema["maximum"] = most.into();
    }
    schema
}

pub fn truth() -> Json {
    json!({ "type": "boolean" })
}

/// The id of a record.
pub fn id() -> Json {
    json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$" })
}

pub fn country() -> Json {
    json!({ "type": "string", "pattern": "^[A-Z]{2}$" })
}

/// One of some words.
pub fn word<T: AsRef<str>>(words: &[T]) -> Json {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    json!({ "type": "string", "enum": words })
}

/// Some of these, separated by commas.
pub fn some(items: &Json) -> Json {
    json!({ "type": "array", "items": items, "minItems": 1 })
}

/// The same, where the values of a filter are counted.
pub fn values(items: &Json) -> Json {
    let mut schema = some(items);
    schema["maxItems"] = MAX_VALUES.into();
    schema
}

pub fn text() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"^[^\x00]+$" })
}

/// A part of a text.
pub fn piece() -> Json {
    schemas::reference(PIECE)
}

/// The name of that schema, and the schema itself: it has a letter that is not passed over.
pub const PIECE: &str = "TextPiece";
pub fn piece_schema() -> Json {
    let mut schema = text();
    schema["description"] =
        "A part of a text. It has at least one letter beside those that nobody sees and marks \
        that stand on letters, as they are passed over."
            .into();
    let passed_over = class(|letter| fold_character(letter).is_none());
    schema["pattern"] = format!(r"^[^\x00]*[^\x00{passed_over}][^\x00]*$").into();
    schema
}

/// The characters of which something holds, for a regular expression as all engines read it: those beyond the first
/// 65,536 need a flag in some, and are left to the answer.
fn class(holds: impl Fn(char) -> bool) -> String {
    let escaped = |c: char| format!("\\u{:04x}", u32::from(c));
    let ranges = ranges('\u{1}'..='\u{ffff}', holds).into_iter();
    let ranges = ranges.map(|(first, last)| [escaped(first), escaped(last)].join("-"));
    ranges.collect()
}

/// What a filter by a column takes: one of free text, as that may hold commas, several of everything else.
pub fn of_filter(resource: &Resource, column: &Column) -> Json {
    let one = single(resource, column);
    match column.kind {
        Kind::Text if !column.is_free_text() => {
            let seen = format!(r"[^\x00,{}]", class(is_invisible));
            let pattern = format!(r"^[^\x00,]*{seen}[^\x00,]*$");
            values(&json!({ "type": "string", "maxLength": MAX_TEXT, "pattern": pattern }))
        }
        Kind::Text | Kind::TextList => one,
        _ => values(&one),
    }
}

/// One value of a column.
pub fn single(resource: &Resource, column: &Column) -> Json {
    match &column.kind {
        Kind::Enum(words) => {
            schemas::vocabulary(resource, column.name).unwrap_or_else(|| word(words))
        }
        Kind::Id => id(),
        Kind::Country => country(),
        Kind::Integer => {
            json!({ "type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER })
        }
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Timestamp => json!({ "type": "string", "format": "date-time" }),
        Kind::Text | Kind::TextList => text(),
    }
}
