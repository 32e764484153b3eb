//! The analyzer: texts into token streams of words and stems, each distinct word stemmed once. The index writer and
//! the prefilter use it.

use crate::language::{stem::stem, tokenize::each_word};
use std::collections::HashMap;

/// Stands between texts, so that no phrase crosses from one to the next.
pub const GAP: &str = "_";

/// A text as the index has it: parts separated by blanks.
#[derive(Clone, Debug, Default)]
pub struct TokenStream {
    pub words: String,
    pub stems: String,
    /// The words that are not their own stems: what stems do not begin with, a word may.
    pub forms: String,
}

impl TokenStream {
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
    pub fn joined(texts: &[Self]) -> Self {
        let room = |list: fn(&Self) -> &String| {
            let lengths = texts.iter().map(|text| list(text).len() + " _ ".len());
            String::with_capacity(lengths.sum())
        };
        let mut joined = Self {
            words: room(|text| &text.words),
            stems: room(|text| &text.stems),
            forms: room(|text| &text.forms),
        };
        let Some((first, rest)) = texts.split_first() else {
            return joined;
        };
        joined.words.push_str(&first.words);
        joined.stems.push_str(&first.stems);
        joined.forms.push_str(&first.forms);
        for text in rest {
            joined.add(text);
        }
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
pub struct Analyzer {
    pub stems: HashMap<String, String>,
}

impl Analyzer {
    pub fn text(&mut self, text: &str) -> TokenStream {
        let mut analysed = TokenStream {
            words: String::with_capacity(text.len()),
            stems: String::with_capacity(text.len()),
            forms: String::new(),
        };
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
