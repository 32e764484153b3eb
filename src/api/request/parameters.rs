//! Parameters: what each path takes, and what a request asks for.

use crate::{
    api::error::{Code, Wrong, WrongParameter},
    database::model::{
        resource::Resource,
        validation::{listed, nearest_hint},
    },
};
use percent_encoding::percent_decode_str;

pub const DEFAULT_LIMIT: i64 = 50;
pub const MAX_LIMIT: i64 = 500;
pub const MAX_PAGE: i64 = 1_000_000;
/// The most values of one filter.
pub const MAX_VALUES: usize = 200;
/// The longest text of a filter, in characters.
pub const MAX_TEXT: usize = 300;
/// No path takes so many parameters: behind those, a name that stands there before is not looked for.
const MOST_GIVEN: usize = 500;
/// The longest value that a message repeats, in characters.
pub const SHOWN: usize = 60;
/// The largest integer that every JSON reader keeps exact.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// The parameters that every list takes beside its filters.
pub const LIST_PARAMETERS: [&str; 12] = [
    "q", "facets", "limit", "cursor", "page", "sort", "fields", "include", "labels", "bom",
    "excel", "lang",
];
/// Those of them that a download does not take: it gives everything that matches, and nothing beside it.
pub const PAGE_PARAMETERS: [&str; 5] = ["limit", "cursor", "page", "include", "facets"];

/// The parameters of a request, decoded; what is wrong with them where one cannot be read.
pub fn decode(query: &str) -> Result<Vec<(String, String)>, Vec<WrongParameter>> {
    let (given, wrong) = given(query);
    if wrong.is_empty() {
        Ok(given)
    } else {
        Err(wrong)
    }
}

/// The parameters of a request that can be read, decoded, and what is wrong with the others.
pub fn given(query: &str) -> (Vec<(String, String)>, Vec<WrongParameter>) {
    let mut given: Vec<(String, String)> = Vec::new();
    let mut wrong = Vec::new();
    if percent_decode_str(query).decode_utf8().is_err() {
        return (given, unreadable(query));
    }
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let (code, reason) = if name.contains('\0') || value.contains('\0') {
            let reason = "contains the character NUL, which no text here does";
            (Code::Malformed, reason)
        } else if given
            .iter()
            .take(MOST_GIVEN)
            .any(|(other, _)| *other == name)
        {
            let reason = "is given twice; give it once, with several values separated by commas where it takes several";
            (Code::GivenTwice, reason)
        } else if value.is_empty() {
            (Code::NoValue, "has no value")
        } else {
            given.push((name.into_owned(), value.into_owned()));
            continue;
        };
        let wrong_value = Wrong::new(code, reason).of(value);
        wrong.push(WrongParameter::new(&name, wrong_value));
    }
    (given, wrong)
}

/// The parameters that are not UTF-8, each by its name.
fn unreadable(query: &str) -> Vec<WrongParameter> {
    let is_text = |text: &str| percent_decode_str(text).decode_utf8().is_ok();
    let wrong = query.split('&').filter(|pair| !is_text(pair)).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (what, bytes) = if is_text(name) {
            ("is", value)
        } else {
            ("has a name that is", name)
        };
        let shown: String = bytes.chars().take(SHOWN).collect();
        let reason = format!("{what} not UTF-8: `{shown}`; in UTF-8 `ş` is `%C5%9F`");
        let wrong = Wrong::new(Code::Malformed, reason).of(value);
        WrongParameter::new(&percent_decode_str(name).decode_utf8_lossy(), wrong)
    });
    wrong.collect()
}

/// The parameters of a list that the asked format does without, where they are given.
pub fn not_taken(given: &[(String, String)], names: &[&str], reason: &str) -> Vec<WrongParameter> {
    let wrong = given
        .iter()
        .filter(|(name, _)| names.contains(&name.as_str()))
        .map(|(name, _)| WrongParameter::new(name, Wrong::new(Code::NotTaken, reason)));
    wrong.collect()
}

/// Refuses every parameter, where a path takes none.
pub fn none(query: &str) -> Result<(), Vec<WrongParameter>> {
    match decode(query)?.first() {
        Some((name, _)) => Err(vec![unknown::<&str>(name, &[])]),
        None => Ok(()),
    }
}

/// Refuses a parameter that is not known, and says what was meant.
pub fn unknown<T: AsRef<str>>(name: &str, known: &[T]) -> WrongParameter {
    if let Some(instead) = crate::api::request::conventions::instead(name, "…", known) {
        return instead.of(name);
    }
    let hint = nearest_hint(name, known);
    let known = match (hint.is_empty(), known.is_empty()) {
        (true, true) => "; none is taken here".to_owned(),
        (true, false) => format!("; there are {}", listed(known)),
        (false, _) => hint.to_string(),
    };
    let wrong = Wrong::new(Code::UnknownParameter, format!("is no parameter{known}"));
    WrongParameter::new(name, wrong.suggesting(hint.meant))
}

/// Reads `fields=`.
pub fn fields(resource: &'static Resource, value: &str) -> Result<Vec<&'static str>, Wrong> {
    let names: Vec<&str> = resource.columns.iter().map(|column| column.name).collect();
    let field = |name: &str| match resource.column(name) {
        Some(column) => Ok(column.name),
        None => {
            let hint = nearest_hint(name, &names);
            let known = listed(&names);
            let reason = format!("there is no field `{name}`{hint}; there are {known}");
            Err(Wrong::unknown(name, reason, hint))
        }
    };
    value.split(',').map(field).collect()
}
