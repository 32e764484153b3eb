//! The register in `SQLite` or `PostgreSQL`: one file a resource, one path for writes.
//!
//! Rooms, each of which may use those before it: [`connection`], [`sql`], [`model`], [`query`], [`resources`],
//! [`search`], [`mod@write`]. Whoever reads or writes does it with a [`Database`].

pub mod connection;
mod error;
mod handle;
pub mod model;
pub mod query;
pub mod resources;
mod schema;
pub mod search;
pub mod sql;
pub mod write;

pub use connection::admission::{Permit, Timeouts};
pub use connection::any::AnyConnection;
pub use connection::bulkhead::{Share, Shares};
pub use connection::caller::{Caller, Group, Work};
pub use connection::deadline::check as check_deadline;
pub use connection::failure_kind::FailureKind;
pub use connection::sqlite::{know_as_read, know_fold};
pub use error::Error;
pub use handle::{Database, PoolStats};
pub use resources::{RESOURCES, find};
pub use write::bulk_load::with_exclusive_load;
