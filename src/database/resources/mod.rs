//! TODO

pub mod acronyms;
pub mod activities;
pub mod activity_links;
pub mod agencies;
pub mod assignments;
pub mod declare;
pub mod figures;
pub mod measure_links;
pub mod measures;
pub mod memberships;
pub mod obligation_parties;
pub mod obligations;
pub mod plans;
pub mod sections;
pub mod sources;
pub mod status_entries;
pub mod withdrawals;
