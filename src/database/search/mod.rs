//! Full-text search: one analysis of texts and queries for both databases.
//!
//! The engines (FTS5, tsvector) only say which records hold the stems; how well they match is
//! computed here, so that the order is the same on both.

mod analysis;
mod documents;
mod engines;
mod index;
mod indexer;
mod knowledge;
mod length;
mod lexicon;
mod matches;
mod narrowing;
mod query;
mod rank;
mod ranking;
mod rules;
mod score;
mod scratch;
mod snippet;
mod suggest;
mod surroundings;
mod whole;
mod worker;

pub use documents::{Document, documents};
pub use index::refresh;
pub use knowledge::Knowledge;
pub use matches::Matches;
pub use narrowing::{Extent, Narrowed, Narrowing, narrowed};
pub use query::{Query, WrongQuery};
pub use rank::{RANKED, ranked, ranked_together};
pub use ranking::Ranking;
pub use rules::{RULES, follow, look};
pub use snippet::{Snippet, snippet};
pub use suggest::suggestions;
pub use whole::Chore;

use super::resource::Resource;

/// Whether the records of a resource are searched.
pub fn is_searched(resource: &Resource) -> bool {
    documents::SEARCHED.contains(&resource.name)
}
