//! Validation of a record by itself, whoever writes it: values, lengths, and the checks that its resource declares.

pub use crate::database::model::{
    countries::country_hint,
    did_you_mean::{Hint, listed, nearest, nearest_hint},
};

use crate::{
    database::model::{
        new_record::{Cell, NewRecord},
        reserved_ids,
        resource::{Column, Kind, Resource},
        web_address::{WEB_ADDRESS, is_web_address},
    },
    language::{confusables::named, is_invisible, plain},
};
use chrono::{Datelike, NaiveDate};

/// What is wrong with a record: the column and the reason.
pub type Problem = (&'static str, String);

const NO_COUNTRY: &str = "is no country code like AZ (ISO 3166-1 alpha-2)";
/// The longest id.
const MAX_ID: usize = 200;
/// The longest texts that an index begins with, in bytes: PostgreSQL takes no more than 2,704 of a row. The
/// key of a number is some times as long as the number.
const MAX_NUMBER: usize = 200;
const MAX_UNIQUE: usize = 1000;
const MAX_SHARED: usize = 2000;

/// A check of the values of a record beside each other, from the declaration of its resource.
pub struct Check {
    /// Columns that must have been read.
    pub read: &'static [&'static str],
    /// Columns whose values must be right by themselves too.
    pub sound: &'static [&'static str],
    /// What is wrong.
    pub problems: fn(&NewRecord) -> Vec<Problem>,
}

/// Everything that is wrong with a record by itself; empty where nothing is. Of columns that were not read
/// nothing is said, and nothing of values beside each other that follows from one that is wrong by itself.
pub fn problems(record: &NewRecord, unread: &[&str]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = record
        .values()
        .filter(|(column, _)| !unread.contains(&column.name))
        .filter_map(|(column, cell)| {
            let problem = value_problem(column, cell);
            let problem = problem.or_else(|| length_problem(record.resource, column, cell));
            Some((column.name, problem?))
        })
        .collect();
    let values = problems.len();
    let mut together = Vec::new();
    {
        let wrong = &problems[..values];
        let is_read = |columns: &[&str]| !columns.iter().any(|name| unread.contains(name));
        let is_sound = |columns: &[&str]| {
            let is_wrong = |name: &&str| wrong.iter().any(|(other, _)| other == name);
            is_read(columns) && !columns.iter().any(is_wrong)
        };
        if is_sound(&["start_year", "end_year"]) {
            together.extend(order_of_years(record));
        }
        if is_sound(&["id"]) {
            together.extend(another_record(record));
        }
        for check in record.resource.behaviour.checks {
            if is_read(check.read) && is_sound(check.sound) {
                together.extend((check.problems)(record));
            }
        }
    }
    problems.append(&mut together);
    problems
}

fn value_problem(column: &Column, cell: &Cell) -> Option<String> {
    match (&column.kind, cell) {
        (_, Cell::Nothing) => (!column.nullable).then(|| "a value is required".to_owned()),
        (_, Cell::Text(text)) if text.contains('\0') => {
            Some("contains the character NUL".to_owned())
        }
        (_, Cell::Text(text)) if text.is_empty() => {
            Some("is empty; leave a missing value out".to_owned())
        }
        (_, Cell::Text(text)) if is_blank(text) => {
            Some("holds nothing that anybody sees; leave a missing value out".to_owned())
        }
        (Kind::Text, Cell::Text(number)) if column.name == "number" && plain(number) != *number => {
            let (plain, named) = (plain(number), named(number).unwrap_or_default());
            Some(format!(
                "is `{plain}` in other characters: type that ({named})"
            ))
        }
        (Kind::Id, Cell::Text(id)) if is_id(id) => match column.name {
            "id" => reserved_ids::reason(id),
            _ => None,
        },
        (Kind::Id, Cell::Text(_)) => Some(
            "is no id: small letters a-z, digits, and `.`, `-`, `_` between them, up to 200"
                .to_owned(),
        ),
        (Kind::Enum(words), Cell::Text(word)) => (!words.contains(word))
            .then(|| format!("is none of {}{}", listed(words), nearest_hint(word, words))),
        (Kind::Date, Cell::Text(date)) => {
            (!is_date(date)).then(|| "is no date like 2020-02-27".to_owned())
        }
        (Kind::Integer, Cell::Integer(number)) => integer_problem(column, *number),
        (Kind::Country, Cell::Text(code)) => {
            (!is_country(code)).then(|| format!("{NO_COUNTRY}{}", country_hint(code)))
        }
        (Kind::Text, Cell::Text(text)) => (column.is_url && !is_web_address(text))
            .then(|| format!("is no web address; {WEB_ADDRESS}")),
        (Kind::TextList, Cell::List(texts)) => {
            let is_wrong = |text: &String| is_blank(text) || text.contains('\0');
            texts
                .to_vec()
                .iter()
                .any(is_wrong)
                .then(|| "is no list of texts".to_owned())
        }
        (kind, _) => Some(format!("is no {}", kind_name(kind))),
    }
}

/// Whether a text is nothing to the reader.
fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|letter| letter.is_whitespace() || is_invisible(letter))
}

/// Texts that stand in an index have a longest one.
fn length_problem(resource: &Resource, column: &Column, cell: &Cell) -> Option<String> {
    let (Kind::Text, Cell::Text(text)) = (&column.kind, cell) else {
        return None;
    };
    let mut unique = resource.unique.iter().copied().flatten();
    let most = match column.name {
        "number" => MAX_NUMBER,
        name if unique.any(|other| *other == name) => MAX_UNIQUE,
        name if resource.low_cardinality.contains(&name) => MAX_SHARED,
        _ => return None,
    };
    (text.len() > most).then(|| format!("has {} bytes; at most {most} are taken", text.len()))
}

fn integer_problem(column: &Column, number: i64) -> Option<String> {
    let (least, most) = match column.name {
        "start_year" | "end_year" | "year" => (1900, 2200),
        "position" => (1, i64::from(i32::MAX)),
        "due_month" => (1, 12),
        "due_day" => (1, 31),
        _ => (-9_007_199_254_740_991, 9_007_199_254_740_991), // what every JSON reader keeps exact
    };
    (!(least..=most).contains(&number))
        .then(|| format!("is no whole number from {least} to {most}"))
}

fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Id => "id",
        Kind::Text => "text",
        Kind::Country => "country code",
        Kind::Enum(_) => "word",
        Kind::Integer => "whole number",
        Kind::Date => "date",
        Kind::Timestamp => "moment",
        Kind::TextList => "list of texts",
    }
}

/// Whether the text is a date as dates are written here: without signs, blanks and short numbers, from the
/// year 1, before which not every database has one, to 9999.
fn is_date(text: &str) -> bool {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    date.is_ok_and(|date| (1..=9999).contains(&date.year()) && date.to_string() == text)
}

/// Whether the text can be a country code.
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// Whether the text can be an id.
pub fn is_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= MAX_ID
        && text.starts_with(plain)
        && text.ends_with(plain)
        && text
            .chars()
            .all(|c| plain(c) || matches!(c, '.' | '-' | '_'))
}

fn order_of_years(record: &NewRecord) -> Option<Problem> {
    (record.integer("start_year")? > record.integer("end_year")?)
        .then(|| ("end_year", "is before start_year".to_owned()))
}

/// What refers to a record of its own kind refers to another one.
fn another_record(record: &NewRecord) -> impl Iterator<Item = Problem> {
    let own = Some(record.resource.name);
    let values = record.values().filter(move |(column, cell)| {
        column.resource == own && matches!(cell, Cell::Text(id) if id == record.id())
    });
    values.map(|(column, _)| (column.name, "is the record itself".to_owned()))
}
