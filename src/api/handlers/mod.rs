//! TODO

pub mod api_root;
pub mod changes;
pub mod citation;
pub mod dimensions;
pub mod docs;
pub mod facets;
pub mod health;
pub mod home;
pub mod records;
pub mod scorecard;
pub mod search;
pub mod stats;
pub mod well_known;
