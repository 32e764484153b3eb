//! The budget of one answer: how many records it may embed, and how many bytes it may have where it is not streamed.
//!
//! Whoever builds an answer spends it step by step, before the next step costs anything, and looks at the deadline
//! of its queries there, since work between queries takes time too.

use crate::{
    api::{
        Error,
        error::{Code, Wrong, WrongParameter},
        limits::MAX_BYTES,
        response::embed::Cut,
    },
    database::{self, check_deadline},
};
use diesel::QueryResult;
use serde::Serialize;
use std::io;

/// The most records that stand in the records of one answer, each counted wherever it stands.
pub const MAX_EMBEDDED: i64 = 10_000;
/// The most groups of statistics, and the most values of a facet.
pub const MAX_GROUPS: usize = 10_000;

/// Why a question is not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    #[error("a parameter is wrong")]
    Wrong(Vec<WrongParameter>),
    #[error("the answer is too long")]
    TooLong,
    #[error(transparent)]
    File(#[from] std::io::Error),
}

impl Refused {
    /// Says that what is grouped by has too many values.
    pub fn too_many_groups(parameter: &str, by: &str) -> Self {
        let reason = format!(
            "`{by}` has more than {MAX_GROUPS} groups here, which is as many as are counted; group by what has fewer \
             values, or narrow the records with filters, for example to a plan or a year"
        );
        Self::Wrong(vec![WrongParameter::new(
            parameter,
            Wrong::new(Code::TooMuch, reason),
        )])
    }

    /// The result with what clients are told set apart from what the database failed at.
    pub fn told<T>(result: Result<T, Self>) -> QueryResult<Result<T, Error>> {
        match result {
            Ok(done) => Ok(Ok(done)),
            Err(Self::Query(error)) => Err(error),
            Err(Self::Wrong(wrong)) => Ok(Err(Error::BadParameter(wrong))),
            Err(Self::File(error)) => Ok(Err(database::Error::File(error).into())),
            Err(Self::TooLong) => Ok(Err(Error::AnswerTooLong)),
        }
    }
}

/// A value as JSON, counted while it is written.
pub fn json(value: &impl Serialize) -> Result<String, Refused> {
    let mut written = Bounded(Vec::new());
    serde_json::to_writer(&mut written, value).map_err(|_| Refused::TooLong)?;
    check_deadline()?;
    Ok(String::from_utf8(written.0).unwrap_or_default())
}

/// Takes as many bytes as an answer may have.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What an answer may still cost, and what was cut off it.
pub struct Budget {
    /// How many records the answer lists.
    rows: usize,
    embedded: i64,
    bytes: usize,
    pub cuts: Vec<Cut>,
}

impl Budget {
    /// That of an answer that lists so many records.
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            embedded: 0,
            bytes: 0,
            cuts: Vec::new(),
        }
    }

    /// Spends bytes that the answer will have; a step at which its time may be over.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Refused> {
        check_deadline()?;
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > MAX_BYTES {
            return Err(Refused::TooLong);
        }
        Ok(())
    }

    /// Spends records that a relation will embed, before they are read.
    pub fn embed(&mut self, relation: &str, list: &str, records: i64) -> Result<(), Refused> {
        check_deadline()?;
        let before = self.embedded;
        self.embedded = before.saturating_add(records);
        if self.embedded <= MAX_EMBEDDED {
            return Ok(());
        }
        let besides = match before {
            0 => String::new(),
            before => format!(", after {before} of other relations"),
        };
        let reason = format!(
            "`{relation}` would embed {records} records{besides}, and an answer embeds {MAX_EMBEDDED} at most; \
             ask for less: {}include less, or take {list} with a filter",
            self.fitting()
        );
        Err(Refused::Wrong(vec![WrongParameter::new(
            "include",
            Wrong::new(Code::TooMuch, reason),
        )]))
    }

    /// A limit by which as much would fit, if all records have alike many.
    fn fitting(&self) -> String {
        let rows = i64::try_from(self.rows).unwrap_or(i64::MAX);
        match rows.saturating_mul(MAX_EMBEDDED) / self.embedded.max(1) {
            0 => String::new(),
            fitting => format!("for example `limit={fitting}`, "),
        }
    }
}
