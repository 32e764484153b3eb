//! What is wrong with a package, so that a person can find and mend it.

use super::Problems;
use crate::{database, language::printable::printable};

use serde::{Serialize, Serializer, ser::SerializeMap};
use std::{
    fmt,
    hash::{Hash, Hasher},
};
use xxhash_rust::xxh3::Xxh3Default;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A mistake: the package is not taken.
    Error,
    /// What a spreadsheet or a program has done to a value: the package is taken where that is accepted.
    Damage,
    /// What is likely wrong: it is told, and the package is taken.
    Notice,
}

impl Class {
    /// What a line of text begins with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Error => "",
            Self::Damage => "damage: ",
            Self::Notice => "notice: ",
        }
    }
}

/// How many rows of a problem are known by their numbers.
const ROWS: usize = 1000;
/// How many letters of a value are kept.
const LETTERS: usize = 200;

/// One thing that is wrong, in each of the rows where it is: an error, unless it is made damage or a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub class: Class,
    pub file: String,
    /// As a spreadsheet counts: the header is row 1. None where the problem is the file's.
    pub rows: Vec<usize>,
    /// Further rows.
    pub more: usize,
    pub column: Option<String>,
    pub value: Option<String>,
    pub reason: String,
}

impl Problem {
    pub fn in_file(file: &str, reason: impl Into<String>) -> Self {
        Self {
            class: Class::Error,
            file: printable(file),
            rows: Vec::new(),
            more: 0,
            column: None,
            value: None,
            reason: printable(&Into::<String>::into(reason)),
        }
    }

    pub fn in_row(file: &str, row: usize, reason: impl Into<String>) -> Self {
        Self {
            rows: vec![row],
            ..Self::in_file(file, reason)
        }
    }

    pub fn in_cell(
        file: &str,
        row: usize,
        column: &str,
        value: &str,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            column: Some(printable(column)),
            value: Some(cut(value, LETTERS)),
            ..Self::in_row(file, row, reason)
        }
    }

    /// The same, as what a spreadsheet or a program has done.
    #[must_use]
    pub fn damage(self) -> Self {
        Self {
            class: Class::Damage,
            ..self
        }
    }

    /// The same, as what is likely wrong.
    #[must_use]
    pub fn notice(self) -> Self {
        Self {
            class: Class::Notice,
            ..self
        }
    }

    pub fn is_error(&self) -> bool {
        self.class == Class::Error
    }

    /// In how many rows it is.
    pub fn count(&self) -> usize {
        (self.rows.len() + self.more).max(1)
    }

    /// Takes the rows of the same problem in others.
    pub(super) fn join(&mut self, other: Self) {
        for row in other.rows {
            match self.rows.binary_search(&row) {
                Ok(_) => {}
                Err(place) if self.rows.len() < ROWS => self.rows.insert(place, row),
                Err(_) => self.more += 1,
            }
        }
        self.more += other.more;
    }

    /// What it is the same problem by, whatever the row.
    pub(super) fn key(&self) -> u64 {
        let mut hash = Xxh3Default::new();
        let cause = (&self.class, &self.file, &self.column);
        (cause, &self.value, &self.reason).hash(&mut hash);
        hash.finish()
    }

    /// The rows for people: `rows 2, 3, 5-9 and 57 more`.
    fn rows(&self) -> String {
        const STRETCHES: usize = 12;
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        for &row in &self.rows {
            match stretches.last_mut() {
                Some((_, last)) if *last + 1 == row => *last = row,
                _ => stretches.push((row, row)),
            }
        }
        let told = stretches.iter().take(STRETCHES);
        let count: usize = told.clone().map(|(first, last)| last - first + 1).sum();
        let told: Vec<String> = told
            .map(|(first, last)| match last - first {
                0 => first.to_string(),
                1 => format!("{first}, {last}"),
                _ => format!("{first}-{last}"),
            })
            .collect();
        let word = if self.count() == 1 { "row" } else { "rows" };
        match self.count() - count {
            0 => format!("{word} {}", told.join(", ")),
            more => format!("{word} {} and {more} more", told.join(", ")),
        }
    }

    /// The rows and the value, as one of several with the same reason.
    pub(super) fn place(&self) -> String {
        let value = self.value.as_deref().unwrap_or_default();
        format!("{} {}", self.rows(), quoted(value))
    }

    /// What comes before the rows.
    pub(super) fn class_and_file(&self) -> String {
        format!("{}{}", self.class.prefix(), self.file)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.class_and_file())?;
        if !self.rows.is_empty() {
            write!(f, ", {}", self.rows())?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        if let Some(value) = &self.value {
            write!(f, ", value {}", quoted(value))?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("class", &self.class)?;
        map.serialize_entry("file", &self.file)?;
        map.serialize_entry("rows", &self.rows)?;
        map.serialize_entry("more_rows", &self.more)?;
        map.serialize_entry("column", &self.column)?;
        map.serialize_entry("value", &self.value)?;
        map.serialize_entry("reason", &self.reason)?;
        map.end()
    }
}

/// The value on one line, cut where it is long.
fn quoted(value: &str) -> String {
    format!("{:?}", cut(value, 60))
}

/// The first letters of a text, with a mark where there are more.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Why a package was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// With an error, or damage that was not accepted, among them.
    #[error("{0}")]
    Problems(Problems),
    #[error(transparent)]
    Write(#[from] database::write::writer::Error),
    #[error(transparent)]
    Database(#[from] database::Error),
    #[error("{0}: {1}")]
    File(String, std::io::Error),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems.into_iter().collect())
    }
}
