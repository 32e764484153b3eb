//! Mojibake: letters of UTF-8 that were read as those of a Windows code page. `damage` asks of each text.

/// `ÅŸ` for `ş`, `É™` or `Й™` for `ə`: the bytes of a letter as letters of a Windows code page.
pub fn is_misread(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    [WESTERN, CYRILLIC].iter().any(|page| {
        let mut cyrillic = 0;
        let mut place = 0;
        while place < letters.len() {
            match sequence(&letters[place..], page) {
                Some((letter, _)) if is_expected(letter) => return true,
                Some((letter, length)) if ('\u{400}'..'\u{460}').contains(&letter) => {
                    cyrillic += 1;
                    place += length;
                    if cyrillic == 2 {
                        return true;
                    }
                    continue;
                }
                _ => cyrillic = 0,
            }
            place += 1;
        }
        false
    })
}

/// Letters and marks of the texts that are kept here.
fn is_expected(letter: char) -> bool {
    "əƏşŞğĞıİöÖüÜçÇ–—‘’“”„…".contains(letter)
}

/// The letter whose bytes the first letters are in a code page, and how many they are.
fn sequence(letters: &[char], page: &CodePage) -> Option<(char, usize)> {
    let first = byte(*letters.first()?, page)?;
    let length = match first {
        0xc3..=0xdf => 2,
        0xe2 => 3,
        _ => return None,
    };
    let bytes: Option<Vec<u8>> = letters
        .get(..length)?
        .iter()
        .map(|c| byte(*c, page))
        .collect();
    let letter = String::from_utf8(bytes?).ok()?.chars().next()?;
    Some((letter, length))
}

/// A code page: the letters from 0x80 to 0x9f, and the letter of 0xc0 where those behind it follow each other.
struct CodePage {
    high: &'static str,
    letters: char,
}

/// Windows-1252; 1254 differs in letters that begin no letter which is expected here.
const WESTERN: &CodePage = &CodePage {
    high: "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ",
    letters: 'À',
};
/// Windows-1251, but for what stands from 0xa0 to 0xbf.
const CYRILLIC: &CodePage = &CodePage {
    high: "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{98}™љ›њќћџ",
    letters: 'А',
};

fn byte(letter: char, page: &CodePage) -> Option<u8> {
    if let Some(place) = page.high.chars().position(|other| other == letter) {
        return u8::try_from(0x80 + place).ok();
    }
    let after = u32::from(letter).checked_sub(u32::from(page.letters));
    if let Some(after @ 0..=0x3f) = after {
        return u8::try_from(0xc0 + after).ok();
    }
    match (letter, page.letters) {
        ('\u{a0}'..='\u{bf}', 'À') => u8::try_from(u32::from(letter)).ok(),
        (_, 'А') => {
            let middle = "\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕї";
            let place = middle.chars().position(|other| other == letter)?;
            u8::try_from(0xa0 + place).ok()
        }
        _ => None,
    }
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
        ] {
            assert!(is_misread(text), "{text}");
        }
        for text in [
            "Azərbaycan Respublikasının «Qanunu»",
            "План «СССР»",
            "ÜÇ — İŞ",
            "café",
        ] {
            assert!(!is_misread(text), "{text}");
        }
    }
}
