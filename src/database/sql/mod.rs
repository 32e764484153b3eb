//! TODO

pub mod filter;
pub mod index_hint;
pub mod join;
pub mod match_query;
pub mod order;
pub mod predicate;
pub mod range;
pub mod seek;
pub mod writer;
