//! How well a record meets a query.

use super::query::{Query, Term};
use crate::{
    database::{AnyConnection, condition::Condition, resource::Resource, schema::search_documents},
    language::stem::{may_have, stem},
};
use diesel::prelude::*;
use std::collections::HashMap;

/// So many records are ranked; where more match, they come in the order of the document.
pub const RANKED: usize = 5000;

/// What the fields weigh: title, summary, body; and how long each usually is, in words.
const FIELDS: [(f64, f64); 3] = [(8.0, 25.0), (4.0, 15.0), (1.0, 100.0)];
/// What a word weighs that stands as it was typed, as another form, or that only begins so.
const EXACT: f64 = 4.0;
const STEM: f64 = 2.0;
const PREFIX: f64 = 1.0;

/// The ids of the records that match, the best first; `None` where they are too many to rank.
pub fn ranked(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    condition: &Condition,
    query: &Query,
) -> QueryResult<Option<Vec<(i64, String)>>> {
    let most = crate::database::resource::Query {
        limit: i64::try_from(RANKED + 1).unwrap_or(i64::MAX),
        ..resource.all(condition.clone())
    };
    let ids = resource.store.matching(connection, &most)?;
    if ids.len() > RANKED {
        return Ok(None);
    }
    let mut scores: HashMap<String, i64> = HashMap::new();
    for ids in ids.chunks(500) {
        let rows: Vec<(String, String, String, String)> = search_documents::table
            .filter(search_documents::resource.eq(resource.name))
            .filter(search_documents::record_id.eq_any(ids))
            .select((
                search_documents::record_id,
                search_documents::title,
                search_documents::summary,
                search_documents::body,
            ))
            .load(connection)?;
        for (id, title, summary, body) in rows {
            scores.insert(id, score(query, [&title, &summary, &body]));
        }
    }
    let mut ranked: Vec<(i64, String)> = ids
        .into_iter()
        .map(|id| (scores.get(&id).copied().unwrap_or(0), id))
        .collect();
    ranked.sort_by(|(a, _), (b, _)| b.cmp(a)); // stable: what is equal keeps the document's order
    Ok(Some(ranked))
}

/// The weight of the fields in which each clause is met, in thousandths.
fn score(query: &Query, fields: [&str; 3]) -> i64 {
    let fields = fields.map(|field| {
        let words = field.split(' ').filter(|word| !word.is_empty());
        words.collect::<Vec<&str>>()
    });
    let mut score = 0.0;
    for clause in &query.clauses {
        for (words, (weight, usual)) in fields.iter().zip(FIELDS) {
            let best = clause.terms.iter().map(|term| strength(term, words));
            let best = best.fold(0.0, f64::max);
            #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
            let length = words.len() as f64 / usual;
            score += weight * best / (best + 1.2 * (0.25 + 0.75 * length)) * best.min(EXACT);
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "a few thousands")]
    let thousandths = (score * 1000.0).round() as i64;
    thousandths
}

/// How strongly a text meets a term: each place counts, the best kind of match most.
fn strength(term: &Term, words: &[&str]) -> f64 {
    match term {
        Term::Word { word, stem } => {
            let place = |other: &&str| match *other {
                other if other == word => EXACT,
                other if has_stem(other, stem) => STEM,
                _ => 0.0,
            };
            words.iter().map(place).sum()
        }
        Term::Prefix(start) => {
            let place = |word: &&str| match word.strip_prefix(start.as_str()) {
                Some("") => EXACT,
                Some(_) => PREFIX,
                None => 0.0,
            };
            words.iter().map(place).sum()
        }
        Term::Phrase(phrase) => {
            let is_phrase = |window: &&[&str]| {
                let mut pairs = window.iter().zip(phrase);
                pairs.all(|(word, stem)| has_stem(word, stem))
            };
            let places = words.windows(phrase.len()).filter(is_phrase).count();
            #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
            let places = places as f64;
            places * EXACT
        }
    }
}

fn has_stem(word: &str, looked_for: &str) -> bool {
    may_have(word, looked_for) && stem(word) == looked_for
}
