//! Text normalisation (NFC, white space, default-ignorable code points, homoglyphs of ə): texts as they read.
//!
//! What is stored stays as it is. Folding, sort keys and the check of quotes compare texts by what is here.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData, CodePointSetDataBorrowed,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};
use std::{borrow::Cow, ops::RangeInclusive};

const INVISIBLE: CodePointSetDataBorrowed<'static> =
    CodePointSetData::new::<DefaultIgnorableCodePoint>();

/// Letters that public texts in Azerbaijani have for ə: they look the same.
pub const CYRILLIC_SCHWA: char = 'ә';
pub const TURNED_E: char = 'ǝ';

/// Whether nobody sees the character: a soft hyphen, a joiner, a direction mark, a variation selector …
pub fn is_invisible(character: char) -> bool {
    character > '\u{ac}' && INVISIBLE.contains(character)
}

/// The characters among some of which something holds, as ranges: the first and the last of each.
pub fn ranges(among: RangeInclusive<char>, holds: impl Fn(char) -> bool) -> Vec<(char, char)> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for character in among.filter(|c| holds(*c)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(character) => *last = character,
            _ => ranges.push((character, character)),
        }
    }
    ranges
}

/// The text without what nobody sees.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_invisible) {
        text.chars()
            .filter(|c| !is_invisible(*c))
            .collect::<String>()
            .into()
    } else {
        text.into()
    }
}

/// Whether a character is a letter or a digit that may be one in another form, or of full width. The apostrophe and
/// the backslash of full width are none, as they would mean something in the texts of SQL that hold the folded ones.
pub fn is_compatibility_letter(character: char) -> bool {
    character > '\u{7f}'
        && (character.is_alphabetic()
            || matches!(character, '\u{ff01}'..='\u{ff5e}') && !matches!(character, '＇' | '＼')
            || CodePointMapData::<GeneralCategory>::new().get(character)
                == GeneralCategory::DecimalNumber)
}

/// The text without what nobody sees, with plain letters and digits for those of other forms: full width,
/// ligatures, Roman numerals that are one sign (NFKC).
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let normalizer = ComposingNormalizerBorrowed::new_nfkc();
    let mut plain = String::with_capacity(text.len());
    for character in text.chars().filter(|c| !is_invisible(*c)) {
        if is_compatibility_letter(character) {
            plain.push_str(&normalizer.normalize(character.encode_utf8(&mut [0; 4])));
        } else {
            plain.push(character);
        }
    }
    plain.into()
}

/// The text as it reads: without what nobody sees, with one blank for all white space, each letter with its
/// marks as one character, and ə and ş for what passes for them.
pub fn as_read(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) && !text.contains("  ") {
        return text.into();
    }
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let mut read = String::with_capacity(text.len());
    for character in composed.chars().filter(|c| !is_invisible(*c)) {
        match character {
            CYRILLIC_SCHWA | TURNED_E => read.push('ə'),
            'Ә' | 'Ǝ' => read.push('Ə'),
            'ș' => read.push('ş'), // with a comma, as in Romanian
            'Ș' => read.push('Ş'),
            _ if !character.is_whitespace() => read.push(character),
            _ if !read.ends_with(' ') => read.push(' '),
            _ => {}
        }
    }
    read.into()
}

/// Whether a text has a character that reads as itself, whatever stands beside it.
fn is_plain(character: char) -> bool {
    matches!(
        character,
        ' '..='~'
            | 'ə'
            | 'Ə'
            | 'ı'
            | 'İ'
            | 'ğ'
            | 'Ğ'
            | 'ş'
            | 'Ş'
            | 'ç'
            | 'Ç'
            | 'ö'
            | 'Ö'
            | 'ü'
            | 'Ü'
            | '–'
            | '—'
            | '“'
            | '”'
            | '«'
            | '»'
            | '„'
            | '‘'
            | '’'
            | '…'
            | '№'
    )
}

/// Whether a quote stands in a text, to the reader.
pub fn stands_in(quote: &str, text: &str) -> bool {
    let read = || {
        let quote = as_read(quote);
        !quote.trim().is_empty() && as_read(text).contains(quote.trim())
    };
    text.contains(quote) || read()
}

#[cfg(test)]
mod tests {
    use crate::language::normalize::{as_read, plain, stands_in, visible};

    #[test]
    fn a_text_reads_without_what_nobody_sees() {
        assert_eq!(visible("\u{feff}5.\u{200b}1"), "5.1");
        assert_eq!(
            as_read("Büd\u{ad}cә\n  hesa\u{200b}batı\u{a0}Ǝ"),
            "Büdcə hesabatı Ə"
        );
        assert_eq!(as_read("s\u{327}ura șura İ Ⅷ"), "şura şura İ Ⅷ");
        assert_eq!(as_read("a b“ə”"), "a b“ə”");
    }

    #[test]
    fn letters_of_other_forms_are_plain() {
        assert_eq!(plain("１．\u{200b}２ﬁ Ⅷ"), "1.2fi VIII");
        assert_eq!(plain("1ə а № ½ İ i\u{307} –"), "1ə а № ½ İ i\u{307} –");
    }

    #[test]
    fn a_quote_stands_in_its_text_however_it_is_set() {
        let text = "Bənd Maliyyə\u{a0}Nazirliyi tərə\u{ad}findən\r\ntam icra\u{2009}edilmişdir.";
        for quote in [
            "Maliyyə Nazirliyi",
            "tərəfindən tam icra edilmişdir",
            "tәrǝfindən  tam",
            "tərə\u{200b}findən\ttam ",
        ] {
            assert!(stands_in(quote, text), "{quote:?}");
        }
        for quote in [
            "maliyyə nazirliyi",
            "tam icra edilmisdir",
            "tamicra",
            "\u{200b} ",
        ] {
            assert!(!stands_in(quote, text), "{quote:?}");
        }
    }
}
