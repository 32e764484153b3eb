//! Content negotiation of encodings (RFC 9110, section 12.5.3): the one that a request gets, told once for what
//! keeps answers, for what compresses them and for what refuses requests that none suits.

use actix_web::http::header::{self, HeaderMap, HeaderValue};

/// The encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    Identity,
    Known(&'static str),
}

/// The encodings that there are, the smallest bodies first.
const ENCODINGS: [&str; 4] = ["br", "zstd", "gzip", "deflate"];
const IDENTITY: &str = "identity";

impl Encoding {
    /// The one that the client likes best, of those that it likes as much the smallest; `None` where it takes none.
    pub fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut accepted = headers.get_all(header::ACCEPT_ENCODING);
        let Some(encodings) = accepted.next() else {
            return Some(Self::Identity);
        };
        match encodings.to_str() {
            Ok(encodings) if accepted.next().is_none() && !encodings.contains([';', '*']) => {
                Some(Self::smallest(encodings))
            }
            _ => Self::liked_best(headers),
        }
    }

    /// The smallest of those in a list without weights.
    fn smallest(encodings: &str) -> Self {
        let takes = |encoding: &str| {
            let mut each = encodings.split(',').map(str::trim);
            each.any(|other| other.eq_ignore_ascii_case(encoding))
        };
        let best = ENCODINGS.into_iter().find(|encoding| takes(encoding));
        best.map_or(Self::Identity, Self::Known)
    }

    /// The same where the client says how much it likes each, which takes longer to read.
    fn liked_best(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all(header::ACCEPT_ENCODING);
        let lines = lines.filter_map(|line| line.to_str().ok());
        let weights: Vec<(&str, f32)> = lines
            .flat_map(|line| line.split(','))
            .filter_map(weight)
            .collect();
        let said = |encoding: &str| {
            let is_it = |(other, _): &&(&str, f32)| other.eq_ignore_ascii_case(encoding);
            weights.iter().find(is_it).map(|(_, weight)| *weight)
        };
        let of_the_rest = said("*");
        let mut best = None;
        for encoding in ENCODINGS {
            let weight = said(encoding).or(of_the_rest).unwrap_or(0.0);
            if weight > best.map_or(0.0, |(_, weight)| weight) {
                best = Some((Self::Known(encoding), weight));
            }
        }
        // Unless it is refused, a body as it is suits everybody, if nobody says so less than the others.
        match (said(IDENTITY).or(of_the_rest), best) {
            (Some(0.0), best) => best.map(|(encoding, _)| encoding),
            (Some(weight), Some((_, best))) if weight > best => Some(Self::Identity),
            (_, Some((encoding, _))) => Some(encoding),
            (_, None) => Some(Self::Identity),
        }
    }

    /// Has the request ask for this encoding alone.
    pub fn ask(self, headers: &mut HeaderMap) {
        match self {
            Self::Identity => {
                headers.remove(header::ACCEPT_ENCODING);
            }
            Self::Known(encoding) => {
                let encoding = HeaderValue::from_static(encoding);
                headers.insert(header::ACCEPT_ENCODING, encoding);
            }
        }
    }

    /// All that there are, for who takes none of them.
    pub fn all() -> String {
        ENCODINGS.join(", ")
    }
}

/// An encoding and how much it is liked; `None` where that cannot be read, which says nothing.
fn weight(element: &str) -> Option<(&str, f32)> {
    let (name, parameters) = element.split_once(';').unwrap_or((element, ""));
    let mut weights = parameters.split(';').filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("q")
            .then_some(value.trim())
    });
    let weight = weights.next_back().map_or(Ok(1.0), str::parse);
    let is_weight = |weight: &f32| (0.0..=1.0).contains(weight);
    Some((name.trim(), weight.ok().filter(is_weight)?))
}

#[cfg(test)]
mod tests {
    use crate::server::middleware::content_encoding::Encoding;
    use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};

    fn negotiated(lines: &[&str]) -> Option<Encoding> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                ACCEPT_ENCODING,
                HeaderValue::from_bytes(line.as_bytes()).expect("a value"),
            );
        }
        Encoding::negotiate(&headers)
    }

    #[test]
    fn the_best_liked_is_taken_of_equal_ones_the_smallest_and_what_cannot_be_read_says_nothing() {
        let known = |name| Some(Encoding::Known(name));
        let identity = Some(Encoding::Identity);
        for (lines, best) in [
            (&[][..], identity),
            (&[""], identity),
            (&["gzip, deflate, BR, zstd"], known("br")),
            (&["gzip;q=0.5, br;q=0.1"], known("gzip")),
            (&["gzip;q=1.0, br;q=1.0"], known("br")),
            (&["gzip ; Q=0.5"], known("gzip")),
            (&["deflate"], known("deflate")),
            (&["*"], known("br")),
            (&["*, br;q=0"], known("zstd")),
            (&["compress"], identity),
            (&["br;q=0"], identity),
            (&["identity, br;q=0.5"], identity),
            (&["identity;q=0.5, br"], known("br")),
            (&["gzip", "br"], known("br")),
            (&["gzip;q=0", "br;q=0.3"], known("br")),
            // what cannot be read
            (&["gzip;q="], identity),
            (&["gzip;q=, br"], known("br")),
            (&["br;q=2, gzip"], known("gzip")),
            (&["br;q=-1, br;q=nan, gzip;q=0.12345"], known("gzip")),
            (&["q=0.5"], identity),
            (&[";q=0.5"], identity),
            (&["\u{e9}", "gzip"], known("gzip")),
            // nothing that there is
            (&["identity;q=0"], None),
            (&["*;q=0"], None),
            (&["compress, identity;q=0"], None),
            (&["br;q=0, *;q=0.000"], None),
            (&["identity;q=0", "deflate;q=0.1"], known("deflate")),
            (&["*;q=0, identity"], identity),
        ] {
            assert_eq!(negotiated(lines), best, "{lines:?}");
        }
    }
}
