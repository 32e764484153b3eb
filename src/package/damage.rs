//! Damage: what spreadsheets and other programs do to values, told from the value alone by a set of detectors.
//! `rows` asks of each cell.

use super::{misread::is_misread, months};
use crate::{
    database::resource::{Column, Kind},
    language::fold,
};

/// The longest text of a cell of Excel, in its letters (UTF-16).
const EXCEL_CELL: usize = 32_767;

/// What was likely done to a cell; `None` where nothing was.
pub fn of(column: &Column, text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    match column.kind {
        Kind::Integer | Kind::Date if undone(column, text).len() < text.len() => {
            Some("has an end that a program has added; it is read without")
        }
        Kind::Text | Kind::List => {
            let told = match column.name {
                "number" => in_number(text),
                "locator" if is_date(text) => Some("looks like a date that a spreadsheet has made"),
                _ => None,
            };
            let told = told.or_else(|| is_scientific(text).then_some(SCIENTIFIC));
            told.or_else(|| in_text(text))
        }
        _ => None,
    }
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

const SCIENTIFIC: &str = "looks like a number that a spreadsheet has shortened to powers of ten";

/// A number of a measure or a section is a text such as `2.11`.
fn in_number(text: &str) -> Option<&'static str> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    if is_date(text) {
        return Some("looks like a date that a spreadsheet has made of a number such as 2.11");
    }
    if let Some((before, after)) = text.split_once(',')
        && is_digits(before)
        && is_digits(after)
    {
        return Some("has a comma where numbers have a point; a spreadsheet writes 2.11 so");
    }
    match text.split_once('.') {
        Some((before, after)) if is_digits(before) && !after.is_empty() => (after.bytes())
            .all(|digit| digit == b'0')
            .then_some("looks like a whole number that a program has given a fraction"),
        _ => None,
    }
}

fn in_text(text: &str) -> Option<&'static str> {
    if is_spreadsheet_error(text) {
        return Some("is what a spreadsheet shows in place of a value");
    }
    if text.len() >= EXCEL_CELL && text.encode_utf16().count() == EXCEL_CELL {
        return Some("has exactly 32,767 letters, where Excel cuts what is longer");
    }
    if matches!(text, "nan" | "NaN" | "NaT" | "<NA>" | "NULL" | "null") {
        return Some("is what a program writes for a missing value; leave the cell empty");
    }
    if is_guarded(text) {
        return Some("has the mark of a spreadsheet before it that keeps a text a text");
    }
    if text.contains('\u{fffd}') {
        return Some("has U+FFFD, which stands for a letter that was lost");
    }
    if has_lost_letters(text) {
        return Some("has a question mark within a word, where a letter was likely lost");
    }
    (!text.is_ascii() && is_misread(text))
        .then_some("has letters of UTF-8 that were read as those of a Windows code page")
}

/// `#REF!`, `#NAME?`, `#N/A`, `#####`, `Err:502`, and those of other languages.
fn is_spreadsheet_error(text: &str) -> bool {
    if let Some(number) = text.strip_prefix("Err:") {
        return number.len() == 3 && number.bytes().all(|c| c.is_ascii_digit());
    }
    let Some(name) = text.strip_prefix('#') else {
        return false;
    };
    let is_name = |name: &str| {
        let is_part = |letter: char| letter.is_uppercase() || matches!(letter, '/' | '0' | '_');
        !name.is_empty() && name.chars().all(is_part)
    };
    let is_filled = name.len() > 1 && name.bytes().all(|c| c == b'#');
    let ends = name.strip_suffix(['!', '?']).is_some_and(is_name);
    is_filled || ends || matches!(name, "N/A" | "Н/Д" | "YOK" | "ND" | "NV")
}

/// `'=1`, `'1.10`, `="1.10"`.
fn is_guarded(text: &str) -> bool {
    let is_number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || ".,/-".contains(c))
    };
    let apostrophe = text.strip_prefix('\'');
    apostrophe.is_some_and(|rest| rest.starts_with(['=', '+', '-', '@', '\t']) || is_number(rest))
        || (text.starts_with("=\"") && text.ends_with('"') && text.len() > 3)
}

/// `1E+05`, `1,23E+11`
fn is_scientific(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let number = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let power = power.strip_prefix(['+', '-']);
    whole.len() == 1 && is_digits(whole) && is_digits(fraction) && power.is_some_and(is_digits)
}

/// `11/02/2026`, `2026-02-11`, `2.Nov`, `Nov-10`, `10-noy-26`
fn is_date(text: &str) -> bool {
    if text.len() > 40 {
        return false;
    }
    let day = text
        .strip_suffix(" 00:00:00")
        .or(text.strip_suffix(" 0:00"));
    let parts: Vec<&str> = day.unwrap_or(text).split(['.', '/', '-', ' ']).collect();
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 4);
    let is_day =
        |part: &str| part.len() <= 2 && number(part).is_some_and(|day| (1..=31).contains(&day));
    let is_year = |part: &str| {
        part.len() == 4 && number(part).is_some_and(|year| (1900..=2200).contains(&year))
    };
    let is_short_year =
        |part: &str| text.contains('/') && part.len() == 2 && number(part).is_some();
    match parts.as_slice() {
        [a, b] => {
            let is_beside = |part: &str| {
                is_day(part) || is_year(part) || part.len() == 2 && number(part).is_some()
            };
            (is_month(a) && is_beside(b)) || (is_month(b) && is_beside(a))
        }
        [a, b, c] => {
            let last = is_year(c) || is_short_year(c);
            let has_month = is_month(b) && is_day(a) && (is_year(c) || c.len() == 2);
            has_month || (is_day(a) && is_day(b) && last) || (is_year(a) && is_day(b) && is_day(c))
        }
        _ => false,
    }
}

fn is_month(part: &str) -> bool {
    part.chars().all(char::is_alphabetic) && months::is_month(&fold(part))
}

/// `T?hsil`: what a program writes for a letter that its code page does not have. Addresses have such marks.
fn has_lost_letters(text: &str) -> bool {
    if !text.contains('?') || text.contains("://") || text.contains("www.") {
        return false;
    }
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).any(|three| {
        three[1] == '?'
            && three[0].is_alphabetic()
            && three[2].is_alphabetic()
            && three[2].is_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::{is_date, of};
    use crate::database::find;

    fn told(column: &str, text: &str) -> bool {
        let columns = &find("measures").expect("a resource").columns;
        let column = columns.iter().find(|one| one.name == column);
        of(column.expect("a column"), text).is_some()
    }

    #[test]
    fn what_spreadsheets_make_of_values_is_known() {
        for number in [
            "11/02/2026",
            "02.11.2026",
            "2026-02-11",
            "2026-02-11 00:00:00",
            "2.Nov",
            "Nov-10",
            "10-Nov",
            "2-Nov-26",
            "2.noy",
            "Noy-26",
            "11/2/26",
            "1E+05",
            "1,1",
            "2026.0",
            "1.0",
            "#REF!",
            "#NAME?",
            "#N/A",
            "#ИМЯ?",
            "#####",
            "Err:502",
            "'1.10",
            "=\"1.10\"",
        ] {
            assert!(told("number", number), "{number}");
        }
        for number in [
            "1.1", "2.11", "1.1.1", "4.1.10", "12", "III", "1a", "5-7", "1.2.16", "May", "3/2",
        ] {
            assert!(!told("number", number), "{number}");
        }
        let long = |letters: usize| "a".repeat(letters);
        for text in [
            "ÅŸÉ™ffaf",
            "T?hsil Nazirliyi",
            "a\u{fffd}b",
            "nan",
            "'=1",
            &long(32_767),
        ] {
            assert!(told("title", text), "{text}");
        }
        for text in [
            "Şəffaflıq",
            "Nə? Necə?",
            "«СССР»",
            "ООН…",
            "d'état",
            "1E",
            "#1",
            &long(32_766),
        ] {
            assert!(!told("title", text), "{text}");
        }
    }

    #[test]
    fn a_number_of_three_parts_is_no_date() {
        assert!(!is_date("1.10.11"));
    }
}
