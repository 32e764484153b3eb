//! What is wrong with a package, so that a person can find and mend it.

use crate::{database, terminal::printable};
use serde::Serialize;
use std::fmt;

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

/// One thing that is wrong: an error, unless it is made damage or a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub class: Class,
    pub file: String,
    /// As a spreadsheet counts: the header is row 1.
    pub row: Option<usize>,
    pub column: Option<String>,
    pub value: Option<String>,
    pub reason: String,
}

impl Problem {
    pub fn in_file(file: &str, reason: impl Into<String>) -> Self {
        Self {
            class: Class::Error,
            file: printable(file),
            row: None,
            column: None,
            value: None,
            reason: printable(&Into::<String>::into(reason)),
        }
    }

    pub fn in_row(file: &str, row: usize, reason: impl Into<String>) -> Self {
        Self {
            row: Some(row),
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
            value: Some(value.to_owned()),
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
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.class {
            Class::Error => {}
            Class::Damage => write!(f, "damage: ")?,
            Class::Notice => write!(f, "notice: ")?,
        }
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
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

/// The value on one line, cut where it is long.
fn quoted(value: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = value.chars().take(MOST).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    format!("{short:?}")
}

/// Why a package was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// With an error, or damage that was not accepted, among them.
    #[error("the package has {} problem(s)", .0.iter().filter(|problem| problem.class != Class::Notice).count())]
    Problems(Vec<Problem>),
    #[error(transparent)]
    Write(#[from] database::writer::Error),
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
