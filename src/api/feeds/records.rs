//! The feeds of resources.

use super::entry;
use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        error::WrongParameter,
        feeds::writer::{self, Source, Written},
        handlers::list,
        request::{accept::Format, list_request::ListRequest, parameters},
        response::embed::{Cut, Tree},
        state::State,
    },
    database::model::resource::Resource,
};

use actix_web::{HttpRequest, HttpResponse, web};

/// Lists the records that changed last.
pub async fn list(
    resource: &'static Resource,
    format: Format,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let (parameters, _) = parameters::given(request.query_string());
    let asked = parse(
        writer::not_taken(&parameters),
        resource,
        request.query_string(),
    );
    let asked = asked.map_err(Error::BadParameter)?;
    let page = list::page(&state, resource, asked, Vec::new()).await;
    let (register, page) = page.map_err(of_a_feed)?;
    let write = move |register: &Register| {
        let source = Source {
            state: &state,
            register,
            name: resource.name,
            path: &format!("/v1/{}", resource.path()),
            format,
            parameters: &parameters,
        };
        let links = page.links(&state, &source.path(), &parameters);
        let entries = page.data.into_iter().filter_map(|record| {
            let record = serde_json::from_str(&record).ok()?;
            let mut entry = entry::of(&source, resource, &record);
            let is_its = |cut: &&Cut| cut.relation == "assignments" && record["id"] == cut.id;
            if let Some(cut) = page.cuts.iter().find(is_its) {
                entry.html.push_str(&entry::rest(&source, cut));
            }
            Some(entry)
        });
        source.write(entries.collect(), links)
    };
    Written::answer(&request, register, write).await
}

/// The same refusal for who asked for a feed, and for nothing to be included.
fn of_a_feed(error: Error) -> Error {
    let Error::BadParameter(mut wrong) = error else {
        return error;
    };
    for wrong in wrong
        .iter_mut()
        .filter(|wrong| wrong.parameter == "include")
    {
        "limit".clone_into(&mut wrong.parameter);
    }
    Error::BadParameter(wrong)
}

/// The list's own parameters, in the order of a feed, with what entries tell of other records.
fn parse(
    wrong: Vec<WrongParameter>,
    resource: &'static Resource,
    query: &str,
) -> std::result::Result<ListRequest, Vec<WrongParameter>> {
    let mut asked = ListRequest::parse_beside(wrong, resource, &format!("{query}&sort=-revision"))?;
    asked.view.include = Tree::parse(resource, entry::parts(resource))
        .map_err(|reason| vec![WrongParameter::new("include", reason)])?;
    Ok(asked)
}
