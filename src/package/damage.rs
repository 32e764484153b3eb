//! Damage: what spreadsheets and other programs do to values, told from the value alone by a set of detectors.
//! `rows` asks of each cell.
//!
//! An id and a number have few forms, so that what looks damaged in them is. A text may hold anything: what people
//! write too is told there as a notice, which stops no load.

use super::{
    Class,
    dates::{Date, date, is_serial_number, is_time},
    misread::is_misread,
    spreadsheet::{is_cut, is_guarded},
    spreadsheet_words::is_error,
};
use crate::database::model::resource::{Column, Kind};

/// How sure it is, and what was likely done.
type Told = (Class, &'static str);

/// What was likely done to a cell; `None` where nothing was.
pub fn of(column: &Column, text: &str) -> Option<Told> {
    if text.is_empty() {
        return None;
    }
    match column.kind {
        Kind::Integer | Kind::Date if undone(column, text).len() < text.len() => {
            damage("has an end that a program has added; it is read without")
        }
        Kind::Id if column.name == "id" => in_id(text),
        Kind::Country if text == "NA" => {
            notice("is Namibia, and what R writes for a missing value")
        }
        Kind::Text => match column.name {
            "number" => in_number(text),
            "locator" | "period" | "value" => in_locator(column, text),
            _ => None,
        }
        .or_else(|| in_text(column, text)),
        Kind::TextList => {
            let items: Vec<String> = serde_json::from_str(text).unwrap_or_default(); // else it is told as no list
            items.iter().find_map(|item| in_text(column, item))
        }
        _ => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "each detector ends in it")]
fn damage(reason: &'static str) -> Option<Told> {
    Some((Class::Damage, reason))
}

#[expect(clippy::unnecessary_wraps, reason = "each detector ends in it")]
fn notice(reason: &'static str) -> Option<Told> {
    Some((Class::Notice, reason))
}

/// The text without what a program has added, where that is beyond doubt: `2026` for `2026.0`.
pub fn undone<'t>(column: &Column, text: &'t str) -> &'t str {
    let ends: &[&str] = match column.kind {
        Kind::Integer => &[".0", ".00", ",0", ",00"],
        Kind::Date => &[" 00:00:00", "T00:00:00", " 0:00"],
        _ => return text,
    };
    let cut = ends.iter().find_map(|end| text.strip_suffix(end));
    cut.filter(|cut| !cut.is_empty()).unwrap_or(text)
}

/// An id may be the day or the month of a report, as people write those.
fn in_id(text: &str) -> Option<Told> {
    match date(text) {
        Some(Date::Short | Date::Day | Date::Timed) => {
            damage("looks like a date that a spreadsheet has made of an id")
        }
        Some(Date::Iso) => notice("is a date; a spreadsheet may have made it of another id"),
        Some(Date::Month) => None,
        None => is_serial_number(text).then_some((
            Class::Notice,
            "is the number by which spreadsheets keep a day; one may have made it of another id",
        )),
    }
}

/// A number of a measure or a section is a text such as `2.11`.
fn in_number(text: &str) -> Option<Told> {
    if date(text).is_some() {
        return damage("looks like a date that a spreadsheet has made of a number such as 2.11");
    }
    if is_time(text) {
        return damage("looks like a time that a spreadsheet has made of a number such as 2.11");
    }
    if is_serial_number(text) {
        return damage(
            "looks like the number by which spreadsheets keep a day, made of a number such as 2.11",
        );
    }
    let (before, after) = text.split_once(['.', ','])?;
    if !are_digits(before) || !are_digits(after) {
        return None;
    }
    if text.contains(',') {
        return damage("has a comma where numbers have a point; a spreadsheet writes 2.11 so");
    }
    if after.bytes().all(|digit| digit == b'0') {
        return damage("looks like a whole number that a program has given a fraction");
    }
    if after.len() >= BINARY_DIGITS {
        return damage("looks like a number such as 2.11 that a program has kept in binary");
    }
    None
}

/// The fewest digits that a fraction gets by the way through binary: `2.1099999999999999`.
const BINARY_DIGITS: usize = 10;

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

/// A place in a document may be a day, and mostly is a point such as `2.11`.
fn in_locator(column: &Column, text: &str) -> Option<Told> {
    const MADE: &str = "looks like a date that a spreadsheet has made";
    match date(text)? {
        Date::Timed => damage(MADE),
        Date::Short if !text.contains(' ') => damage(MADE),
        _ if column.name == "locator" => {
            notice("is a date; a spreadsheet may have made it of a point such as 2.11")
        }
        _ => None,
    }
}

fn in_text(column: &Column, text: &str) -> Option<Told> {
    if is_scientific(text) {
        return damage("looks like a number that a spreadsheet has shortened to powers of ten");
    }
    if is_error(text) {
        return damage("is what a spreadsheet shows in place of a value");
    }
    if is_cut(text) {
        return damage("has the length at which XLSX and Excel cut what is longer, 32,767 letters");
    }
    if is_guarded(text) || is_formula_of_a_text(text) {
        return damage("has the mark of a spreadsheet before it that keeps a text a text");
    }
    if text.contains('\u{fffd}') {
        return damage("has U+FFFD, which stands for a letter that was lost");
    }
    if is_misread(text) {
        return damage("has letters of UTF-8 that were read as those of another code page");
    }
    in_place_of_nothing(column, text).or_else(|| {
        let class = lost_letters(text)?;
        Some((
            class,
            "has a question mark within a word, where a letter was likely lost",
        ))
    })
}

/// What programs write for a missing value. `NA` is an abbreviation too, and `None` an answer.
fn in_place_of_nothing(column: &Column, text: &str) -> Option<Told> {
    const WRITTEN: &str = "is what a program writes for a missing value; leave the cell empty";
    const MAYBE: &str = "may stand for a missing value; leave the cell empty where it does";
    let bare = [('(', ')'), ('[', ']'), ('<', '>')]
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    match bare.unwrap_or(text) {
        "nan" | "NaN" | "NaT" | "NULL" | "null" | "\\N" | "undefined" => damage(WRITTEN),
        "NA" | "N/A" if bare.is_some() => damage(WRITTEN),
        "NA" if !matches!(column.name, "short" | "short_name" | "aliases") => damage(WRITTEN),
        "NA" | "N/A" | "n/a" | "None" => notice(MAYBE),
        _ => None,
    }
}

/// `="1.10"`
fn is_formula_of_a_text(text: &str) -> bool {
    text.starts_with("=\"") && text.ends_with('"') && text.len() > 3
}

/// `1E+05`, `1,23E+11`
fn is_scientific(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let number = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let power = power.strip_prefix(['+', '-']);
    whole.len() == 1 && are_digits(whole) && are_digits(fraction) && power.is_some_and(are_digits)
}

/// `T?hsil`, `T?HS?L`: what a program writes for a letter that its code page does not have. None of them has `ə`: a
/// text with one was not written by them.
fn lost_letters(text: &str) -> Option<Class> {
    if !text.contains('?') || text.contains(['ə', 'Ə']) {
        return None;
    }
    let words = text.split_whitespace().filter(|word| !is_address(word));
    let told: Vec<Class> = words.filter_map(lost_in_word).collect();
    let damage = told.iter().find(|class| **class == Class::Damage);
    damage.or(told.first()).copied()
}

/// `gov.az/page?id=3`, `info@x.az?subject=a`: those that are not looked at.
fn is_address(word: &str) -> bool {
    let before = word.split('?').next().unwrap_or_default();
    before.contains(['.', '/', '@', '#']) || word.contains("://") || word.contains('=')
}

/// Whether letters of a word were lost: surely where what is left is no word by itself, else maybe.
fn lost_in_word(word: &str) -> Option<Class> {
    const WORD: usize = 3;
    let parts: Vec<&str> = word.split('?').collect();
    let joints = parts.windows(2).filter(|pair| {
        let before = pair[0].chars().next_back();
        let behind = pair[1].chars().next();
        before.zip(behind).is_some_and(|(before, behind)| {
            let goes_on = behind.is_lowercase() || before.is_uppercase();
            before.is_alphabetic() && behind.is_alphabetic() && goes_on
        })
    });
    let joints: Vec<&[&str]> = joints.collect();
    let [pair] = joints.as_slice() else {
        return (!joints.is_empty()).then_some(Class::Damage);
    };
    let letters = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count();
    let is_sentence_end = |part: &str| letters(part) >= WORD;
    let are_words = pair.iter().all(|part| is_sentence_end(part));
    let is_capital = word.chars().all(|c| !c.is_lowercase());
    Some(if are_words || is_capital {
        Class::Notice // `Why?because`
    } else {
        Class::Damage
    })
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::{database::find, package::Class};

    fn told(resource: &str, column: &str, text: &str) -> Option<Class> {
        let columns = &find(resource).expect("a resource").columns;
        let column = columns.iter().find(|one| one.name == column);
        of(column.expect("a column"), text).map(|(class, _)| class)
    }

    #[track_caller]
    fn assert_told(column: &str, class: Option<Class>, texts: &[&str]) {
        let (resource, column) = column.split_once('.').expect("a resource");
        for text in texts {
            assert_eq!(told(resource, column, text), class, "{column}: {text}");
        }
    }

    #[test]
    fn what_spreadsheets_make_of_numbers_is_known() {
        assert_told(
            "measures.number",
            Some(Class::Damage),
            &[
                "11/02/2026",
                "02.11.2026",
                "2026-02-11",
                "2026-02-11 00:00:00",
                "2026-11-02T00:00:00",
                "11/2/2026 12:00:00 AM",
                "2.Nov",
                "Nov-10",
                "10-Nov",
                "2-Nov-26",
                "2.noy",
                "02. Nov",
                "juil.-26",
                "May 2021",
                "2:11",
                "46328",
                "1E+05",
                "1,1",
                "2026.0",
                "1.0",
                "2.1099999999999999",
                "#REF!",
                "#####",
                "'1.10",
                "=\"1.10\"",
            ],
        );
        assert_told(
            "measures.number",
            None,
            &[
                "1.1",
                "2.11",
                "1.1.1",
                "4.1.10",
                "12",
                "III",
                "1a",
                "5-7",
                "1.2.16",
                "May",
                "3/2",
                "1234",
                "2021",
                "2016-2018",
                "A.1",
                "1)",
                "№ 5",
            ],
        );
    }

    #[test]
    fn ids_and_places_may_be_days_but_not_as_spreadsheets_write_them() {
        let damage = ["02.noy", "02.11.2026", "02-nov", "nov.-26"];
        assert_told("measures.id", Some(Class::Damage), &damage);
        assert_told("measures.id", Some(Class::Notice), &["46328", "2026-11-02"]);
        let fine = ["az-nap-2016-2018-1.1", "may-2021", "5", "p-1", "2021"];
        assert_told("measures.id", None, &fine);
        let damage = ["2.noy", "02-nov", "2026-11-02 00:00:00"];
        assert_told("measures.locator", Some(Class::Damage), &damage);
        let days = ["12.05.2021", "Dec 2020", "5 may", "2021-05-12"];
        assert_told("measures.locator", Some(Class::Notice), &days);
        let fine = ["point 1", "s. 5", "2.11", "12", "1/2", "46328"];
        assert_told("measures.locator", None, &fine);
        assert_told(
            "sources.period",
            None,
            &["2021-05-12", "Mart 2021", "2016-2018"],
        );
        assert_told("sources.period", Some(Class::Damage), &["May-21"]);
    }

    #[test]
    fn what_stands_in_place_of_a_text_is_known() {
        let long = |letters: usize, end: &str| "a".repeat(letters) + end;
        assert_told(
            "measures.title",
            Some(Class::Damage),
            &[
                "ÅŸÉ™ffaf",
                "T?hsil Nazirliyi",
                "D?VL?T",
                "Bax: gov.az/page?id=3, T?hsil",
                "a\u{fffd}b",
                "nan",
                "NA",
                "\\N",
                "(null)",
                "[NULL]",
                "<NA>",
                "'=1",
                "'TRUE",
                "'5 mart",
                "#NAME?",
                "#N/A",
                "#N/D",
                "#¡REF!",
                "#¿NOMBRE?",
                "#ИМЯ?",
                "#BAŞV!",
                "#BEZUG!",
                "#WAARDE!",
                "Err:502",
                "Ошибка:508",
                &long(32_767, ""),
                &long(32_766, "…"),
                &long(32_765, "…"),
            ],
        );
        assert_told(
            "measures.title",
            Some(Class::Notice),
            &["None", "N/A", "Why?because", "T?HSIL"],
        );
        assert_told(
            "measures.title",
            None,
            &[
                "Şəffaflıq",
                "Nə? Necə?",
                "Nə üçün?bəlkə",
                "«СССР»",
                "ООН…",
                "d'état",
                "1E",
                "#1",
                "#AÇIQHÖKUMƏT!",
                "#OpenGov",
                "'2020-2022'",
                "'90-cı illər",
                "See gov.az/page?id=3",
                "info@x.az?subject=a",
                "www.gov.az?lang=az",
                "https://gov.az/a?b",
                "What? How?",
                "2.noy",
                "NATO",
                "Maddə:502",
                &long(32_766, ""),
                &long(32_764, "…"),
                &long(40_000, "…"),
            ],
        );
    }

    #[test]
    fn what_may_be_an_abbreviation_is_only_likely_a_placeholder() {
        assert_told("agencies.country", Some(Class::Notice), &["NA"]);
        assert_told("agencies.short_name", Some(Class::Notice), &["NA"]);
        assert_told("acronyms.short", Some(Class::Notice), &["NA"]);
        let damage = [
            r##"["a", "#REF!"]"##,
            r#"["nan"]"#,
            r#"["'=1"]"#,
            r#"["T?hsil"]"#,
        ];
        assert_told("agencies.aliases", Some(Class::Damage), &damage);
        assert_told("agencies.aliases", Some(Class::Notice), &[r#"["NA"]"#]);
        let fine = ["[]", r#"["Treasury", "MN"]"#, "no list"];
        assert_told("agencies.aliases", None, &fine);
    }
}
