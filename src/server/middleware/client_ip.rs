//! Whose request it is: the address of the client, behind the proxies that are trusted to tell it.

use crate::server::settings::ForwardedHeader;
use actix_web::{
    dev::ServiceRequest,
    http::header::{FORWARDED, HeaderMap, HeaderName, HeaderValue},
};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies that are trusted, and where they say whom they ask for.
///
/// Only one header is read: a proxy that writes the one lets through what a client wrote into the other.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    pub trusted: Vec<IpNet>,
    pub header: ForwardedHeader,
}

/// Whom a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub address: IpAddr,
    /// Whether a program of this machine asks for itself: what came by a proxy of this machine did not.
    pub is_local: bool,
}

impl TrustedProxies {
    /// Whom the request comes from; `None` where the connection has no address.
    pub fn origin(&self, request: &ServiceRequest) -> Option<Origin> {
        let peer = request.peer_addr()?.ip().to_canonical();
        let headers = request.headers();
        let is_forwarded = || {
            [X_FORWARDED_FOR, FORWARDED]
                .iter()
                .any(|name| headers.contains_key(name))
        };
        Some(Origin {
            address: self.behind(peer, headers),
            is_local: peer.is_loopback() && !is_forwarded(),
        })
    }

    /// Goes back from proxy to proxy, as far as they are trusted.
    fn behind(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let name = match self.header {
            ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
            ForwardedHeader::Forwarded => FORWARDED,
        };
        if !self.trusts(peer) || !headers.contains_key(&name) {
            return peer;
        }
        let lines: Vec<&[u8]> = headers.get_all(&name).map(HeaderValue::as_bytes).collect();
        let hops = lines
            .iter()
            .rev()
            .flat_map(|line| line.rsplit(|&byte| byte == b','));
        let mut client = peer;
        for hop in hops {
            // Each by itself: a client may have written anything before what the proxies added.
            let hop = str::from_utf8(hop).ok();
            let Some(address) = hop.and_then(|hop| self.address(hop.trim())) else {
                break; // "unknown", or a name that the proxy keeps to itself
            };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }

    fn address(&self, hop: &str) -> Option<IpAddr> {
        let hop = match self.header {
            ForwardedHeader::XForwardedFor => hop,
            ForwardedHeader::Forwarded => hop.split(';').find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                name.eq_ignore_ascii_case("for").then_some(value)
            })?,
        };
        let hop = hop.trim_matches('"');
        let with_port = || hop.parse().ok().map(|address: SocketAddr| address.ip());
        let bare = hop.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse().ok().or_else(with_port)?;
        Some(IpAddr::to_canonical(&address))
    }
}

#[cfg(test)]
mod tests {
    use crate::server::{middleware::client_ip::TrustedProxies, settings::ForwardedHeader};
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    fn client(header: ForwardedHeader, peer: &str, lines: &[(&str, &str)]) -> String {
        let lines = lines.iter().map(|(name, line)| (*name, line.as_bytes()));
        client_by_bytes(header, peer, &lines.collect::<Vec<_>>())
    }

    fn client_by_bytes(header: ForwardedHeader, peer: &str, lines: &[(&str, &[u8])]) -> String {
        let trusted = ["127.0.0.0/8", "10.0.0.0/8", "fd00::/8"];
        let proxies = TrustedProxies {
            trusted: trusted
                .map(|network| network.parse().expect("a network"))
                .into(),
            header,
        };
        let peer = format!("{peer}:4711").parse().expect("an address");
        let mut request = TestRequest::default().peer_addr(peer);
        for (name, line) in lines {
            let line = HeaderValue::from_bytes(line).expect("bytes of a header");
            request = request.append_header((*name, line));
        }
        let origin = proxies.origin(&request.to_srv_request());
        origin.map_or_else(String::new, |origin| origin.address.to_string())
    }

    #[test]
    fn a_client_is_looked_for_from_the_right_behind_trusted_proxies() {
        for (peer, forwarded, expected) in [
            ("198.51.100.7", "203.0.113.5", "198.51.100.7"),
            ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
            (
                "10.0.0.1",
                "203.0.113.66, 203.0.113.5, 10.0.0.2",
                "203.0.113.5",
            ),
            ("10.0.0.1", "203.0.113.5:1234", "203.0.113.5"),
            ("10.0.0.1", "[2001:db8::1]:1234", "2001:db8::1"),
            ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
            ("10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
            ("10.0.0.1", "203.0.113.5, unknown", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("[::ffff:10.0.0.1]", "203.0.113.5", "203.0.113.5"),
        ] {
            let lines = [("x-forwarded-for", forwarded)];
            let found = client(ForwardedHeader::XForwardedFor, peer, &lines);
            assert_eq!(found, expected, "{forwarded} by {peer}");
        }
        let two = [
            ("x-forwarded-for", "203.0.113.66"),
            ("x-forwarded-for", "203.0.113.5"),
        ];
        assert_eq!(
            client(ForwardedHeader::XForwardedFor, "10.0.0.1", &two),
            "203.0.113.5"
        );
    }

    #[test]
    fn what_a_client_writes_hides_no_hop_behind_it() {
        for (line, expected) in [
            (&b"\xe9, 203.0.113.5"[..], "203.0.113.5"),
            (b"\xff\xfe,203.0.113.5, 10.0.0.2", "203.0.113.5"),
            (b"198.51.100.66\xa0, 203.0.113.5", "203.0.113.5"),
            (b"203.0.113.5, \xe9", "10.0.0.1"),
            (b"203.0.113.5, \xe9, 10.0.0.2", "10.0.0.2"),
        ] {
            let lines = [("x-forwarded-for", line)];
            let found = client_by_bytes(ForwardedHeader::XForwardedFor, "10.0.0.1", &lines);
            assert_eq!(found, expected, "{}", line.escape_ascii());
        }
        let lines = [("forwarded", &b"for=\xe9;by=x, for=203.0.113.5"[..])];
        let found = client_by_bytes(ForwardedHeader::Forwarded, "10.0.0.1", &lines);
        assert_eq!(found, "203.0.113.5");
    }

    #[test]
    fn only_the_chosen_header_counts() {
        let both = [
            ("x-forwarded-for", "203.0.113.66"),
            (
                "forwarded",
                "for=192.0.2.1, For=\"[2001:db8::1]:4711\";proto=https",
            ),
        ];
        assert_eq!(
            client(ForwardedHeader::Forwarded, "10.0.0.1", &both),
            "2001:db8::1"
        );
        assert_eq!(
            client(ForwardedHeader::Forwarded, "10.0.0.1", &both[..1]),
            "10.0.0.1"
        );
        assert_eq!(
            client(ForwardedHeader::XForwardedFor, "10.0.0.1", &both),
            "203.0.113.66"
        );
    }
}
