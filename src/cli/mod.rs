//! The command line: arguments, commands and exit codes. `main` runs it.

pub mod args;
pub mod commands;
pub mod exit_code;
pub mod terminal;
