//! What browsers may do with a page of the service. Data is no page: anybody may frame, embed and read it.

use crate::api;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::sync::LazyLock;

/// What all pages have in common: nothing of others is loaded, nothing is sent, nobody frames them.
///
/// A page in the frame of another site would lend that site the register's word.
const STRICT: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the pages of the service load: their own style, which is known by its hash.
static OWN: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = api::style_hash();
    let policy = format!("{STRICT}; style-src 'sha256-{style}'");
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(STRICT))
});

/// What Swagger UI loads: its scripts and styles, styles within its elements, images within its styles,
/// and what is tried out.
const DOCS: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";

/// The headers of a page at a path; none for what is no page.
pub fn of(
    headers: &HeaderMap,
    path: &str,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    let page = is_page.then(|| {
        let policy = if path.starts_with("/docs/") {
            HeaderValue::from_static(DOCS)
        } else {
            OWN.clone()
        };
        let referrer = HeaderValue::from_static("strict-origin-when-cross-origin");
        [
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::REFERRER_POLICY, referrer),
        ]
    });
    page.into_iter().flatten()
}
