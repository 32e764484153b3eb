//! CSV injection and type inference: texts that a spreadsheet would take for something else, and the guard on them.
//!
//! Spreadsheets read the cells of a CSV as if they were typed: `1.10` becomes a number, `2.11` a date, `=A1` a
//! formula. An apostrophe before such a text keeps it a text. Downloads for Excel put it there, and who reads such
//! a file takes it away: no text is lost on the way, whatever it begins with.

use super::months::is_month;
use crate::language::fold;

const GUARD: char = '\'';

/// What formulas and errors begin with, in letters of either width, and the guard itself, so that what is taken
/// away again was put there.
const BEGINNINGS: [char; 13] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '#', '＝', '＋', '－', '＠', GUARD,
];

/// What stands in numbers, amounts, shares, fractions, dates and times beside digits and words.
const SIGNS: &str = ".,:;/\\-–−'’()%‰°$€£¥₼₽₺+*^_№";

/// Words of numbers, amounts and times, folded.
const WORDS: [&str; 15] = [
    "e", "d", "t", "z", "a", "p", "am", "pm", "azn", "man", "usd", "eur", "try", "tl", "rub",
];

/// Words of truth, folded, in the languages of the spreadsheets that are usual here.
const TRUTHS: [&str; 7] = [
    "true",
    "false",
    "dogru",
    "yanlis",
    "yalan",
    "истина",
    "ложь",
];

/// The text with an apostrophe before it where a spreadsheet would take it for something else.
pub fn guarded(text: String) -> String {
    if is_taken(&text) {
        format!("{GUARD}{text}")
    } else {
        text
    }
}

/// The text that was guarded: without the apostrophe where it stands before what is guarded, else as it is.
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix(GUARD)
        .filter(|rest| is_taken(rest))
        .unwrap_or(text)
}

/// Whether a spreadsheet, with settings of any language, takes the text for a formula, an error, a truth, a number,
/// a date or a time.
fn is_taken(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    if text.starts_with(BEGINNINGS) {
        return true;
    }
    let has_digit = text.contains(char::is_numeric);
    let is_strange = |c: char| {
        let is_part = c.is_alphanumeric() || c.is_whitespace() || SIGNS.contains(c);
        !is_part
    };
    if text.contains(is_strange) {
        return false;
    }
    let folded = fold(text);
    let mut words = folded
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    if has_digit {
        words.all(is_word)
    } else {
        TRUTHS.contains(&folded.trim())
    }
}

fn is_word(word: &str) -> bool {
    WORDS.contains(&word) || is_month(word)
}

#[cfg(test)]
mod tests {
    use super::{guarded, unguarded};

    /// What a spreadsheet takes for something else than a text.
    const TAKEN: [&str; 62] = [
        "=1",
        "+1",
        "-1",
        "@a",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",
        "#N/A",
        "'1.10",
        "'",
        "''",
        "1.10",
        "2.11",
        "2.10",
        "1",
        "007",
        "1E5",
        "1e-5",
        "1-2",
        "1/2",
        "1 1/2",
        "10:30",
        "10:30:15",
        "10:30 PM",
        "1 a",
        "TRUE",
        "false",
        "Doğru",
        "ИСТИНА",
        "Mar 5",
        "5 mart",
        "5 Mart 2021",
        "1 yanvar 2022",
        "30-dek-2021",
        "May 2021",
        "5 май",
        "1 сентября 2021",
        "12.05.2021",
        "2021-05-12",
        "2021-05",
        "12/05",
        "+994 12 345",
        "(012) 345-67-89",
        "(5)",
        "50%",
        "50 %",
        "5 ₼",
        "$5",
        "5 AZN",
        "1,5",
        "1.234,56",
        "1 234",
        "1\u{a0}234",
        "1'234",
        "٣",
        "12;13",
        "1.a",
        "2021-05-12T10:00:00Z",
        "5.",
        ".5",
        "1_000",
    ];
    /// What is a text to a spreadsheet too.
    const TEXTS: [&str; 16] = [
        "",
        "a=1",
        "─ a",
        "[]",
        "[\"1\"]",
        "bənd 2.1",
        "2021-ci il",
        "2.SH1",
        "az-nap-2016-2018-1.1",
        "Maliyyə Nazirliyi",
        "True story",
        "17 Dəyirmi Masa",
        "s. 5",
        "may",
        "5 marşrut",
        "3 sənəd",
    ];

    #[test]
    fn what_may_pass_for_something_else_gets_an_apostrophe_and_loses_it_again() {
        for text in TAKEN {
            let guarded = guarded(text.to_owned());
            assert_eq!(guarded, format!("'{text}"));
            assert_eq!(unguarded(&guarded), text);
        }
        for text in TEXTS {
            assert_eq!(guarded(text.to_owned()), text);
            assert_eq!(unguarded(text), text);
        }
        assert_eq!(
            unguarded("'90-cı illər"),
            "'90-cı illər",
            "no guard stands here"
        );
    }
}
