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
use crate::{
    api::{
        request::{accept, parameters},
        response::{
            budget::{Budget, Refused},
            headers,
        },
        state::State,
    },
    database::AnyConnection,
};

use actix_web::{HttpRequest, HttpResponse, web};
pub use facts::Facts;
use serialise::{SYNTAXES, Syntax};

/// Gives the catalogue.
pub async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let syntax = accept::choose(&request, SYNTAXES)?;
    let (public_url, contact) = (state.public_url.clone(), state.contact.clone());
    let read = move |connection: &mut AnyConnection| {
        let facts = Facts::read(connection, public_url, contact)?;
        let written = write(&facts, syntax);
        Ok((facts.register, Refused::told(written)?))
    };
    let (register, body) = state.database.read::<_, Error, _>(read).await?;
    let kind = syntax.content_type();
    Ok(headers::data(&request, &register, kind, body?, None))
}

/// Writes the catalogue within the budget of an answer.
fn write(facts: &Facts, syntax: Syntax) -> std::result::Result<String, Refused> {
    let mut budget = Budget::new(0);
    let triples = describe::catalogue(facts).into_triples();
    budget.spend(0)?;
    let body = syntax.write(&triples);
    budget.spend(body.len())?;
    Ok(body)
}

/// The extensions that the catalogue can be had with.
pub fn extensions() -> impl Iterator<Item = &'static str> {
    SYNTAXES.iter().map(|(_, extension, _)| *extension)
}
