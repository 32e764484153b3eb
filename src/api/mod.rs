//! What clients see.
pub fn document_text() -> String { String::new() }
