//! What browsers may do with a page of the service. Data is no page: anybody may frame, embed and read it.

use crate::api;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::sync::LazyLock;

/// What all pages have in common: nothing of others is loaded, forms lead nowhere else, nobody frames them.
///
/// A page in the frame of another site would lend that site the register's word. `'self'` is what the
/// search box needs: a form that is sent by GET is held back by `form-action` too.
const STRICT: &str =
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the pages of the service load: their own style, which is known by its hash.
static OWN: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = api::style_hash();
    let policy = format!("{STRICT}; style-src 'sha256-{style}'");
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(STRICT))
});

/// What Swagger UI loads: its scripts and styles, styles within its elements, images within its styles,
/// and what is tried out: here, and at the address that clients know the service by.
fn docs(public_url: &str) -> HeaderValue {
    let policy = format!(
        "{STRICT}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self' {}",
        origin(public_url)
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(STRICT))
}

/// `https://host` of `https://host/path`.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url[host..].find(['/', '?', '#', ';', ',', ' ']);
    end.map_or(url, |end| &url[..host + end])
}

/// The headers of a page at a path; none for what is no page.
pub fn of(
    headers: &HeaderMap,
    path: &str,
    public_url: &str,
) -> impl Iterator<Item = (HeaderName, HeaderValue)> + use<> {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_page = kind.is_some_and(|kind| kind.starts_with(b"text/html"));
    let page = is_page.then(|| {
        let policy = if path.starts_with("/docs/") {
            docs(public_url)
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
