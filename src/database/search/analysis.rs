//! The words and stems of texts, each word looked at once.

use crate::language::{stem::stem, words::words};
use std::{collections::HashMap, fmt::Write};

/// Stands between texts, so that no phrase crosses from one to the next.
pub const GAP: &str = "_";

/// A text as the index has it: parts separated by blanks.
#[derive(Clone, Debug, Default)]
pub struct Analysed {
    pub words: String,
    pub stems: String,
    /// The words that are not their own stems: what stems do not begin with, a word may.
    pub forms: String,
}

impl Analysed {
    /// Adds another text behind a gap.
    pub fn add(&mut self, other: &Self) {
        for (own, other) in [
            (&mut self.words, &other.words),
            (&mut self.stems, &other.stems),
        ] {
            push(own, GAP);
            push(own, other);
        }
        push(&mut self.forms, &other.forms);
    }

    /// Texts with gaps between them.
    pub fn joined<'t>(texts: impl IntoIterator<Item = &'t Self>) -> Self {
        let mut texts = texts.into_iter();
        let mut joined = texts.next().cloned().unwrap_or_default();
        texts.for_each(|text| joined.add(text));
        joined
    }
}

fn push(list: &mut String, part: &str) {
    if !part.is_empty() {
        let blank = if list.is_empty() { "" } else { " " };
        let _ = write!(list, "{blank}{part}"); // writing to a String never fails
    }
}

/// Remembers the stem of every word that it met.
#[derive(Default)]
pub struct Analyst {
    pub stems: HashMap<String, String>,
}

impl Analyst {
    pub fn text(&mut self, text: &str) -> Analysed {
        let mut analysed = Analysed::default();
        for word in words(text) {
            let stem = self.stem(&word);
            push(&mut analysed.stems, stem);
            let is_form = *stem != *word;
            push(&mut analysed.words, &word);
            if is_form {
                push(&mut analysed.forms, &word);
            }
        }
        analysed
    }

    pub fn stem(&mut self, word: &str) -> &str {
        if !self.stems.contains_key(word) {
            self.stems.insert(word.to_owned(), stem(word));
        }
        &self.stems[word]
    }
}
