//! Mojibake: texts in UTF-8 that were read by a code page of single bytes. The way back is tried: letters whose bytes
//! are UTF-8 again, and give letters that texts here have. `damage` asks.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254};
use std::{ops::Range, sync::LazyLock};

static PAGES: LazyLock<[CodePage; 5]> = LazyLock::new(|| {
    let page = |encoding, is_western| CodePage::new(encoding, is_western);
    [
        page(WINDOWS_1252, true),
        page(WINDOWS_1254, true),
        page(WINDOWS_1250, false),
        page(WINDOWS_1251, false),
        page(MACINTOSH, false),
    ]
});

/// `ÅŸ` for `ş`, `É™` or `Й™` for `ə`, `Ã³` for `ó`, `РџР»` for `Пл`, `â€“` for `–`.
pub fn is_misread(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let letters: Vec<char> = text.chars().collect();
    PAGES.iter().any(|page| page.has_read(&letters))
}

/// A code page: its letters from 0x80 on in their order, each with its byte.
struct CodePage {
    bytes: Vec<(char, u8)>,
    /// Whether no text in its languages has a capital `Ã`, `Ä` or `Å` before what follows it in mojibake.
    is_western: bool,
}

impl CodePage {
    fn new(encoding: &'static Encoding, is_western: bool) -> Self {
        let letter = |byte: u8| {
            let bytes = [byte];
            let (text, _) = encoding.decode_without_bom_handling(&bytes);
            text.chars().next().map(|letter| (letter, byte))
        };
        let mut bytes: Vec<(char, u8)> = (0x80..=0xff).filter_map(letter).collect();
        bytes.sort_unstable();
        Self { bytes, is_western }
    }

    fn byte(&self, letter: char) -> Option<u8> {
        match letter {
            ..'\u{80}' => None,
            // Latin-1 has no other letters for these bytes, and undefined ones are kept so.
            '\u{80}'..='\u{9f}' => u8::try_from(u32::from(letter)).ok(),
            _ => {
                let place = self
                    .bytes
                    .binary_search_by_key(&letter, |(letter, _)| *letter);
                place.ok().map(|place| self.bytes[place].1)
            }
        }
    }

    /// Whether the letters are bytes of UTF-8 in some place.
    fn has_read(&self, letters: &[char]) -> bool {
        let (mut place, mut before) = (0, None);
        while place < letters.len() {
            let Some((letter, length)) = self.sequence(&letters[place..]) else {
                (place, before) = (place + 1, None);
                continue;
            };
            if self.gives_away(letter, letters, place..place + length) {
                return true;
            }
            let block = block(letter);
            if block.is_some() && block == before {
                return true; // two letters of one alphabet, side by side
            }
            (place, before) = (place + length, block);
        }
        false
    }

    /// The letter whose bytes the first letters are, and how many they are.
    fn sequence(&self, letters: &[char]) -> Option<(char, usize)> {
        let length = match self.byte(*letters.first()?)? {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut bytes = [0; 4];
        for (byte, letter) in bytes.iter_mut().zip(letters.get(..length)?) {
            *byte = self.byte(*letter)?;
        }
        let letter = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
        Some((letter, length))
    }

    /// Whether a letter says by itself that it was misread, where it stands.
    fn gives_away(&self, letter: char, letters: &[char], place: Range<usize>) -> bool {
        let before = place.start.checked_sub(1).map(|place| letters[place]);
        let behind = letters.get(place.end).copied();
        let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphabetic);
        if place.len() == 2 && is_closing(letters[place.end - 1]) && !is_letter(behind) {
            return false; // `“IRMÔ`
        }
        match letter {
            // those of the texts here, and the marks of all
            _ if "əƏşŞğĞıİöÖüÜçÇ–—‘’“”„…".contains(letter) => true,
            // Georgian, and pictures
            '\u{10a0}'..='\u{10ff}' | '\u{1f300}'..='\u{1faff}' => true,
            '§' | '«' | '·' | '°' | '©' | '®' => self.is_western,
            '\u{a0}' => self.is_western && before.is_some_and(char::is_lowercase),
            '\u{c0}'..='\u{17f}' => self.is_western && (is_letter(before) || is_letter(behind)),
            _ => false,
        }
    }
}

/// What may stand behind a word in capitals.
fn is_closing(mark: char) -> bool {
    "”“’‘»›…–—\u{a0}".contains(mark)
}

/// The alphabet of a letter, by its place in Unicode; `None` of Latin letters, and of Cyrillic ones that no text here
/// has.
fn block(letter: char) -> Option<u32> {
    let is_told =
        letter.is_alphabetic() && letter >= '\u{370}' && !('\u{460}'..'\u{530}').contains(&letter);
    is_told.then_some(u32::from(letter) >> 8)
}

#[cfg(test)]
mod tests {
    use super::is_misread;

    #[test]
    fn letters_read_in_a_wrong_code_page_are_known() {
        for text in [
            "É™",
            "ÅŸ",
            "Ä±",
            "ÄŸ",
            "Ã§",
            "Æ\u{8f}",
            "Й™",
            "Еџ",
            "â€“",
            "РџР»Р°РЅ",
            "ĞŸĞ»Ğ°Ğ½",
            "ParticipaciÃ³n",
            "TransparÃªncia",
            "Å\u{9f}É\u{99}ffaf",
            "Ĺźeffaf",
            "áƒ¡",
            "Â§ 5",
            "Ã–lkə",
            "Ø´Ø±",
            "Î•Î»Î»",
            "√ßay",
            "ðŸ“Š",
        ] {
            assert!(is_misread(text), "{text}");
        }
        for text in [
            "Azərbaycan Respublikasının «Qanunu»",
            "План «СССР»",
            "Её доля, её план",
            "Дія і СІРІ Гіди",
            "ÜÇ — İŞ",
            "café",
            "« VOILÀ » et “CAFÉ”",
            "“A IRMÔ",
            "SÃO PAULO, AÇÕES",
            "Ăştia",
            "ŁÓDŹ, żółć",
            "Åbo, 5 Å",
            "„ÖTÜRÜLMƏSİ“",
            "…où",
            "საქართველო",
            "Ελλάδα",
        ] {
            assert!(!is_misread(text), "{text}");
        }
    }
}
