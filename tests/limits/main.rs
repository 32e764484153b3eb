//! What clients may take, and how they are told that it is too much.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bounds;
mod embedded;
mod rates;
#[path = "../support/mod.rs"]
mod support;
