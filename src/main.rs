//! The program `aciqplan`: reads the command line and runs the command.

use aciqplan::{commands, config::Cli};
use clap::Parser;
use std::process::ExitCode;

#[actix_web::main]
async fn main() -> ExitCode {
    env_logger::init_from_env(env_logger::Env::default().default_filter_or("info"));
    commands::run(Cli::parse()).await
}
