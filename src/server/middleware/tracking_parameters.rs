//! Tracking parameters: what platforms add to the links that people share, taken off every address.
//!
//! The front takes them off before anything reads the address. So no handler refuses them, no link in an answer
//! passes them on, an answer is kept once, and the log does not tell who clicked.

use actix_web::{
    dev::ServiceRequest,
    http::uri::{PathAndQuery, Uri},
};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Their names, whatever the case; `_` is added by readers that go round caches.
const NAMES: [&str; 21] = [
    "_",
    "_ga",
    "_gl",
    "_openstat",
    "dclid",
    "fbclid",
    "gad_source",
    "gbraid",
    "gclid",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "msclkid",
    "srsltid",
    "ttclid",
    "twclid",
    "wbraid",
    "yclid",
    "ysclid",
];
/// How those begin that name a campaign.
const CAMPAIGN: &[u8] = b"utm_";

/// Takes the tracking parameters off the address of a request.
pub fn strip(request: &mut ServiceRequest) {
    let Some(query) = request.uri().query() else {
        return;
    };
    if query.split('&').any(is_tracking)
        && let Some(stripped) = stripped(request.uri(), query)
    {
        request.head_mut().uri = stripped;
    }
}

/// The address with the other parameters alone, each as it was written.
fn stripped(uri: &Uri, query: &str) -> Option<Uri> {
    let rest = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_tracking(pair));
    let rest: Vec<&str> = rest.collect();
    let address = match rest.as_slice() {
        [] => uri.path().to_owned(),
        rest => format!("{}?{}", uri.path(), rest.join("&")),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(address).ok()?);
    Uri::from_parts(parts).ok()
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    let name: Cow<'_, [u8]> = percent_decode_str(name).into(); // borrowed where nothing is encoded
    let begins = name.get(..CAMPAIGN.len());
    begins.is_some_and(|first| first.eq_ignore_ascii_case(CAMPAIGN))
        || NAMES
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

#[cfg(test)]
mod tests {
    use crate::server::middleware::tracking_parameters::is_tracking;

    #[test]
    fn only_what_platforms_add_is_known_however_it_is_written() {
        for pair in [
            "fbclid=x",
            "utm_source=a",
            "UTM_Id=1",
            "_=17",
            "_",
            "utm%5Fterm=",
            "%67clid=1",
        ] {
            assert!(is_tracking(pair), "{pair}");
        }
        for pair in [
            "utm=1",
            "source=utm_source",
            "clid=1",
            "",
            "=_",
            "__=1",
            "plan=_",
            "fbclid[]=1",
        ] {
            assert!(!is_tracking(pair), "{pair}");
        }
    }
}
