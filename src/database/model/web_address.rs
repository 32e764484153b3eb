//! URLs (RFC 3986) in records: addresses that a client can follow as they stand. `rules` asks of each, and
//! `package` of those of a descriptor.

use oxiri::IriRef;

/// What would be right in place of what is no web address.
pub const WEB_ADDRESS: &str = "a web address begins with https:// or http://, names a host, and has blanks and \
     letters such as ə percent-encoded, like https://example.org/a%20b";

/// Whether a text is an absolute URL of http or https.
pub fn is_web_address(text: &str) -> bool {
    let Ok(url) = IriRef::parse(text) else {
        return false;
    };
    let is_web = |scheme: &str| {
        ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web))
    };
    text.is_ascii() && url.scheme().is_some_and(is_web) && url.authority().is_some_and(names_a_host)
}

/// `user@host:port`, of which only the host must be there.
fn names_a_host(authority: &str) -> bool {
    let host = authority.rsplit('@').next().unwrap_or_default();
    !host.is_empty() && !host.starts_with(':')
}

#[cfg(test)]
mod tests {
    use crate::database::model::web_address::is_web_address;

    #[test]
    fn a_web_address_can_be_followed_as_it_stands() {
        for right in [
            "https://e-qanun.az/framework/44591",
            "http://edf.az/ts_general/azl/layihe/OGPP/index.htm",
            "HTTPS://example.org",
            "https://example.org:8443/a%20b?x=%C9%99&y=1#part-2",
            "http://[2001:db8::1]/plan",
            "https://xn--aq-yya.example/",
        ] {
            assert!(is_web_address(right), "{right}");
        }
        for wrong in [
            "",
            "e-qanun.az",
            "www.example.org/plan",
            "//example.org/plan",
            "/plan",
            "https://",
            "https:///plan",
            "https://:80/",
            "https:example.org",
            "http:/example.org",
            "ftp://example.org/plan",
            "javascript:alert(1)",
            "mailto:name@example.org",
            "https://example.org/a b",
            "https://example.org/şəffaflıq",
            "https://example.org/<b>",
            "https://example.org/50%",
            "https://example.org/a|b",
            "https://a.example, https://b.example",
            "yoxdur",
        ] {
            assert!(!is_web_address(wrong), "{wrong}");
        }
    }
}
