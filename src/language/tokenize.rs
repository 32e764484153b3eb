//! The words of a text, as they are searched.

use crate::language::{
    fold::{fold_character, ligature},
    stem::is_ending,
};
use std::ops::Range;

/// The most letters of a word that are looked at: PostgreSQL indexes no word of more than 2046 bytes.
pub const LONGEST: usize = 200;

/// The folded words of a text, in order. Numbers like 2.11 and addresses like qanun.az are kept
/// whole; an ending set off by a hyphen or a quotation mark (`QHT-lərin`, `“Siyahısı”nın`) is dropped.
pub fn words(text: &str) -> Vec<String> {
    spans(text).into_iter().map(|(_, word)| word).collect()
}

/// The same, each with its place in the text, in bytes.
pub fn spans(text: &str) -> Vec<(Range<usize>, String)> {
    let mut spans = Vec::new();
    each_word(text, |place, word| spans.push((place, word.to_owned())));
    spans
}

/// The same, for texts by the million: no word is copied.
pub fn each_word(text: &str, mut take: impl FnMut(Range<usize>, &str)) {
    let mut places: Vec<usize> = Vec::with_capacity(text.len());
    let mut letters: Vec<char> = Vec::with_capacity(text.len());
    for (place, letter) in text.char_indices() {
        match fold_character(letter) {
            None => {}
            Some(letter) => match ligature(letter) {
                None => {
                    places.push(place);
                    letters.push(letter);
                }
                Some(several) => {
                    places.extend(several.chars().map(|_| place));
                    letters.extend(several.chars());
                }
            },
        }
    }
    let mut word = String::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_alphanumeric() {
            at += 1;
            continue;
        }
        let end = end_of_word(&letters, at);
        word.clear();
        word.extend(letters[at..end].iter().take(LONGEST));
        let is_set_off = at > 1 && is_mark(letters[at - 1]) && !letters[at - 2].is_whitespace();
        if !(is_set_off && is_ending(&word)) {
            let after = places.get(end).copied().unwrap_or(text.len());
            take(places[at]..after, &word);
        }
        at = end;
    }
}

/// Marks that an ending may stand behind, in a folded text.
pub fn is_mark(letter: char) -> bool {
    matches!(letter, '-' | '”' | '"' | '’' | '\'' | '»' | '%')
}

fn end_of_word(letters: &[char], start: usize) -> usize {
    let mut end = start;
    while let Some(letter) = letters.get(end) {
        let goes_on = letter.is_alphanumeric() || (*letter == '.' && joins(letters, end));
        if !goes_on {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a full stop joins: two numbers, or the parts of an address.
fn joins(letters: &[char], dot: usize) -> bool {
    let after: String = letters[dot + 1..]
        .iter()
        .take_while(|letter| letter.is_alphanumeric())
        .collect();
    let is_domain = matches!(
        after.as_str(),
        "az" | "gov" | "com" | "org" | "net" | "edu" | "info"
    );
    joins_numbers(letters, dot) || is_domain
}

/// Whether a full stop stands between two numbers, whatever else stands around it.
pub fn joins_numbers(letters: &[char], dot: usize) -> bool {
    let is_number = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    dot > 0 && is_number(dot - 1) && is_number(dot + 1)
}

#[cfg(test)]
mod tests {
    use crate::language::tokenize::words;

    #[test]
    fn numbers_addresses_and_acronyms_stay_whole() {
        assert_eq!(
            words("Bənd 2.11, ISO 37001"),
            ["bend", "2.11", "iso", "37001"]
        );
        assert_eq!(
            words("www.e-qanun.az və etender.gov.az."),
            ["www", "e", "qanun.az", "ve", "etender.gov.az"]
        );
        assert_eq!(
            words("QHT-lərin 2021-ci “Siyahısı”nın"),
            ["qht", "2021", "siyahisi"]
        );
        assert_eq!(words("edilib.Bundan sonra"), ["edilib", "bundan", "sonra"]);
        assert_eq!(
            words("QHT\u{2011}lərin, QHT–nin Ⅱﬀ3"),
            ["qht", "qht", "iiff3"]
        );
        assert_eq!(words("“161-Qaynar xətt”-in"), ["161", "qaynar", "xett"]);
    }
}
