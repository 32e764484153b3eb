//! The feeds of resources.

use super::{
    entry,
    feed::{Source, refuse},
};
use crate::{
    api::{
        Error, Result, State,
        error::WrongParameter,
        formats::Format,
        include::Tree,
        parameters::{self, ListRequest},
        records,
    },
    database::resource::Resource,
};
use actix_web::{HttpRequest, HttpResponse, web};

/// Lists the records that changed last.
pub async fn list(
    resource: &'static Resource,
    format: Format,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let parameters = parameters::decode(request.query_string()).map_err(Error::BadParameter)?;
    refuse(&parameters)?;
    let asked = parse(resource, request.query_string()).map_err(Error::BadParameter)?;
    let (register, page) = records::page(&state, resource, asked, Vec::new()).await?;
    let source = Source {
        state: &state,
        register: &register,
        name: resource.name,
        path: &format!("/v1/{}", resource.path()),
        format,
        parameters: &parameters,
    };
    let records = page.data.iter();
    let entries = records.filter_map(|record| {
        let record = serde_json::from_str(record).ok()?;
        Some(entry::of(&source, resource, &record))
    });
    let links = page.links(&state, &source.path(), &parameters);
    Ok(source.answer(&request, entries.collect(), links))
}

/// The list's own parameters, in the order of a feed, with what entries tell of other records.
fn parse(
    resource: &'static Resource,
    query: &str,
) -> std::result::Result<ListRequest, Vec<WrongParameter>> {
    let mut asked = ListRequest::parse(resource, &format!("{query}&sort=-revision"))?;
    asked.view.include = Tree::parse(resource, entry::parts(resource))
        .map_err(|reason| vec![WrongParameter::new("include", reason)])?;
    Ok(asked)
}
