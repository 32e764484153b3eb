//! Output sanitisation: texts of others, shown so that they do nothing to a terminal. Messages are made by it.

/// The text with its control characters, and those that turn the direction of what stands around them, written
/// as `\u{1b}`.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_control(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_text_does_nothing_to_a_terminal() {
        let text = "a\u{1b}[31mb\u{9b}0m\r\n\u{202e}ə ş\u{7f}";
        let shown = "a\\u{1b}[31mb\\u{9b}0m\\r\\n\\u{202e}ə ş\\u{7f}";
        assert_eq!(printable(text), shown);
    }
}
