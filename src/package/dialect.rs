//! How a file of CSV is written: the Table Dialect of a descriptor. Every property is done, or refused by name.

use super::refusals::Refusals;
use crate::package::PackageSource;
use serde_json::{Value as Json, json};

/// How a file is written.
pub struct Dialect {
    /// What separates cells; `None` where the file itself shows it.
    pub delimiter: Option<u8>,
    pub quote: u8,
    pub skips_initial_space: bool,
    /// A text that stands for a missing value, besides nothing at all.
    pub null_sequence: Option<String>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: None,
            quote: b'"',
            skips_initial_space: false,
            null_sequence: None,
        }
    }
}

/// The properties that the standard knows.
pub const KNOWN: [&str; 12] = [
    "delimiter",
    "quoteChar",
    "doubleQuote",
    "escapeChar",
    "nullSequence",
    "skipInitialSpace",
    "header",
    "headerRows",
    "headerJoin",
    "commentRows",
    "commentChar",
    "lineTerminator",
];

impl Dialect {
    /// The dialect that a resource of a descriptor gives, in itself or in a file.
    pub fn read(given: &Json, files: &dyn PackageSource, refusals: &mut Refusals<'_>) -> Self {
        let mut dialect = Self::default();
        let properties = refusals.object(files, "dialect", given).unwrap_or_default();
        for (name, value) in properties.iter().filter(|(_, value)| !value.is_null()) {
            dialect.set(name, value, refusals);
        }
        if dialect.delimiter == Some(dialect.quote) {
            let right = "give another than `quoteChar`";
            refusals.refuse("dialect.delimiter", &properties["delimiter"], right);
            dialect.delimiter = None;
        }
        dialect
    }

    fn set(&mut self, name: &str, value: &Json, refusals: &mut Refusals<'_>) {
        let right = match name {
            "delimiter" => match character(value) {
                Some(delimiter) => return self.delimiter = Some(delimiter),
                None => "give one character of ASCII, such as \";\"",
            },
            "quoteChar" => match character(value) {
                Some(quote) => return self.quote = quote,
                None => "give one character of ASCII, such as \"'\"",
            },
            "skipInitialSpace" => match value.as_bool() {
                Some(skips) => return self.skips_initial_space = skips,
                None => "give true or false",
            },
            "nullSequence" => match value.as_str() {
                Some(text) => return self.null_sequence = Some(text.to_owned()),
                None => "give a text",
            },
            _ => match unread(name, value, self.quote) {
                Some(right) => right,
                None => return,
            },
        };
        if right.is_empty() {
            refusals.refuse_unknown(&format!("dialect.{name}"), name, &KNOWN);
        } else {
            refusals.refuse(&format!("dialect.{name}"), value, right);
        }
    }
}

/// Whether a property says what is so without it.
pub fn is_default(name: &str, value: &Json) -> bool {
    let default = Dialect::default();
    match name {
        "delimiter" => *value == json!(","),
        "quoteChar" => *value == json!(char::from(default.quote).to_string()),
        "skipInitialSpace" => *value == json!(default.skips_initial_space),
        "nullSequence" => *value == json!(""),
        _ => unread(name, value, default.quote).is_none(),
    }
}

/// What would be right in place of a value that cannot be read by; `None` where it says what is so anyway,
/// and an empty text where the property is not known.
fn unread(name: &str, value: &Json, quote: u8) -> Option<&'static str> {
    let is_any = |defaults: &[Json]| defaults.contains(value);
    let (is_default, right) = match name {
        "$schema" | "headerJoin" | "csvddfVersion" | "caseSensitiveHeader" => return None,
        "doubleQuote" => (
            is_any(&[json!(true)]),
            "a quotation mark within a cell is read where it stands twice: write it so and give true",
        ),
        "escapeChar" => (
            is_any(&[json!(""), json!(char::from(quote).to_string())]),
            "write a quotation mark within a cell twice, and leave this out",
        ),
        "header" => (
            is_any(&[json!(true)]),
            "name the columns in the first row, and give true",
        ),
        "headerRows" => (
            is_any(&[json!([1])]),
            "name the columns in the first row alone, and give [1]",
        ),
        "commentRows" => (
            is_any(&[json!([])]),
            "take the rows out of the file, and leave this out",
        ),
        "commentChar" => (
            is_any(&[json!("")]),
            "take the comments out of the file, and leave this out",
        ),
        "lineTerminator" => (
            is_any(&[json!("\r\n"), json!("\n"), json!("\r")]),
            "end lines by \"\\r\\n\" or \"\\n\"",
        ),
        "property" | "itemType" | "itemKeys" | "sheetNumber" | "sheetName" | "table" => (
            false,
            "it is none of CSV: save the table as CSV, and leave this out",
        ),
        _ => (false, ""),
    };
    (!is_default).then_some(right)
}

/// A character that can separate or enclose cells.
fn character(value: &Json) -> Option<u8> {
    match value.as_str()?.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | b'\0') => Some(*byte),
        _ => None,
    }
}
