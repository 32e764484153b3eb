//! TODO

pub mod args;
pub mod commands;
pub mod exit_code;
pub mod terminal;
