//! Truncation of documents: how much of a record is indexed. PostgreSQL has room for a megabyte, for 16,383
//! positions, and for 256 positions of a word, and both engines are to find the same.

use crate::{
    database::search::analyzer::{GAP, TokenStream},
    language::tokenize::LONGEST,
};
use std::collections::{HashMap, HashSet};

/// Up to here a text is short: nothing of it is too much.
const SHORT: usize = 250;
/// Words behind so many, and places of a word behind so many, belong to no phrase.
const PLACES: usize = 16_000;
const PLACES_OF_A_WORD: usize = 250;
/// So many bytes are indexed; what is behind them is not searched.
const BYTES: usize = 1_000_000;
/// What PostgreSQL takes for a word and for a place of it, beside its letters.
const OF_A_WORD: usize = 8;
const OF_A_PLACE: usize = 2;

/// A word that no text has: records have it that are not indexed to the last letter, word beside word.
pub const PARTLY: &str = "_partly";

/// The stems and the forms that are indexed of a record.
pub fn bounded(whole: TokenStream) -> (String, String) {
    let (count, longest) = measured(&whole.words);
    let mut is_partly = longest >= LONGEST;
    if !is_partly && count <= SHORT {
        return (whole.stems, whole.forms);
    }
    let (mut stems, mut forms) = (Vec::new(), Vec::new());
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut known = HashSet::new();
    let mut bytes = 0;
    for (number, (word, stem)) in whole
        .words
        .split(' ')
        .zip(whole.stems.split(' '))
        .enumerate()
    {
        if stem == GAP {
            stems.push(GAP);
            continue;
        }
        let place = places.entry(stem).or_default();
        *place += 1;
        bytes += OF_A_PLACE;
        if *place == 1 {
            bytes += stem.len() + OF_A_WORD;
        }
        if word != stem && known.insert(word) {
            bytes += word.len() + OF_A_WORD;
        }
        if bytes > BYTES {
            is_partly = true;
            break;
        }
        if number < PLACES && *place <= PLACES_OF_A_WORD {
            stems.push(stem);
        } else {
            is_partly = true;
            stems.extend([GAP, stem, GAP]);
        }
        if word != stem {
            forms.push(word);
        }
    }
    if is_partly {
        stems.extend([GAP, PARTLY]);
    }
    (stems.join(" "), forms.join(" "))
}

/// How many words there are, and how many bytes the longest of them has.
fn measured(words: &str) -> (usize, usize) {
    let words = words.as_bytes().split(|byte| *byte == b' ');
    words.fold((0, 0), |(count, longest), word| {
        (count + 1, longest.max(word.len()))
    })
}
