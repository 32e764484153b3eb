//! The parts of SQL whose columns are known only when a request is read: filters, orders, keyset seeks, joins. `model`
//! describes resources by them, `query` puts statements together from them.

pub mod bulk_insert;
pub mod filter;
pub mod index_hint;
pub mod join;
pub mod match_query;
pub mod order;
pub mod predicate;
pub mod range;
pub mod seek;
pub mod writer;
