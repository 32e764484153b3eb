//! The catalogue says what DCAT-AP wants, and the same in every syntax; the packages' metadata too.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod descriptions;
mod metadata;
mod readers;
#[path = "../support/mod.rs"]
mod support;
mod syntaxes;
