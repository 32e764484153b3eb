//! Request handlers, one file for each path or family of paths. The endpoints name them.

pub mod api_root;
pub mod changes;
pub mod citation;
pub mod docs;
pub mod health;
pub mod history;
pub mod home;
pub mod list;
pub mod problems;
pub mod record;
pub mod scorecard;
pub mod search;
pub mod stats;
pub mod well_known;
