//! A prefilter for text filters: stems that all matching records must contain, so that the full-text index leads to
//! the few rows where the filter itself decides. List requests add it.

use crate::{
    database::{
        AnyConnection,
        model::resource::{Column, Kind, Resource},
        schema::search_words,
        search::{
            document::{Standing, standing},
            index_version,
            query::{Clause, Query, Term},
            truncate::PARTLY,
        },
        sql::{filter::Filter, match_query::Narrowed},
    },
    language::substring::{Told, told},
};
use diesel::prelude::*;

/// So many words of a text are looked for.
const MOST_WORDS: usize = 20;
/// What begins or stands in words is in very many of them where it is shorter.
const LONG: usize = 3;
/// Where the words with something in them have more stems, they lead nowhere.
const MOST_STEMS: usize = 1000;
/// Behind this FTS5 may not know that a letter is one: its Unicode is older.
const LETTERS: char = '\u{500}';

/// How much of a text is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Whole,
    Beginning,
    Anywhere,
}

/// What a filter by a text tells of the words of the records that meet it.
#[derive(Clone, Debug)]
pub struct Prefilter(Told);

impl Prefilter {
    /// What the value of a filter tells; `None` where that is nothing, or the texts of the column are not
    /// indexed. Lists are kept as JSON, whose signs may stand in a value too.
    pub fn of(resource: &Resource, column: &Column, extent: Extent, value: &str) -> Option<Self> {
        if column.kind != Kind::Text {
            return None;
        }
        let (begins, ends) = match (standing(resource, column.name)?, extent) {
            (Standing::Whole, Extent::Whole) => (true, true),
            (Standing::Whole, Extent::Beginning) => (true, false),
            _ => (false, false),
        };
        let Told {
            words,
            mut beginnings,
            mut parts,
        } = told(value, begins, ends);
        let is_known = |word: &String| word.chars().all(|letter| letter < LETTERS);
        let is_long = |word: &String| word.chars().count() >= LONG;
        let known = words.split(|word| !is_known(word));
        let mut words = known.max_by_key(|words| words.len())?.to_vec();
        words.truncate(MOST_WORDS);
        beginnings.retain(is_known);
        parts.retain(is_known);
        if !words.is_empty() || beginnings.iter().chain(&parts).any(is_long) {
            beginnings.retain(is_long);
            parts.retain(is_long);
        }
        let told = Told {
            words,
            beginnings,
            parts,
        };
        (told != Told::default()).then_some(Self(told))
    }

    /// What a record must have in the index.
    fn clauses(&self, connection: &mut AnyConnection) -> QueryResult<Vec<Clause>> {
        let Self(told) = self;
        let beginning = |start: &String| vec![Term::Prefix(start.clone())];
        let mut any: Vec<Vec<Term>> = told.beginnings.iter().map(beginning).collect();
        any.extend(Term::of_words(told.words.clone()).map(|words| vec![words]));
        for part in &told.parts {
            let stems = stems(connection, part)?;
            if stems.len() <= MOST_STEMS {
                any.push(stems.into_iter().map(of_stem).collect());
            }
        }
        let clause = |mut terms: Vec<Term>| {
            terms.push(of_stem(PARTLY.to_owned()));
            Clause { terms }
        };
        Ok(any.into_iter().map(clause).collect())
    }
}

fn of_stem(stem: String) -> Term {
    Term::Word {
        word: stem.clone(),
        stem,
    }
}

/// The stems of the words of the register that have this somewhere in them, up to one too many.
fn stems(connection: &mut AnyConnection, part: &str) -> QueryResult<Vec<String>> {
    // letters, digits and full stops: nothing that stands for something else
    search_words::table
        .filter(&Filter::default())
        .filter(search_words::word.like(format!("%{part}%")))
        .select(search_words::stem)
        .distinct()
        .limit(i64::try_from(MOST_STEMS + 1).unwrap_or(i64::MAX))
        .load(connection)
}

/// Where the index leads to what meets all of the filters; `None` where it does not help.
pub fn narrowed(
    connection: &mut AnyConnection,
    resource: &Resource,
    narrowings: &[Prefilter],
) -> QueryResult<Option<Narrowed>> {
    if narrowings.is_empty() || !index_version::are_followed(connection)? {
        return Ok(None);
    }
    let mut clauses = Vec::new();
    for narrowing in narrowings {
        clauses.extend(narrowing.clauses(connection)?);
    }
    if clauses.is_empty() {
        return Ok(None);
    }
    let matches = Query::of(clauses).match_query(&[resource.name]);
    Ok(Some(Narrowed::new(matches)))
}
