//! Timestamps: in JSON UTC, RFC 3339, to the second; in rows as each database keeps them.

use crate::database::connection::any::MultiBackend;
use chrono::{Datelike, NaiveDate, NaiveDateTime, ParseError, Timelike};
use diesel::{
    QueryResult,
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    pg::Pg,
    result::Error::DeserializationError,
    sql_types::{Text, Timestamp},
    sqlite::Sqlite,
};
use serde::Serializer;

pub fn format(moment: NaiveDateTime) -> String {
    format!("{moment:?}Z") // `Debug` is ISO 8601, and reads no format string for every moment
}

pub fn serialize<S: Serializer>(moment: &NaiveDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{moment:?}Z"))
}

/// The moment that `format` wrote.
pub fn parse(text: &str) -> QueryResult<NaiveDateTime> {
    let moment = text.strip_suffix('Z').unwrap_or(text).parse();
    moment.map_err(|error: ParseError| DeserializationError(error.into()))
}

/// Whether both databases order a moment among others as `NaiveDateTime` does: its year has four digits, and
/// it is no leap second and no part of a microsecond.
pub fn is_plain(moment: NaiveDateTime) -> bool {
    let nanosecond = moment.nanosecond();
    is_plain_year(moment.date()) && nanosecond < 1_000_000_000 && nanosecond.is_multiple_of(1000)
}

/// Whether the year of a date has four digits.
pub fn is_plain_year(date: NaiveDate) -> bool {
    (0..10_000).contains(&date.year())
}

/// As rows in `SQLite` have it.
pub fn in_rows(moment: NaiveDateTime) -> String {
    moment.to_string()
}

/// A moment of a row.
#[derive(Debug, FromSqlRow)]
pub struct Moment(NaiveDateTime);

impl From<Moment> for NaiveDateTime {
    fn from(moment: Moment) -> Self {
        moment.0
    }
}

/// `SQLite` has it as text, which is read letter by letter: to go by a format takes a tenth of what a page takes.
impl FromSql<Timestamp, Sqlite> for Moment {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        let moment = to_the_second(&text);
        let moment = moment.map_or_else(|| NaiveDateTime::parse_from_str(&text, "%F %T%.f"), Ok);
        Ok(Self(moment?))
    }
}

impl FromSql<Timestamp, Pg> for Moment {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, MultiBackend> for Moment {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, MultiBackend>>::from_sql(value).map(Self)
    }
}

/// `2026-11-21 09:30:00`
fn to_the_second(text: &str) -> Option<NaiveDateTime> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    let sign = |place: usize, sign: u8| text.as_bytes().get(place) == Some(&sign);
    let is_one = text.len() == 19
        && [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':')]
            .into_iter()
            .all(|(place, letter)| sign(place, letter));
    let year = i32::try_from(number(0, 4).filter(|_| is_one)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?.and_hms_opt(
        number(11, 13)?,
        number(14, 16)?,
        number(17, 19)?,
    )
}

#[cfg(test)]
mod tests {
    use crate::database::model::timestamp::{in_rows, to_the_second};
    use chrono::NaiveDateTime;

    #[test]
    fn a_moment_is_read_as_its_format_says() {
        for text in [
            "2026-11-21 09:30:05",
            "0001-01-01 00:00:00",
            "2024-02-29 23:59:59",
        ] {
            let moment = NaiveDateTime::parse_from_str(text, "%F %T%.f").ok();
            assert_eq!(to_the_second(text), moment, "{text}");
            assert_eq!(moment.map(in_rows).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_written_otherwise_is_left_to_the_format() {
        for text in [
            "",
            "2026-11-21 09:30:05.25",
            "2026-11-21T09:30:05",
            "2026-13-21 09:30:05",
            "2026-11-21 24:30:05",
            "2026-11-21 09:3\u{259}:5",
            "2026-11-2\u{259}09:30:05",
        ] {
            assert_eq!(to_the_second(text), None, "{text}");
        }
    }
}
