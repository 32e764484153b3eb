//! Feeds: what changed, newest first, as Atom, RSS and JSON Feed.
//!
//! Ids are UUIDs made from the id of the record alone. They name no address, so they outlive a move of the
//! service, and a mirror's entry is known as the same entry; a `tag:` URI would need a domain that the
//! publisher keeps.

mod atom;
mod changes;
mod entry;
mod feed;
mod json;
mod records;
mod rss;

pub use changes::{list as list_changes, shortened};
pub use entry::name;
pub use feed::{moment, part, text};
pub use json::JsonFeed;
pub use records::list;

/// The parameters of a list of JSON that a feed does without.
const NOT_TAKEN: [&str; 6] = ["sort", "page", "fields", "include", "facets", "labels"];
const WHY_NOT: &str = "goes without a feed, which shows whole entries, newest change first; `limit` and `cursor` page it";
