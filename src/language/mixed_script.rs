//! Detection of mixed-script words (after Unicode UTS 39): a Latin word with a letter that only looks Latin, and a
//! word of such letters alone among Latin ones.
//!
//! The check of packages tells of them, as such a word is not found by those who type it.

use crate::language::{confusables::latin_twin, is_invisible};
use icu_properties::{
    CodePointMapData, CodePointMapDataBorrowed,
    props::{GeneralCategory, Script},
};
use std::ops::Range;

const SCRIPTS: CodePointMapDataBorrowed<'static, Script> = CodePointMapData::<Script>::new();
const CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> =
    CodePointMapData::<GeneralCategory>::new();

/// Greek letters that are signs of units behind or before Latin ones: kΩ, μm.
const UNITS: [char; 3] = ['μ', 'Ω', '\u{2126}'];

/// A letter of another alphabet than most of its word.
#[derive(Debug, PartialEq, Eq)]
pub struct Stranger<'t> {
    pub letter: char,
    /// Which letter of the word it is, from 1.
    pub place: usize,
    pub word: &'t str,
    /// `Cyrillic`, `Greek`, or `Latin` in a word of one of those.
    pub alphabet: &'static str,
    /// Whether a letter of the other alphabet looks like it.
    pub has_twin: bool,
}

/// The first letter of each word that mixes Latin letters with Cyrillic or Greek ones.
pub fn strangers(text: &str) -> Vec<Stranger<'_>> {
    if text
        .chars()
        .all(|character| alphabet(character) == Some("Latin") || !character.is_alphabetic())
    {
        return Vec::new();
    }
    let words: Vec<&str> = words(text).map(|word| &text[word]).collect();
    let found = words.iter().enumerate().filter_map(|(place, word)| {
        let before = place.checked_sub(1).and_then(|place| words.get(place));
        let neighbours = [before, words.get(place + 1)];
        stranger(word).or_else(|| disguised(word, neighbours.into_iter().flatten().copied()))
    });
    found.collect()
}

/// The first letter of a word that is Cyrillic and looks Latin in all of its letters, where the words beside it are
/// Latin: `е-hökumət`, `АСАН xidmət`.
fn disguised<'t>(word: &'t str, neighbours: impl Iterator<Item = &'t str>) -> Option<Stranger<'t>> {
    let mut letters = word.chars().filter(|letter| !is_invisible(*letter));
    let looks_latin =
        |letter: char| alphabet(letter) == Some("Cyrillic") && latin_twin(letter).is_some();
    let first = letters.next().filter(|letter| looks_latin(*letter))?;
    let mut beside = neighbours
        .filter_map(|word| word.chars().find_map(alphabet))
        .peekable();
    let is_among_latin = beside.peek().is_some() && beside.all(|alphabet| alphabet == "Latin");
    (letters.all(looks_latin) && is_among_latin).then_some(Stranger {
        letter: first,
        place: 1,
        word,
        alphabet: "Cyrillic",
        has_twin: true,
    })
}

/// Letters side by side, with their marks and with what nobody sees between them.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphabetic)?;
        let ends = |character: char| {
            let is_mark = CATEGORIES.get(character) == GeneralCategory::NonspacingMark;
            !(character.is_alphabetic() || is_mark || is_invisible(character))
        };
        at = text[start..]
            .find(ends)
            .map_or(text.len(), |end| start + end);
        Some(start..at)
    })
}

fn stranger(word: &str) -> Option<Stranger<'_>> {
    let letters: Vec<(char, &str)> = word
        .chars()
        .filter(|letter| !is_invisible(*letter))
        .filter_map(|letter| Some((letter, alphabet(letter)?)))
        .collect();
    let count = |wanted: &str| {
        letters
            .iter()
            .filter(|(_, alphabet)| *alphabet == wanted)
            .count()
    };
    let others = count("Cyrillic") + count("Greek");
    let latin = count("Latin");
    if latin == 0 || others == 0 {
        return None;
    }
    // of a word with as many of each, the letter that is not Latin
    let is_strange = |alphabet: &str| (alphabet == "Latin") == (latin < others);
    let mut places = letters.iter().enumerate();
    let (place, (letter, alphabet)) = places.find(|(_, (_, alphabet))| is_strange(alphabet))?;
    Some(Stranger {
        letter: *letter,
        place: place + 1,
        word,
        alphabet,
        has_twin: *alphabet == "Latin" || latin_twin(*letter).is_some(),
    })
}

/// The alphabet of a letter, where it is one of those that look alike.
pub fn alphabet(letter: char) -> Option<&'static str> {
    if letter.is_ascii() || UNITS.contains(&letter) {
        return letter.is_ascii_alphabetic().then_some("Latin");
    }
    match SCRIPTS.get(letter) {
        Script::Latin => Some("Latin"),
        Script::Cyrillic => Some("Cyrillic"),
        Script::Greek => Some("Greek"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::language::mixed_script::strangers;

    /// The letter, its place and the word.
    fn found(text: &str) -> Vec<(char, usize, &str)> {
        let found = strangers(text).into_iter();
        found
            .map(|found| (found.letter, found.place, found.word))
            .collect()
    }

    #[test]
    fn a_letter_of_another_alphabet_is_told_with_its_place_in_the_word() {
        assert_eq!(
            found("Dövlәt büdcәsi"),
            [('ә', 5, "Dövlәt"), ('ә', 5, "büdcәsi")]
        );
        assert_eq!(found("Mаliyyə və Ədliyyə"), [('а', 2, "Mаliyyə")]);
        assert_eq!(found("Μaliyyə"), [('Μ', 1, "Μaliyyə")], "a Greek letter");
        assert_eq!(
            found("Баkу"),
            [('k', 3, "Баkу")],
            "a Latin letter in a Cyrillic word"
        );
        let disguised = [('е', 1, "е"), ('А', 1, "АСАН")];
        assert_eq!(found("е-hökumət və АСАН xidmət"), disguised, "whole words");
        assert_eq!(found("vә"), [('ә', 2, "vә")]);
        assert_eq!(found("şəf\u{ad}fаf"), [('а', 5, "şəf\u{ad}fаf")]);
    }

    #[test]
    fn a_letter_without_a_twin_is_told_apart() {
        for (text, has_twin) in [
            ("Δt", false),
            ("лər", false),
            ("Mаliyyə", true),
            ("Baкu", false),
        ] {
            assert_eq!(strangers(text)[0].has_twin, has_twin, "{text}");
        }
    }

    #[test]
    fn words_of_one_alphabet_stand_beside_words_of_another() {
        for text in [
            "COVID-19 və α-test, “Мин” Ministry",
            "Baku/Баку, 2.11-ci, Ⅷ əsr, e\u{301}",
            "10 kΩ, 5 μm, 5 µm",
            "ISO 37001:2016",
            "План «О развитии» а) в рамках COVID-19 и т. д.",
            "1а, 2б, с 2026",
            "",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
