//! `/problems/{name}`: explains a kind of problem to people.

use crate::api::{
    Error, Result,
    error::KINDS,
    html::{HTML, page},
};
use actix_web::{HttpResponse, web};

/// Explains a kind of problem.
pub async fn problem(name: web::Path<String>) -> Result<HttpResponse> {
    let kind = KINDS.iter().find(|kind| kind.name == name.as_str());
    let kind = kind.ok_or_else(|| Error::not_found(format!("There is no problem `{name}`.")))?;
    let body = format!(
        "<h1>{}</h1>\n<p>Status {}. {}</p>\n",
        kind.title,
        kind.status.as_u16(),
        kind.about
    );
    Ok(HttpResponse::Ok()
        .content_type(HTML)
        .body(page(kind.title, "", &body)))
}
