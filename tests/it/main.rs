//! The integration tests: one program with a module for each concern, as to link one takes seconds and to link forty
//! takes minutes. `tests/deadlines.rs` alone stands beside it, as it needs a process of its own.
//!
//! `cargo test --test it` runs them on SQLite, and on PostgreSQL where `ACIQPLAN_TEST_POSTGRES` names a server.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calendar;
mod catalog;
mod citation;
mod count_cache;
mod database;
mod discovery;
mod downloads;
mod feeds;
mod folding;
mod generate;
mod http;
mod layers;
mod limits;
mod lists;
mod metrics;
mod openapi;
mod packages;
mod properties;
mod query_plans;
mod readme;
mod response_cache;
mod scorecards;
mod search;
mod search_length;
mod search_quality;
mod search_rules;
mod seed_facts;
mod shutdown;
mod snapshot;
mod statistics;
mod support;
mod writes;
