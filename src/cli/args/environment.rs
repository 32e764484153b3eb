//! Reads the settings: the command line first, then the environment. The program does so when it starts.

use crate::cli::args::Cli;
use clap::{
    CommandFactory, FromArgMatches,
    builder::{Command, Resettable},
};
use std::env;

/// The settings; where one is wrong, the program says so and ends.
///
/// A variable without a value is as one that is unset: files of compositions and units write `NAME=` for what they
/// leave alone.
pub fn read() -> Cli {
    let matches = without_empty(Cli::command()).get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

fn without_empty(command: Command) -> Command {
    let command = command.mut_args(|argument| {
        let value = argument.get_env().and_then(env::var_os);
        if value.is_some_and(|value| value.to_string_lossy().trim().is_empty()) {
            argument.env(Resettable::Reset)
        } else {
            argument
        }
    });
    command.mut_subcommands(without_empty)
}
