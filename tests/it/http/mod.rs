//! What holds of every request: methods, formats, caching, limits, problems; the index, and the pages for people.

mod caching;
mod connections;
mod contradictions;
mod departures;
mod index;
mod messages;
mod negotiation;
mod operations;
mod pages;
mod requests;
mod settings;
mod several_values;
mod shared_links;
mod temporary_files;
mod wire;

use aciqplan::{cli::args::Cli, server::FrontState};
use actix_web::web;
use clap::Parser;

/// The front that the settings ask for.
fn front(settings: &[&str]) -> web::Data<FrontState> {
    let settings = Cli::parse_from([&["aciqplan"], settings].concat());
    web::Data::new(FrontState::new(&settings.serve.limits))
}
