//! Açıq Plan: open data about government action plans.
//!
//! A request enters through [`server`], finds its handler in [`api`], and its rows in [`database`].
//! A [`package`] is how records come in and go out; [`crate::cli::commands`] is what the command line can do.
//! [`generate`] makes up a package of any size, for measurements.
//! A [`snapshot`] is what the service answers, as files.
//! Nothing in [`database`] knows of HTTP or of packages; [`language`] knows of nothing else.

pub mod cli;

pub mod api;
pub mod database;
pub mod generate;
pub mod language;
pub mod package;
pub mod server;
pub mod snapshot;
