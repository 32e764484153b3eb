//! Full-text search: one analysis of texts and queries for both databases.
//!
//! The engines (FTS5, tsvector) only say which records hold the stems; how well they match is
//! computed here, so that the order is the same on both.

mod acronyms;
mod analyzer;
mod bm25;
mod cache;
mod compile;
mod document;
mod execute;
mod index_version;
mod index_writer;
mod prefilter;
mod ranked;
mod rebuild;
mod truncate;
mod update;

pub mod query;
mod snippet;
mod suggest;

pub use crate::database::sql::match_query::MatchQuery;
pub use cache::SearchCache;
pub use document::{Document, documents};
pub use execute::{RANKED, ranked, ranked_together};
pub use index_version::{INDEX_VERSION, rebuild_if_outdated, warn_if_outdated};
pub use prefilter::{Extent, Prefilter, narrowed};
pub use query::{Query, WrongQuery};
pub use ranked::Ranking;
pub use snippet::{Snippet, snippet};
pub use suggest::suggestions;
pub use update::refresh;

use crate::database::model::resource::Resource;

/// Whether the records of a resource are searched.
pub fn is_searched(resource: &Resource) -> bool {
    resource.behaviour.searched.is_some()
}
