//! Swagger UI at `/docs/`: the page where every parameter can be tried.
//!
//! Its addresses are relative, as the service does not know below which path a proxy puts it.

use crate::api::{Error, Result, response::immutable};
use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes},
};
use std::{borrow::Cow, sync::Arc};
use utoipa_swagger_ui::{Config, serve};

/// What Swagger UI shows. It would have others check the document, and tell them of its reader.
fn config() -> Config<'static> {
    Config::from("../openapi.json").validator_url("none")
}

/// Gives the page or one of its files.
pub async fn get(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse> {
    let found = serve(&file, Arc::new(config())).ok().flatten();
    let found = found.ok_or_else(|| {
        Error::not_found(format!(
            "There is no file `{file}` here; the page is /docs/"
        ))
    })?;
    let body = match found.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let tag = immutable::tag(&body);
    Ok(immutable::answer(&request, &found.content_type, tag, body))
}
