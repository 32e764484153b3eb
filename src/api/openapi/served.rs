//! A lazy cache of one document: made when it is first asked for. The state holds it for `/openapi.json`.

use crate::api::response::immutable;
use actix_web::{http::header::EntityTag, web::Bytes};
use std::sync::OnceLock;

/// A document with its tag.
#[derive(Default)]
pub struct ServedDocument(OnceLock<(EntityTag, Bytes)>);

impl ServedDocument {
    /// The document; `make` makes it once.
    pub fn get_or_make(&self, make: impl FnOnce() -> String) -> &(EntityTag, Bytes) {
        self.0.get_or_init(|| {
            let body = Bytes::from(make());
            (immutable::tag(&body), body)
        })
    }
}
