//! Notices of mixed-script words: letters that only look Latin hide a word from those who type it.

use crate::{
    database::model::new_record::{Cell, NewRecord},
    language::mixed_script::strangers,
    package::{Problem, table::Table},
};

/// A notice for each cell of a record that has such words: it names the first.
pub fn notices(table: &Table, row: usize, draft: &NewRecord) -> Vec<Problem> {
    let notice = |column: &str, text: &str| {
        let found = strangers(text);
        let first = found.first()?;
        let others = match found.len() - 1 {
            0 => String::new(),
            1 => "; another word has such a letter".to_owned(),
            count => format!("; {count} other words have such letters"),
        };
        let right = if first.has_twin {
            "type the one that looks like it"
        } else {
            "type the one of that alphabet, unless it is meant"
        };
        let (letter, place, word) = (first.letter, first.place, first.word);
        let reason = format!(
            "letter {place} of `{word}` is `{letter}` (U+{:04X}), a {} letter beside those of another alphabet: \
             {right}{others}",
            u32::from(letter),
            first.alphabet,
        );
        Some(Problem::in_cell(&table.file, row, column, word, reason).notice())
    };
    let mut notices = Vec::new();
    for (column, cell) in draft.values() {
        match cell {
            Cell::Text(text) => notices.extend(notice(column.name, text)),
            Cell::List(texts) => {
                let texts = texts.to_vec();
                notices.extend(texts.iter().filter_map(|text| notice(column.name, text)));
            }
            Cell::Nothing | Cell::Integer(_) => {}
        }
    }
    notices
}
