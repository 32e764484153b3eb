//! `/v1/{resource}` as JSON: a page of the list with what surrounds it. Feeds begin with the same page.

use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        request::{dimensions::Dimension, list_request::ListRequest, parameters},
        response::{
            budget::Refused,
            envelope::{self, ListMeta},
            facets, headers,
            page::Page,
        },
        state::State,
    },
    database::model::resource::Resource,
};
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::Arc;

/// Lists the records of a resource.
pub async fn list(
    resource: &'static Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked =
        ListRequest::parse(resource, request.query_string()).map_err(Error::BadParameter)?;
    let (parameters, _) = parameters::given(request.query_string());
    let counted = asked.facets.iter().filter(|_| asked.wrong.is_empty());
    let widened = counted.map(|dimension| {
        let asked = facets::without_filters_on(resource, &parameters, dimension)?;
        Ok((dimension.clone(), asked))
    });
    let facets = widened
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::BadParameter)?;
    let (register, mut page) = page(&state, resource, asked, facets).await?;
    let links = page.links(&state, request.path(), &parameters);
    let mut meta = ListMeta::of(&register, page.total, page.limit);
    meta.next_cursor = Some(page.next_cursor());
    meta.suggestions.clone_from(&page.suggestions);
    meta.facets = std::mem::take(&mut page.facets);
    meta.truncated = page.cuts.iter().map(|cut| cut.told(&state)).collect();
    let body = envelope::envelope(&envelope::array(&page.data), &meta, &links);
    Ok(headers::json(&request, &register, body, Some(&links)))
}

/// A page with the facets that are asked for, and the register that it is of.
pub async fn page(
    state: &State,
    resource: &'static Resource,
    asked: ListRequest,
    facets: Vec<(Dimension, ListRequest)>,
) -> Result<(Register, Page)> {
    let (memory, registers) = (
        Arc::clone(&state.count_cache),
        Arc::clone(&state.dataset_versions),
    );
    let (register, page) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = registers.read(connection)?;
            let counts = memory.of(&register);
            let page = Page::read(connection, resource, counts, asked)
                .and_then(|page| page.count(connection, resource, counts, facets));
            Ok((register, Refused::told(page)?))
        })
        .await?;
    Ok((register, page?))
}
