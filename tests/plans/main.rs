//! How the databases find the rows of a page: without sorting or reading a whole table.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changes;
mod every_filter;
mod explained;
mod filters;
mod order;
mod pages;
#[path = "../support/mod.rs"]
mod support;
mod texts;
mod ways;
