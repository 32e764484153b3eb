//! Snippets: the words around a match, for the highlights of search results.

use super::query::{Query, Term};
use crate::{
    database::search::document::Document,
    language::{stem::stem, tokenize::spans},
};

/// How many words stand before and after the first match.
const AROUND: usize = 12;

/// The field that matched, and the words around the match as HTML.
pub struct Snippet {
    pub field: &'static str,
    pub html: String,
}

/// Where a document meets a query best: in the field with most of its words.
pub fn snippet(document: &Document, query: &Query) -> Snippet {
    let texts = document
        .title
        .iter()
        .chain(&document.summary)
        .chain(&document.body);
    let best = texts
        .map(|(field, text)| (matches(text, query), field, text))
        .max_by(|(a, ..), (b, ..)| {
            different(a)
                .cmp(&different(b))
                .then(std::cmp::Ordering::Greater)
        });
    match best {
        Some((marked, field, text)) => Snippet {
            field,
            html: html(text, &marked),
        },
        None => Snippet {
            field: "",
            html: String::new(),
        },
    }
}

/// The words of the text that match, each with the clause that it meets.
fn matches(text: &str, query: &Query) -> Vec<(usize, usize)> {
    let words = spans(text);
    let mut matches = Vec::new();
    for (at, (_, word)) in words.iter().enumerate() {
        let met = query.clauses.iter().position(|clause| {
            clause.terms.iter().any(|term| match term {
                Term::Word { stem, .. } => query.forms(stem).contains(word),
                Term::Prefix(start) => {
                    word.starts_with(start.as_str()) || stem(word).starts_with(start.as_str())
                }
                Term::Phrase(stems) => in_phrase(query, &words, at, stems),
            })
        });
        matches.extend(met.map(|clause| (at, clause)));
    }
    matches
}

/// Whether the word at a place is a part of the phrase there.
fn in_phrase(
    query: &Query,
    words: &[(std::ops::Range<usize>, String)],
    at: usize,
    phrase: &[String],
) -> bool {
    (0..phrase.len()).any(|offset| {
        let Some(start) = at.checked_sub(offset) else {
            return false;
        };
        let window = words.get(start..start + phrase.len());
        window.is_some_and(|window| {
            let mut pairs = window.iter().zip(phrase);
            pairs.all(|((_, word), stem)| query.forms(stem).contains(word))
        })
    })
}

fn different(matches: &[(usize, usize)]) -> usize {
    let mut clauses: Vec<usize> = matches.iter().map(|(_, clause)| *clause).collect();
    clauses.sort_unstable();
    clauses.dedup();
    clauses.len()
}

fn html(text: &str, marked: &[(usize, usize)]) -> String {
    let words = spans(text);
    let first = marked.first().map_or(0, |(at, _)| *at);
    let (from, to) = (
        first.saturating_sub(AROUND),
        (first + AROUND).min(words.len().saturating_sub(1)),
    );
    let (Some((start, _)), Some((end, _))) = (words.get(from), words.get(to)) else {
        return escaped(text);
    };
    let start = if from == 0 { 0 } else { start.start };
    let end = if to + 1 == words.len() {
        text.len()
    } else {
        end.end
    };
    let mut html = String::new();
    let mut at = start;
    for (range, _) in marked.iter().filter_map(|(word, _)| words.get(*word)) {
        if range.start >= at && range.end <= end {
            html.push_str(&escaped(&text[at..range.start]));
            html.push_str("<mark>");
            html.push_str(&escaped(&text[range.clone()]));
            html.push_str("</mark>");
            at = range.end;
        }
    }
    html.push_str(&escaped(&text[at..end]));
    let before = if start > 0 { "… " } else { "" };
    let after = if end < text.len() { " …" } else { "" };
    format!("{before}{html}{after}").replace('\n', " ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
