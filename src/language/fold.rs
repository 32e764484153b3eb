//! Case and diacritic folding (after Unicode NFKD): letters as they are compared, whatever they are typed as.
//!
//! `fold` folds texts by it, `words` the words of the search, and PostgreSQL by a table that is made of it.

use crate::language::normalize::{CYRILLIC_SCHWA, TURNED_E, is_compatibility_letter, is_invisible};
use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed,
    props::{Dash, GeneralCategory, Script},
};

const SCRIPTS: CodePointMapDataBorrowed<'static, Script> = CodePointMapData::<Script>::new();
const CATEGORIES: CodePointMapDataBorrowed<'static, GeneralCategory> =
    CodePointMapData::<GeneralCategory>::new();
const DASHES: CodePointSetDataBorrowed<'static> = CodePointSetData::new::<Dash>();

/// A line of table borders that documents have for a dash.
const DRAWN_LINE: char = '─';

/// One letter in print that stands for several: as PDF files and old fonts have them, and Roman numerals.
pub const LIGATURES: [(char, &str); 39] = [
    ('ﬀ', "ff"),
    ('ﬁ', "fi"),
    ('ﬂ', "fl"),
    ('ﬃ', "ffi"),
    ('ﬄ', "ffl"),
    ('ﬅ', "st"),
    ('ﬆ', "st"),
    ('Ĳ', "ij"),
    ('ĳ', "ij"),
    ('Ǆ', "dz"),
    ('ǅ', "dz"),
    ('ǆ', "dz"),
    ('Ǉ', "lj"),
    ('ǈ', "lj"),
    ('ǉ', "lj"),
    ('Ǌ', "nj"),
    ('ǋ', "nj"),
    ('ǌ', "nj"),
    ('Ǳ', "dz"),
    ('ǲ', "dz"),
    ('ǳ', "dz"),
    ('Ⅱ', "ii"),
    ('Ⅲ', "iii"),
    ('Ⅳ', "iv"),
    ('Ⅵ', "vi"),
    ('Ⅶ', "vii"),
    ('Ⅷ', "viii"),
    ('Ⅸ', "ix"),
    ('Ⅺ', "xi"),
    ('Ⅻ', "xii"),
    ('ⅱ', "ii"),
    ('ⅲ', "iii"),
    ('ⅳ', "iv"),
    ('ⅵ', "vi"),
    ('ⅶ', "vii"),
    ('ⅷ', "viii"),
    ('ⅸ', "ix"),
    ('ⅺ', "xi"),
    ('ⅻ', "xii"),
];

/// The folded letters that one letter stands for, where those are several.
pub fn ligature(character: char) -> Option<&'static str> {
    if !matches!(character, 'Ĳ' | 'ĳ' | 'Ǆ'..='ǳ' | 'Ⅱ'..='ⅻ' | 'ﬀ'..='ﬆ') {
        return None;
    }
    let mut ligatures = LIGATURES.iter();
    let found = ligatures.find(|(ligature, _)| *ligature == character);
    found.map(|(_, letters)| *letters)
}

/// The folded character: a blank for white space, nothing for a combining mark and for what nobody sees. A
/// ligature stays.
pub fn fold_character(character: char) -> Option<char> {
    match character {
        ' '..='@' | '['..='~' => Some(character),
        'Ə' | 'ə' => Some('e'),
        'I' | 'ı' | 'İ' => Some('i'),
        'A'..='Z' => Some(character.to_ascii_lowercase()),
        // what follows below too, said here as these letters are in every word
        'Ç' | 'ç' => Some('c'),
        'Ğ' | 'ğ' => Some('g'),
        'Ö' | 'ö' => Some('o'),
        'Ş' | 'ş' => Some('s'),
        'Ü' | 'ü' => Some('u'),
        '\u{300}'..='\u{36f}' => None,
        '–' | '—' | DRAWN_LINE => Some('-'),
        _ if character.is_whitespace() => Some(' '),
        _ if is_invisible(character) || is_mark(character) => None,
        _ if DASHES.contains(character) => Some('-'),
        _ if ligature(character).is_some() => Some(character),
        _ => match small(character) {
            CYRILLIC_SCHWA | TURNED_E => Some('e'),
            letter => match base(letter) {
                base if base == letter => Some(letter),
                base => fold_character(base),
            },
        },
    }
}

fn small(character: char) -> char {
    let mut letters = character.to_lowercase();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => character, // written with several letters when small: left alone
    }
}

/// Whether a character is a mark that stands on the letters of any script.
fn is_mark(character: char) -> bool {
    let is_of_any = || SCRIPTS.get(character) == Script::Inherited;
    let category = || CATEGORIES.get(character);
    character > '\u{36f}'
        && is_of_any()
        && matches!(
            category(),
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
        )
}

/// The letter that a character is with marks or in another form, such as full width; itself where it is no such.
fn base(character: char) -> char {
    let normalizer = if is_compatibility_letter(character) {
        DecomposingNormalizerBorrowed::new_nfkd()
    } else {
        DecomposingNormalizerBorrowed::new_nfd()
    };
    let mut room = [0; 4];
    let decomposed = normalizer.normalize(character.encode_utf8(&mut room));
    let mut letters = decomposed
        .chars()
        .filter(|letter| !matches!(letter, '\u{300}'..='\u{36f}') && !is_mark(*letter));
    match (letters.next(), letters.next()) {
        (Some(base), None) => base,
        _ => character,
    }
}
