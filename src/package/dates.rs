//! A grammar of dates and times, as spreadsheets write them in the languages that are usual here. `damage` tells by
//! it what was made of a value.

use super::spreadsheet_words::is_month;
use crate::language::fold;

/// How a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// Without a whole year: `02.noy`, `02. Nov`, `Nov-26`, `11/2/26`.
    Short,
    /// A month of a year: `Dec 2020`.
    Month,
    /// `02.11.2026`, `2 Kasım 2026`.
    Day,
    /// `2026-11-02`
    Iso,
    /// With a time: `2026-11-02T00:00:00`, `11/2/2026 12:00:00 AM`.
    Timed,
}

/// The longest text that can be a date, in bytes.
const LONGEST: usize = 48;
/// The days of 2000 to 2049, as spreadsheets count them.
const SERIAL_NUMBERS: std::ops::RangeInclusive<u32> = 36_526..=54_788;

/// How the date is written that a text is; `None` where it is none.
pub fn date(text: &str) -> Option<Date> {
    if text.len() > LONGEST || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match without_time(text) {
        Some(day) => date_alone(day).map(|_| Date::Timed),
        None => date_alone(text),
    }
}

/// `2:11`, `02:11:00`, `2:11 PM`
pub fn is_time(text: &str) -> bool {
    let text = ["AM", "PM", "am", "pm", "Z"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .map_or(text, str::trim_end);
    let mut parts = text.split([':', '.']);
    let are_digits =
        |part: &str| (1..=9).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_digit());
    parts.all(are_digits) && (1..=2).contains(&text.matches(':').count())
}

/// `46328`: the number by which a spreadsheet keeps a day.
pub fn is_serial_number(text: &str) -> bool {
    let number = text.parse().ok().filter(|_| text.len() == 5);
    number.is_some_and(|number| SERIAL_NUMBERS.contains(&number))
}

/// What stands before the time at the end of a text.
fn without_time(text: &str) -> Option<&str> {
    let mut places = text.match_indices([' ', 'T', '\u{a0}', '\u{202f}']);
    let (place, _) = places.find(|(place, mark)| is_time(&text[place + mark.len()..]))?;
    Some(text[..place].trim_end_matches(','))
}

/// A part of a date that is a number.
#[derive(Clone, Copy)]
struct Number {
    value: u32,
    digits: usize,
}

impl Number {
    fn read(part: &str) -> Option<Self> {
        let is_number = part.len() <= 4 && part.bytes().all(|c| c.is_ascii_digit());
        let value = part.parse().ok().filter(|_| is_number)?;
        Some(Self {
            value,
            digits: part.len(),
        })
    }

    fn is_day(self) -> bool {
        self.digits <= 2 && (1..=31).contains(&self.value)
    }

    fn is_year(self) -> bool {
        self.digits == 4 && (1900..=2200).contains(&self.value)
    }

    fn is_short_year(self) -> bool {
        self.digits == 2
    }
}

fn date_alone(text: &str) -> Option<Date> {
    let (mut numbers, mut months) = (Vec::new(), 0);
    let text = text.strip_suffix(" г.").unwrap_or(text); // the word for year, as Russian dates end
    for part in text.split(['.', '/', '-', ' ', ',', '\u{a0}']) {
        match Number::read(part) {
            _ if part.is_empty() => {}
            Some(number) => numbers.push(number),
            None if months == 0 && is_month(&fold(part)) => months = 1,
            None => return None,
        }
    }
    match (months, numbers.as_slice()) {
        (1, [one]) if one.is_year() => Some(Date::Month),
        (1, [one]) if one.is_day() || one.is_short_year() => Some(Date::Short),
        (1, [one, other]) => in_words(*one, *other),
        (0, [one, two, three]) => in_numbers(text, *one, *two, *three),
        _ => None,
    }
}

/// With the name of the month.
fn in_words(one: Number, other: Number) -> Option<Date> {
    if (one.is_day() && other.is_year()) || (one.is_year() && other.is_day()) {
        Some(Date::Day)
    } else {
        (one.is_day() && other.is_short_year()).then_some(Date::Short)
    }
}

fn in_numbers(text: &str, one: Number, two: Number, three: Number) -> Option<Date> {
    let are_days = |one: Number, two: Number| one.is_day() && two.is_day();
    if one.is_year() && are_days(two, three) {
        return Some(if text.contains('-') {
            Date::Iso
        } else {
            Date::Day
        });
    }
    if !are_days(one, two) || (one.value > 12 && two.value > 12) {
        return None;
    }
    if three.is_year() {
        Some(Date::Day)
    } else {
        // 1.10.11 is a number of a measure.
        (three.is_short_year() && text.contains('/')).then_some(Date::Short)
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, date, is_serial_number, is_time};

    #[test]
    fn dates_are_known_in_the_languages_of_spreadsheets() {
        for (form, texts) in [
            (
                Date::Short,
                &[
                    "02. Nov",
                    "02. Mai",
                    "02. Dez",
                    "Mrz 26",
                    "02-févr",
                    "02-déc",
                    "juil.-26",
                    "02.İyn",
                    "02.noy",
                    "2.Nov",
                    "Nov-10",
                    "10-Nov",
                    "2-Nov-26",
                    "Noy-26",
                    "11/2/26",
                    "02.Kas",
                    "02.янв",
                    "май.26",
                    "5 mart",
                ][..],
            ),
            (Date::Month, &["Dec 2020", "Mai 2021", "декабрь 2020 г."]),
            (
                Date::Day,
                &[
                    "02.11.2026",
                    "11/02/2026",
                    "2 Kasım 2026",
                    "2. November 2026",
                    "5 juin 2021",
                    "2 ноября 2026 г.",
                    "November 2, 2026",
                    "02-11-2026",
                    "2026.11.02",
                ],
            ),
            (Date::Iso, &["2026-02-11"]),
            (
                Date::Timed,
                &[
                    "2026-11-02T00:00:00",
                    "2026-11-02T00:00:00.000Z",
                    "2026-02-11 00:00:00",
                    "11/2/2026 12:00:00 AM",
                    "02.11.2026 00:00",
                    "02.11.2026 0:00",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(date(text), Some(form), "{text}");
            }
        }
        for text in [
            "1.1",
            "2.11",
            "1.1.1",
            "1.10.11",
            "5-7",
            "3/2",
            "2016-2018",
            "May",
            "2021",
            "point 5",
            "s. 5",
            "5 marşrut",
            "45/13/2026",
            "2.11 a",
            "Qanun 12 may 2021",
            "Art. 5",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn times_and_serial_numbers_are_known() {
        for time in ["2:11", "02:11:00", "2:11 PM", "00:00:00.000Z"] {
            assert!(is_time(time), "{time}");
        }
        for text in ["2.11", "2", ":", "2:", "2:11:1:1", "a:b"] {
            assert!(!is_time(text), "{text}");
        }
        assert!(is_serial_number("46328"));
        for text in ["1234", "12345", "99999", "046328", "+4632"] {
            assert!(!is_serial_number(text), "{text}");
        }
    }
}
