//! The values of filters.

use crate::{
    api::{
        error::{Code, Wrong},
        request::{
            filters::Operator,
            parameters::{MAX_INTEGER, MAX_TEXT, MAX_VALUES},
        },
    },
    database::{
        model::{
            resource::{Column, Kind, Relation, Resource},
            timestamp,
            validation::{Hint, country_hint, is_country},
        },
        search::{Extent, Prefilter},
        sql::filter::{Comparison, Predicate, Value},
    },
    language::fold,
};
use chrono::{DateTime, NaiveDate};
use std::ops::RangeInclusive;

/// Comes behind every letter that an id may have.
const BEHIND_LETTERS: char = '{';

/// A whole number as JSON writes it: `1.0` is one too.
pub fn integer(text: &str) -> Option<i64> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let number = whole.parse::<i64>().ok()?;
    (-MAX_INTEGER..=MAX_INTEGER)
        .contains(&number)
        .then_some(number)
}

/// A whole number within bounds.
pub fn whole(value: &str, bounds: RangeInclusive<i64>) -> Result<i64, Wrong> {
    let (least, most) = (*bounds.start(), *bounds.end());
    let wrong = |code, nearest: Option<i64>| {
        let range = if most == MAX_INTEGER {
            format!("from {least} up")
        } else {
            format!("from {least} to {most}")
        };
        let reason = format!("`{value}` is no whole number {range}");
        let nearest = nearest.map(|number| number.to_string());
        Wrong::new(code, reason).of(value).suggesting(nearest)
    };
    match integer(value) {
        Some(number) if bounds.contains(&number) => Ok(number),
        Some(number) => Err(wrong(Code::OutOfRange, Some(number.clamp(least, most)))),
        None => Err(wrong(Code::NotANumber, None)),
    }
}

pub fn truth(value: &str) -> Result<bool, Wrong> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => {
            let reason = format!("`{value}` is neither `true` nor `false`");
            let meant = match value.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" | "t" | "y" => Some("true"),
                "false" | "0" | "no" | "off" | "f" | "n" => Some("false"),
                _ => None,
            };
            let wrong = Wrong::new(Code::NotTrueOrFalse, reason).of(value);
            Err(wrong.suggesting(meant))
        }
    }
}

/// A value that asks for nothing: it would let through whatever has a text.
pub fn seen_by_nobody() -> Wrong {
    let reason = "has nothing to look for: letters that nobody sees and marks without a letter are passed over";
    Wrong::new(Code::NoValue, reason)
}

/// More values than one filter takes.
pub fn too_many(values: usize) -> Wrong {
    let reason = format!("has {values} values; at most {MAX_VALUES} are read");
    Wrong::new(Code::TooManyValues, reason)
}

/// A language, told as `az` or `az-AZ` (BCP 47).
pub fn language(value: &str) -> Result<String, Wrong> {
    let language = value.split('-').next().unwrap_or_default();
    let is_language = (2..=3).contains(&language.len())
        && language.bytes().all(|letter| letter.is_ascii_lowercase())
        && value.len() <= 35
        && value
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    if is_language {
        Ok(value.to_owned())
    } else {
        let reason = format!("`{value}` is no language like `az` or `en`");
        Err(Wrong::unknown(value, reason, Hint::default()))
    }
}

pub fn texts(value: &str) -> Vec<Value> {
    value
        .split(',')
        .map(|text| Value::Text(text.to_owned()))
        .collect()
}

pub fn relation_test(relation: &Relation, value: &str) -> Result<Predicate, Wrong> {
    for word in value.split(',') {
        if !relation.words.is_empty() && !relation.words.contains(&word) {
            return Err(Wrong::word(word, relation.words));
        }
        if relation.resource.is_none() && relation.words.is_empty() && !is_country(word) {
            return Err(no_country(word));
        }
    }
    let values = texts(value);
    Ok(if relation.within {
        Predicate::Subtree(values)
    } else {
        Predicate::OneOf(values)
    })
}

fn no_country(value: &str) -> Wrong {
    let hint = country_hint(value);
    let reason = format!("`{value}` is no country code like `AZ` (ISO 3166-1 alpha-2){hint}");
    Wrong::unknown(value, reason, hint)
}

/// What a filter asks of a column, all of which must hold.
pub fn tests(
    column: &Column,
    operator: Option<Operator>,
    value: &str,
) -> Result<Vec<Predicate>, Wrong> {
    let is_part = matches!(operator, Some(Operator::Contains | Operator::Prefix));
    if (column.is_free_text() || is_part) && value.chars().count() > MAX_TEXT {
        let reason = format!("has more than {MAX_TEXT} characters");
        return Err(Wrong::new(Code::TooLong, reason));
    }
    if is_part && fold(value).is_empty() {
        return Err(seen_by_nobody());
    }
    if let (Some(Operator::Prefix), Kind::Id) = (operator, &column.kind) {
        // Ids have small letters without diacritics, and those that begin alike stand together.
        let first = fold(value);
        let beyond = format!("{first}{BEHIND_LETTERS}");
        let compare = |comparison, id| Predicate::Compare(comparison, Value::Text(id));
        return Ok(vec![
            compare(Comparison::AtLeast, first),
            compare(Comparison::Less, beyond),
        ]);
    }
    single_test(column, operator, value).map(|test| vec![test])
}

fn single_test(
    column: &Column,
    operator: Option<Operator>,
    value: &str,
) -> Result<Predicate, Wrong> {
    let one = || single(column, value);
    Ok(match operator {
        None => Predicate::OneOf(several(column, value)?),
        Some(Operator::Ne) => Predicate::NoneOf(several(column, value)?),
        Some(Operator::Gte) => Predicate::Compare(Comparison::AtLeast, one()?),
        Some(Operator::Lte) => Predicate::Compare(Comparison::AtMost, one()?),
        Some(Operator::Gt) => Predicate::Compare(Comparison::Greater, one()?),
        Some(Operator::Lt) => Predicate::Compare(Comparison::Less, one()?),
        Some(Operator::Contains) => Predicate::contains(value),
        Some(Operator::Prefix) => Predicate::prefix(value),
        Some(Operator::Missing) => Predicate::Missing(truth(value)?),
    })
}

/// The same test: of texts that many rows share, each text is looked at once.
pub fn once(resource: &Resource, column: &Column, test: Predicate) -> Predicate {
    match test {
        Predicate::Contains(pattern) | Predicate::Prefix(pattern)
            if resource.low_cardinality.contains(&column.name) =>
        {
            Predicate::DistinctMatch(resource.name, column.name, pattern)
        }
        other => other,
    }
}

/// The column that a test is asked of: what a text sorts by is missing where the text is, and has an index.
pub fn tested(column: &Column, test: &Predicate) -> &'static str {
    match test {
        Predicate::Missing(_) => column.sort_column.unwrap_or(column.name),
        _ => column.name,
    }
}

/// What holds of the rows that meet a test because of it, and is what an index leads to: texts that are equal
/// sort alike, and what is there is no less than the lowest value.
pub fn implied(
    resource: &Resource,
    column: &Column,
    operator: Option<Operator>,
    test: &Predicate,
) -> Vec<(&'static str, Predicate)> {
    let mut keys = resource.sort_keys.iter();
    let key = keys.find(|(name, ..)| *name == column.name);
    match (operator, test, &column.kind) {
        (None, Predicate::OneOf(values), Kind::Text) => {
            let keys = key.map(|(_, key, function)| {
                let texts = values.iter().filter_map(|value| match value {
                    Value::Text(own) => Some(Value::Text(function(own))),
                    _ => None,
                });
                (*key, Predicate::OneOf(texts.collect()))
            });
            keys.into_iter().collect()
        }
        (_, Predicate::Missing(false), kind) => {
            let name = tested(column, test);
            let lowest = kind
                .lowest()
                .map(|value| Predicate::Compare(Comparison::AtLeast, value));
            lowest.map(|test| (name, test)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What a filter by a text tells of the words of a record; `None` where it tells nothing, or an index leads to
/// the text itself.
pub fn narrowing(
    resource: &Resource,
    column: &Column,
    operator: Option<Operator>,
    value: &str,
) -> Option<Prefilter> {
    let extent = match operator {
        // of several values the words of none need be there
        None if !resource.indexed.contains(&column.name)
            && (column.is_free_text() || !value.contains(',')) =>
        {
            Extent::Whole
        }
        Some(Operator::Prefix) => Extent::Beginning,
        Some(Operator::Contains) => Extent::Anywhere,
        _ => return None,
    };
    Prefilter::of(resource, column, extent, value)
}

/// One of several values, separated by commas; a free text is one value, as it may hold commas. So may a code,
/// though none should: one that does is found beside those that its parts are.
fn several(column: &Column, value: &str) -> Result<Vec<Value>, Wrong> {
    if column.is_free_text() {
        return Ok(vec![Value::Text(value.to_owned())]);
    }
    let values: Vec<&str> = value.split(',').collect();
    if values.len() > MAX_VALUES {
        return Err(too_many(values.len()));
    }
    let is_several_codes = column.kind == Kind::Text && values.len() > 1;
    let whole = is_several_codes.then(|| Value::Text(value.to_owned()));
    let values = values.into_iter().map(|value| single(column, value));
    values.chain(whole.map(Ok)).collect()
}

fn single(column: &Column, value: &str) -> Result<Value, Wrong> {
    let not = |code, what: &str| {
        let reason = format!("`{value}` is no {what}");
        Wrong::new(code, reason).of(value)
    };
    match &column.kind {
        Kind::Enum(words) if !words.iter().any(|word| word == value) => {
            Err(Wrong::word(value, words))
        }
        Kind::Country if !is_country(value) => Err(no_country(value)),
        Kind::Text if value.is_empty() => {
            let reason = "has an empty value beside a comma";
            Err(Wrong::new(Code::NoValue, reason))
        }
        Kind::Text if value.chars().count() > MAX_TEXT => {
            let reason = format!("has a value of more than {MAX_TEXT} characters");
            Err(Wrong::new(Code::TooLong, reason).of(value))
        }
        Kind::Id | Kind::Text | Kind::Country | Kind::Enum(_) | Kind::TextList => {
            Ok(Value::Text(value.to_owned()))
        }
        Kind::Integer => integer(value)
            .map(Value::Integer)
            .ok_or_else(|| not(Code::NotANumber, "whole number")),
        Kind::Date => date(value)
            .map(Value::Date)
            .ok_or_else(|| not(Code::NotADate, "date like 2020-02-27")),
        Kind::Timestamp => DateTime::parse_from_rfc3339(value)
            .map(|moment| moment.naive_utc())
            .ok()
            .or_else(|| date(value)?.and_hms_opt(0, 0, 0))
            .filter(|moment| timestamp::is_plain(*moment))
            .map(Value::Moment)
            .ok_or_else(|| {
                not(
                    Code::NotADate,
                    "moment like 2026-11-21T08:00:00Z, nor a date",
                )
            }),
    }
}

fn date(value: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(value, "%Y-%m-%d")
        .ok()
        .filter(|date| value.len() == 10 && timestamp::is_plain_year(*date))
}
