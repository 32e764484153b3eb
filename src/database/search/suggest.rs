//! Query suggestions: the nearest indexed words, for a person who found nothing.

use super::query::Query;
use crate::database::{
    AnyConnection, connection::deadline, schema::search_words, sql::filter::Filter,
};
use diesel::prelude::*;

/// The most words that are compared.
const COMPARED: i64 = 200_000;
/// The most suggestions for a word.
const MOST: usize = 3;

/// Words of the register that are nearest to those of the query that it does not have.
pub fn suggestions(connection: &mut AnyConnection, query: &Query) -> QueryResult<Vec<String>> {
    let known: Vec<String> = search_words::table
        .filter(Filter::default())
        .select(search_words::word)
        .order(search_words::word)
        .limit(COMPARED)
        .load(connection)?;
    let mut suggestions: Vec<String> = Vec::new();
    for word in query
        .words()
        .filter(|word| known.binary_search(&(*word).to_owned()).is_err())
    {
        deadline::check()?;
        let most = if word.chars().count() > 5 { 2 } else { 1 };
        let mut near: Vec<(usize, &String)> = known
            .iter()
            .filter(|other| other.len().abs_diff(word.len()) <= most)
            .map(|other| (strsim::damerau_levenshtein(word, other), other))
            .filter(|(distance, _)| *distance <= most)
            .collect();
        near.sort();
        suggestions.extend(near.into_iter().take(MOST).map(|(_, other)| other.clone()));
    }
    suggestions.dedup();
    Ok(suggestions)
}
