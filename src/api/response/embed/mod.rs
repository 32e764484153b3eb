//! Eager loading of related records: `include=section,assignments.agency`. Lists, records and feeds embed by it.

mod levels;
mod relation;
mod tree;
mod truncated;

pub use levels::{embed, join};
pub use tree::{MAX_DEPTH, Tree};
pub use truncated::{Cut, MAX_CHILDREN, Truncated};
