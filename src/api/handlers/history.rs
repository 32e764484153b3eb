//! `/v1/{resource}/{id}/history`: the changes of one record, a withdrawn one included.

use crate::{
    api::{
        Error, Result,
        handlers::{changes, record},
        request::accept::Format,
        state::State,
    },
    database::{
        model::resource::Resource,
        write::revisions::{self, ChangeFilter},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};

/// Lists the changes of one record.
pub async fn get(
    resource: &'static Resource,
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    Format::choose(&request, &[Format::Json])?;
    let id = id.into_inner();
    let mut asked = changes::parse(request.query_string(), &["since", "limit"])?;
    asked.filter.resource = Some(resource.name.to_owned());
    asked.filter.record_id = Some(id.clone());
    let whole = ChangeFilter {
        resource: Some(resource.name.to_owned()),
        record_id: Some(id.clone()),
        ..ChangeFilter::default()
    };
    let absent = state
        .database
        .read::<_, Error, _>(move |connection| {
            let known = revisions::count(connection, &whole)? > 0;
            Ok(if known {
                None
            } else {
                Some(record::absence(connection, resource, &id)?)
            })
        })
        .await?;
    if let (Some(absence), Some(id)) = (absent, &asked.filter.record_id) {
        return Err(absence.error(&state, resource, id));
    }
    changes::answer(&request, &state, asked).await
}
