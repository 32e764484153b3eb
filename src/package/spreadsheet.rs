//! CSV injection and type inference: texts that a spreadsheet would take for something else, and the guard on them;
//! and texts that are too long for a cell of one.
//!
//! Spreadsheets read the cells of a CSV as if they were typed: `1.10` becomes a number, `2.11` a date, `=A1` a
//! formula. An apostrophe before such a text keeps it a text. Downloads for Excel put it there, also before texts
//! that begin with one of their own, and `rows` takes it away again: no text is lost on the way, whatever it begins
//! with. A file says that its texts are guarded by a column [`GUARD_COLUMN`]: in any other, an apostrophe is a letter.

use super::spreadsheet_words::{is_month, is_truth};
use crate::language::fold;

const GUARD: char = '\'';

/// The column of a file whose texts are guarded; each row has the guard in it, as spreadsheets drop empty cells at the
/// ends of rows.
pub const GUARD_COLUMN: (&str, &str) = ("guard", "'");

/// The most that a cell of a spreadsheet holds, in units of UTF-16.
pub const MAX_TEXT: usize = 32_767;
/// What a text ends in that was cut to that.
pub const CUT: char = '…';

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

/// Whether the apostrophe at the beginning is likely a guard: `'1.10`, and not the first of two marks, `'2020'`.
pub fn is_guarded(text: &str) -> bool {
    unguarded(text).len() < text.len() && !(text.len() > 1 && text.ends_with(GUARD))
}

/// The text, cut where a cell of a spreadsheet cannot hold it.
pub fn fitting(text: &str) -> String {
    if text.len() <= MAX_TEXT || text.encode_utf16().count() <= MAX_TEXT {
        return text.to_owned();
    }
    let mut left = MAX_TEXT - CUT.len_utf16();
    let fits = |letter: &char| {
        let fits = letter.len_utf16() <= left;
        left = left.saturating_sub(letter.len_utf16());
        fits
    };
    text.chars().take_while(fits).chain([CUT]).collect()
}

/// Whether a text was likely cut to what a cell holds, by this service or by a spreadsheet.
pub fn is_cut(text: &str) -> bool {
    if text.len() < MAX_TEXT / 2 {
        return false; // even if each of its letters was a line end of two
    }
    let length = text.encode_utf16().count();
    let line_ends = text.matches('\n').count(); // each of which may have been two letters
    let is_marked = text.ends_with(CUT) && length + line_ends >= MAX_TEXT - 1;
    length == MAX_TEXT || (is_marked && length < MAX_TEXT)
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
    if !has_digit {
        return is_truth(folded.trim());
    }
    let mut words = folded.split(|c: char| !c.is_alphabetic());
    let first = words.next().unwrap_or_default(); // before any digit: `p` of `p-1` is no half of a day
    let is_begun = first.is_empty() || (first.chars().count() > 1 && is_word(first));
    is_begun && words.all(|word| word.is_empty() || is_word(word))
}

fn is_word(word: &str) -> bool {
    WORDS.contains(&word) || is_month(word)
}

#[cfg(test)]
mod tests {
    use super::{CUT, MAX_TEXT, fitting, guarded, is_cut, unguarded};

    /// What a spreadsheet takes for something else than a text.
    const TAKEN: [&str; 76] = [
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
        "WAHR",
        "FALSCH",
        "VRAI",
        "Faux",
        "YALAN",
        "5. Mai 2021",
        "1-Mai",
        "März 2021",
        "31. Dezember",
        "1. Dez. 2021",
        "Mrz 26",
        "5 juin 2021",
        "12 août",
        "févr-26",
    ];
    /// What is a text to a spreadsheet too.
    const TEXTS: [&str; 20] = [
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
        "p-1",
        "e 5",
        "Vrai ou faux",
        "5 maisons",
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

    #[test]
    fn a_text_that_a_cell_cannot_hold_is_cut_to_what_it_holds_and_known_by_it() {
        for letter in ["a", "ə", "\u{1f600}", "a\n"] {
            let long = letter.repeat(MAX_TEXT + 1);
            let cut = fitting(&long);
            let length = cut.encode_utf16().count();
            assert!(
                cut.ends_with(CUT) && (MAX_TEXT - 1..=MAX_TEXT).contains(&length),
                "{letter}: {length}"
            );
            assert!(is_cut(&cut) && !is_cut(&long), "{letter}");
        }
        let lines = fitting(&"a\r\n".repeat(MAX_TEXT)).replace('\r', "");
        assert!(is_cut(&lines), "as a spreadsheet keeps ends of lines");
        let whole = "a".repeat(MAX_TEXT - 2) + "…";
        assert_eq!(fitting(&whole), whole);
    }
}
