//! Feeds: what changed, newest first, as Atom, RSS and JSON Feed. The endpoints of lists and of changes give them.
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
mod writer;

pub use changes::{list as list_changes, shortened};
pub use entry::name;
pub use feed::{moment, part, text};
pub use json::JsonFeed;
pub use records::list;
