//! The program `aciqplan`: reads the command line and runs the command.

use aciqplan::cli::{args, commands};
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Answers are made of many small texts, which this allocator hands out faster than that of the system.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[actix_web::main]
async fn main() -> ExitCode {
    env_logger::init_from_env(env_logger::Env::default().default_filter_or("info"));
    commands::run(args::read()).await
}
