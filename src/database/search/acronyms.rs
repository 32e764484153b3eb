//! Synonyms: the short forms that the register knows, as the search compares them. Queries are expanded by them.

use crate::{
    database::{AnyConnection, schema::acronyms},
    language::{fold, stem::stem, tokenize::words},
};
use diesel::prelude::*;

/// Short forms and what they stand for.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Each short form, folded, and the stems of what it stands for.
    pub(crate) pairs: Vec<(String, Vec<String>)>,
}

impl Lexicon {
    pub fn read(connection: &mut AnyConnection) -> QueryResult<Self> {
        let known: Vec<(String, String)> = acronyms::table
            .order(acronyms::id)
            .select((acronyms::short, acronyms::expansion))
            .load(connection)?;
        let pair = |(short, expansion): (String, String)| {
            let expansion = words(&expansion);
            let stems = expansion.iter().map(|word| stem(word)).collect();
            (fold(&short), stems)
        };
        Ok(Self {
            pairs: known.into_iter().map(pair).collect(),
        })
    }
}
