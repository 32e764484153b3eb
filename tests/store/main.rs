//! The store: one path for writes, revisions of everything, writers and readers at the same time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod connections;
mod first_load;
mod numbering;
mod readiness;
mod revisions;
mod roles;
mod rules;
mod servers;
#[path = "../support/mod.rs"]
mod support;
mod withdrawals;
