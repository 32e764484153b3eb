//! Content negotiation of lists: the handler of the format that is asked for answers. The table names both.

use crate::{
    api::{
        Result, calendar,
        export::list as files,
        feeds,
        handlers::{changes, list},
        request::accept::Format,
        state::State,
    },
    database::model::resource::Resource,
};
use actix_web::{HttpRequest, HttpResponse, web};

/// A list, in the format that is asked for.
pub async fn list(
    resource: &'static Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    match Format::choose(&request, &Format::of(resource))? {
        Format::Json => list::list(resource, request, state).await,
        format @ (Format::Atom | Format::Rss | Format::JsonFeed) => {
            feeds::list(resource, format, request, state).await
        }
        Format::Calendar => calendar::list(resource, request, state).await,
        format => files::list(resource, format, request, state).await,
    }
}

/// The changes, in the format that is asked for.
pub async fn changes(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    match Format::choose(&request, &Format::of_changes())? {
        Format::Json => changes::list(request, state).await,
        format => feeds::list_changes(format, request, state).await,
    }
}
