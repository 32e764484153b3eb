//! What holds of every request: methods, formats, caching, limits, problems; the index, and the pages for people.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod caching;
mod index;
mod pages;
mod requests;
#[path = "../support/mod.rs"]
mod support;
