//! The words and stems of texts, each word looked at once.

use crate::language::{stem::stem, words::each_word};
use std::collections::HashMap;

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

    /// Adds the stem of a word, and says whether it is another.
    fn add_stem(&mut self, stem: &str, word: &str) -> bool {
        push(&mut self.stems, stem);
        stem != word
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
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(part);
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
        each_word(text, |_, word| {
            push(&mut analysed.words, word);
            let is_form = match self.stems.get(word) {
                Some(stem) => analysed.add_stem(stem, word),
                None => {
                    let stem = stem(word);
                    let is_form = analysed.add_stem(&stem, word);
                    self.stems.insert(word.to_owned(), stem);
                    is_form
                }
            };
            if is_form {
                push(&mut analysed.forms, word);
            }
        });
        analysed
    }
}
