//! Confusables (UTS 39): letters that only look like those of ids, names and words, which are ASCII.

use crate::language::{
    as_read, fold, fold_character, mixed_script::alphabet, normalize::CYRILLIC_SCHWA, plain,
};
use std::borrow::Cow;
use unicode_security::confusable_detection::skeleton;

/// The text in small letters as a reader takes it: each that looks like one in ASCII is that one, and what nobody
/// sees is nothing.
pub fn read(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(read_as).collect()
}

/// `` `а` is CYRILLIC SMALL LETTER A ``, of each character that is neither in ASCII nor a Latin letter;
/// nothing where there is none.
pub fn named(text: &str) -> Option<String> {
    let mut seen: Vec<(char, Option<String>)> = Vec::new();
    for character in text.chars().filter(|character| !character.is_ascii()) {
        if seen.len() == MOST_NAMED || seen.iter().any(|(other, _)| *other == character) {
            continue;
        }
        let name = unicode_names2::name(character).map(|name| name.to_string());
        if !name.as_ref().is_some_and(|name| name.starts_with("LATIN ")) {
            seen.push((character, name));
        }
    }
    let named = seen.into_iter().map(|(character, name)| {
        let code = u32::from(character);
        let shown = if character.is_alphanumeric() {
            format!("`{character}`")
        } else {
            format!("U+{code:04X}")
        };
        match name {
            Some(name) => format!("{shown} is {name}"),
            None => format!("U+{code:04X} is no letter"),
        }
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// The text by which two texts are alike that nobody can tell apart: forms of letters, dashes and white space are
/// plain, and letters that look Latin are.
pub fn alike(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let read = |character| match fold_character(character) {
        Some('-') => '-',
        _ => latin_twin(character).unwrap_or(character),
    };
    as_read(&plain(text))
        .chars()
        .map(read)
        .collect::<String>()
        .into()
}

/// The Latin letter that one of another alphabet looks like in this case; `None` where there is none.
pub fn latin_twin(letter: char) -> Option<char> {
    if !matches!(alphabet(letter), Some("Cyrillic" | "Greek")) {
        return None;
    }
    if matches!(letter, CYRILLIC_SCHWA | 'Ә') {
        return Some('ə');
    }
    let typed = letter.to_string();
    let mut looks = skeleton(&typed);
    match (looks.next(), looks.next()) {
        (Some(twin), None) if twin.is_ascii_alphabetic() => Some(twin),
        _ => None,
    }
}

/// So many characters are named; a text in another script has more.
const MOST_NAMED: usize = 3;

/// What a character is taken for; itself where it looks like nothing in ASCII.
fn read_as(character: char) -> String {
    let typed = character.to_string();
    if character.is_ascii() {
        return typed.to_ascii_lowercase();
    }
    let large = typed.to_uppercase(); // small letters of some alphabets look like Latin capitals
    let readings = [
        fold(&typed),
        skeleton(&typed).collect(),
        skeleton(&large).collect(),
    ];
    let mut readings = readings.into_iter();
    let reading = readings.find(|reading: &String| reading.is_ascii());
    reading.unwrap_or(typed).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::language::confusables::{alike, named, read};

    #[test]
    fn what_looks_latin_is_read_as_latin() {
        assert_eq!(read("соmрlеtе"), "complete");
        assert_eq!(read("az\u{2013}nap\u{200b}"), "az-nap");
        assert_eq!(read("Maliyyə-nazırliyi"), "maliyye-nazirliyi");
        assert_eq!(read("кмк"), "kmk");
        assert_eq!(
            read("\u{43b}an"),
            "\u{43b}an",
            "it looks like no Latin letter"
        );
    }

    #[test]
    fn texts_that_nobody_can_tell_apart_are_alike() {
        for (one, other) in [
            ("1а", "1a"),
            ("１\u{200b}", "1"),
            ("4.1\u{2013}4.3", "4.1-4.3"),
            ("Nazirliк А", "Nazirliк A"),
            ("Dövlәt\u{a0}ﬁ", "Dövlət fi"),
        ] {
            assert_eq!(alike(one), alike(other), "{one} {other}");
        }
        for (one, other) in [
            ("a", "A"),
            ("e", "ə"),
            ("I", "1"),
            ("s", "ş"),
            ("ı", "i"),
            ("б", "b"),
        ] {
            assert_ne!(alike(one), alike(other), "{one} {other}");
        }
    }

    #[test]
    fn letters_of_other_scripts_are_named() {
        let name = "`а` is CYRILLIC SMALL LETTER A, `ο` is GREEK SMALL LETTER OMICRON";
        assert_eq!(named("аgencyа=ο").as_deref(), Some(name));
        assert_eq!(named("az\u{2013}nap").as_deref(), Some("U+2013 is EN DASH"));
        assert_eq!(named("icra olunmayıb, əsasən"), None);
    }
}
