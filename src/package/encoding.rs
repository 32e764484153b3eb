//! Detects encodings that are not UTF-8. Whatever reads a text of a package asks.

/// The encoding of a text whose letters have two or four bytes each, by its mark or the NUL beside its first letter.
pub fn wide_encoding(head: &[u8]) -> Option<&'static str> {
    let is_letter: Vec<bool> = head.iter().take(4).map(|byte| *byte != 0).collect();
    match (head, is_letter.as_slice()) {
        ([0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..], _)
        | (_, [true, false, false, false] | [false, false, false, true]) => Some("UTF-32"),
        ([0xFF, 0xFE, ..] | [0xFE, 0xFF, ..], _) | (_, [true, false, ..] | [false, true, ..]) => {
            Some("UTF-16")
        }
        _ => None,
    }
}
