//! The id of a request: in the answer, in the log and in a problem, so that whoever asks why can be answered.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header that bears it, in requests and in answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a request, in bytes.
const LONGEST: usize = 128;

/// The id that the request bears, where that is one; else a new one.
pub fn of(headers: &HeaderMap) -> HeaderValue {
    match headers.get(&REQUEST_ID) {
        Some(given) if is_sane(given.as_bytes()) => given.clone(),
        _ => make(),
    }
}

/// Letters, digits and signs that can neither break a line of the log nor be taken for markup.
fn is_sane(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:+/=@".contains(byte);
    (1..=LONGEST).contains(&id.len()) && id.iter().all(is_plain)
}

/// 128 random bits: no two requests of any node have the same.
pub fn make() -> HeaderValue {
    let id = data_encoding::HEXLOWER.encode(&fastrand::u128(..).to_be_bytes());
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use crate::server::middleware::request_id::{is_sane, make};

    #[test]
    fn an_id_is_a_short_plain_word() {
        for id in [
            "a",
            "0af7651916cd43dd8448eb211c80319c",
            "Root=1-67891233:abc",
        ] {
            assert!(is_sane(id.as_bytes()), "{id}");
        }
        let long = "a".repeat(129);
        for id in ["", "a b", "a\"b", "<a>", "şəffaf", "a\nb", &long] {
            assert!(!is_sane(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn what_is_made_is_sane_and_new() {
        let (first, second) = (make(), make());
        assert!(is_sane(first.as_bytes()));
        assert_eq!(first.len(), 32);
        assert_ne!(first, second);
    }
}
