//! How well a record meets a query.

use super::{
    matches::Matches,
    query::{Query, Term},
};
use crate::database::{
    AnyConnection,
    condition::{Condition, Test, Value},
    pass::by_itself,
    resource::{self, Resource},
    schema::search_documents,
};
use diesel::prelude::*;
use std::collections::HashMap;

/// So many records are ranked; where more match, they come in the order of the document.
pub const RANKED: usize = 5000;

/// How many documents are read at a time.
const BATCH: usize = 512;

/// What the fields weigh: title, summary, body; and how long each usually is, in words.
const FIELDS: [(f64, f64); 3] = [(8.0, 25.0), (4.0, 15.0), (1.0, 100.0)];
/// What a word weighs that stands as it was typed, as another form, or that only begins so.
const EXACT: f64 = 4.0;
const STEM: f64 = 2.0;
const PREFIX: f64 = 1.0;

/// The ids of records with their scores, the best first.
pub type Ranked = Vec<(i64, String)>;

/// The records of a resource that meet the condition, which asks the index too; `None` where they are
/// too many to rank.
pub fn ranked(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    condition: &Condition,
    query: &Query,
) -> QueryResult<Option<Ranked>> {
    let matches = Matches::of(query, &[resource.name]);
    // never for more than are ranked, so that a broad question costs no more than a narrow one
    let numbers = matches.numbers(connection, RANKED + 1)?;
    if numbers.len() <= RANKED {
        let scores = scores_of(connection, query, &numbers)?;
        let of_it = scores.into_values().next().unwrap_or_default();
        return in_order(connection, resource, condition, &of_it).map(Some);
    }
    if condition.as_search().is_some() {
        return Ok(None);
    }
    let most = resource::Query {
        limit: i64::try_from(RANKED + 1).unwrap_or(i64::MAX),
        ..resource.all(condition.clone())
    };
    let ids = resource.store.matching(connection, &most)?;
    if ids.len() > RANKED {
        return Ok(None);
    }
    let mut scores = Scores::new();
    for ids in ids.chunks(BATCH) {
        let mut documents = Condition::column("resource", Test::OneOf(vec![text(resource.name)]));
        documents.add(
            "record_id",
            Test::OneOf(ids.iter().map(|id| text(id)).collect()),
        );
        let read = read_scores(connection, query, &documents)?;
        scores.extend(read.into_iter().map(|(_, id, score)| (id, score)));
    }
    in_order(connection, resource, condition, &scores).map(Some)
}

/// The records of all of these resources; `None` where they are too many to rank together.
pub fn ranked_together(
    connection: &mut AnyConnection,
    resources: &[&'static Resource],
    query: &Query,
) -> QueryResult<Option<Vec<(&'static Resource, Ranked)>>> {
    let names: Vec<&str> = resources.iter().map(|resource| resource.name).collect();
    let numbers = Matches::of(query, &names).numbers(connection, RANKED + 1)?;
    if numbers.len() > RANKED {
        return Ok(None);
    }
    let mut scores = scores_of(connection, query, &numbers)?;
    let mut ranked = Vec::new();
    for resource in resources {
        let of_it = scores.remove(resource.name).unwrap_or_default();
        let found = in_order(connection, resource, &Condition::default(), &of_it)?;
        ranked.push((*resource, found));
    }
    Ok(Some(ranked))
}

/// Scores by the ids of records.
type Scores = HashMap<String, i64>;

/// The scores of the documents with these numbers, by their resources.
fn scores_of(
    connection: &mut AnyConnection,
    query: &Query,
    numbers: &[i64],
) -> QueryResult<HashMap<String, Scores>> {
    let mut scores: HashMap<String, Scores> = HashMap::new();
    for numbers in numbers.chunks(BATCH) {
        let numbers = numbers.iter().copied().map(Value::Integer).collect();
        let documents = Condition::column("number", Test::OneOf(numbers));
        for (resource, id, score) in read_scores(connection, query, &documents)? {
            scores.entry(resource).or_default().insert(id, score);
        }
    }
    Ok(scores)
}

/// Resource, id and score of some documents.
fn read_scores(
    connection: &mut AnyConnection,
    query: &Query,
    documents: &Condition,
) -> QueryResult<Vec<(String, String, i64)>> {
    let documents = search_documents::table.filter(documents).select((
        search_documents::resource,
        search_documents::record_id,
        search_documents::title,
        search_documents::summary,
        search_documents::body,
    ));
    let rows: Vec<(String, String, String, String, String)> =
        by_itself!(connection => documents.load(connection)?);
    let score = |(resource, id, title, summary, body): (_, _, String, String, String)| {
        (resource, id, score(query, [&title, &summary, &body]))
    };
    Ok(rows.into_iter().map(score).collect())
}

/// The scored records that meet the condition, the best first; what is equal as in the document.
fn in_order(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    condition: &Condition,
    scores: &Scores,
) -> QueryResult<Ranked> {
    if scores.is_empty() {
        return Ok(Vec::new());
    }
    let found = condition.of_found(scores.keys().map(|id| text(id)).collect());
    let ids = resource.store.matching(connection, &resource.all(found))?;
    let score = |id: String| (scores.get(&id).copied().unwrap_or(0), id);
    let mut ranked: Ranked = ids.into_iter().map(score).collect();
    ranked.sort_by(|(a, _), (b, _)| b.cmp(a)); // stable
    Ok(ranked)
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
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
            let best = clause.terms.iter().map(|term| strength(query, term, words));
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
fn strength(query: &Query, term: &Term, words: &[&str]) -> f64 {
    match term {
        Term::Word { word, stem } => {
            let forms = query.forms(stem);
            let place = |other: &&str| match *other {
                other if other == word => EXACT,
                other if forms.iter().any(|form| form == other) => STEM,
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
            let forms: Vec<&[String]> = phrase.iter().map(|stem| query.forms(stem)).collect();
            let is_phrase = |window: &&[&str]| {
                let mut pairs = window.iter().zip(&forms);
                pairs.all(|(word, forms)| forms.iter().any(|form| form == word))
            };
            let places = words.windows(phrase.len()).filter(is_phrase).count();
            #[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
            let places = places as f64;
            places * EXACT
        }
    }
}
