//! What is wrong with a package, so that a person can find and mend it.

use crate::database;
use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
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
            file: file.to_owned(),
            row: None,
            column: None,
            value: None,
            reason: reason.into(),
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
            column: Some(column.to_owned()),
            value: Some(value.to_owned()),
            ..Self::in_row(file, row, reason)
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    #[error("the package has {} problem(s)", .0.len())]
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
