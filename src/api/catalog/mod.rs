//! `/catalog`: the register as a catalogue of open data, by DCAT-AP 3.0.1.

mod codes;
mod datasets;
mod describe;
mod distributions;
mod facts;
mod graph;
mod properties;
mod serialise;

use super::{Error, Result};
use crate::api::{
    request::{accept, parameters},
    response::headers,
    state::State,
};

use actix_web::{HttpRequest, HttpResponse, web};
pub use facts::Facts;
use serialise::SYNTAXES;

/// Gives the catalogue.
pub async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let syntax = accept::choose(&request, SYNTAXES)?;
    let facts = Facts::of(&state).await?;
    let triples = describe::catalogue(&facts).into_triples();
    let body = syntax.write(&triples);
    let kind = syntax.content_type();
    Ok(headers::data(&request, &facts.register, kind, body, None))
}

/// The extensions that the catalogue can be had with.
pub fn extensions() -> impl Iterator<Item = &'static str> {
    SYNTAXES.iter().map(|(_, extension, _)| *extension)
}
