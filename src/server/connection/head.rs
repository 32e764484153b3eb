//! A scanner of request heads: it follows the bytes of a connection from head to head, and percent-encodes what people
//! type into a request line and the parser behind it refuses. `Intake` hands it all that a client sends.
//!
//! Bytes that need nothing are not copied. After a head with a body it follows no further: where that ends, only the
//! parser knows.

use memchr::{memchr, memchr_iter};

/// So much of a header line is kept where it comes in pieces: the names and values that count are shorter.
const MOST_OF_LINE: usize = 256;
/// How a client begins that wants TLS, and one that speaks HTTP/2.
const TLS: &[u8] = &[0x16, 0x03];
const HTTP_2: &[u8] = b"PRI * HTTP/2.0";

/// Where in a head the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Between,
    RequestLine,
    Headers,
    /// Behind a head with a body.
    Beyond,
}

/// The heads of one connection, and what is known of the last one.
pub struct Heads {
    place: Place,
    /// Whether no head has ended yet.
    is_first: bool,
    beginning: [u8; HTTP_2.len()],
    /// Blanks of the request line: the address stands between the first and the second.
    blanks: usize,
    has_host: bool,
    has_body: bool,
    /// A header line that has not ended yet.
    line: Vec<u8>,
}

/// What was followed: to the end of a head, or all.
pub struct Followed {
    /// So many bytes.
    pub length: usize,
    pub is_head: bool,
    /// What stands for them, where that is something else.
    pub encoded: Option<Vec<u8>>,
}

impl Default for Heads {
    fn default() -> Self {
        Self {
            place: Place::Between,
            is_first: true,
            beginning: [0; HTTP_2.len()],
            blanks: 0,
            has_host: false,
            has_body: false,
            line: Vec::new(),
        }
    }
}

impl Heads {
    /// Follows what was read to the end of a head. Behind one with a body, all of it.
    pub fn follow(&mut self, bytes: &[u8]) -> Followed {
        let mut encoded: Option<Vec<u8>> = None;
        let mut is_head = false;
        let mut at = 0;
        while at < bytes.len() && !is_head && self.place != Place::Beyond {
            let end = memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length + 1);
            let piece = &bytes[at..end];
            let was_in_headers = self.place == Place::Headers;
            let is_typed = self.piece(piece);
            is_head = was_in_headers && self.place != Place::Headers;
            if is_typed {
                let encoded = encoded.get_or_insert_with(|| bytes[..at].to_vec());
                let blanks = self.blanks - memchr_iter(b' ', piece).count();
                encode(piece, blanks, encoded);
            } else if let Some(encoded) = &mut encoded {
                encoded.extend_from_slice(piece);
            }
            at = end;
        }
        self.is_first &= !is_head;
        if self.place == Place::Beyond {
            if let Some(encoded) = &mut encoded {
                encoded.extend_from_slice(&bytes[at..]);
            }
            at = bytes.len();
        }
        Followed {
            length: at,
            is_head,
            encoded,
        }
    }

    pub fn place(&self) -> Place {
        self.place
    }

    /// Whether no head has ended yet.
    pub fn is_first(&self) -> bool {
        self.is_first
    }

    /// Goes on over a line, or what there is of it, and says whether it is of a request line and needs encoding.
    fn piece(&mut self, piece: &[u8]) -> bool {
        let has_ended = piece.ends_with(b"\n");
        match self.place {
            Place::Between if matches!(piece, b"\r\n" | b"\n" | b"\r") => false,
            Place::Between | Place::RequestLine => {
                if self.place == Place::Between {
                    self.begin(piece);
                }
                self.blanks += memchr_iter(b' ', piece).count();
                if has_ended {
                    self.place = Place::Headers;
                }
                piece.iter().any(|byte| is_typed(*byte))
            }
            Place::Headers if has_ended && self.line.is_empty() => {
                self.header(piece);
                false
            }
            Place::Headers => {
                let room = MOST_OF_LINE.saturating_sub(self.line.len());
                self.line.extend_from_slice(&piece[..piece.len().min(room)]);
                if has_ended {
                    let line = std::mem::take(&mut self.line);
                    self.header(&line);
                }
                false
            }
            Place::Beyond => false,
        }
    }

    fn begin(&mut self, piece: &[u8]) {
        self.place = Place::RequestLine;
        self.beginning = [0; HTTP_2.len()];
        let length = piece.len().min(HTTP_2.len());
        self.beginning[..length].copy_from_slice(&piece[..length]);
        self.blanks = 0;
        self.has_host = false;
        // What follows these is no HTTP/1.1 any more.
        let others = [b"CONNECT ".as_slice(), HTTP_2, TLS];
        self.has_body = others.iter().any(|other| piece.starts_with(other));
    }

    fn header(&mut self, line: &[u8]) {
        let line = line.trim_ascii_end();
        match line.first().map(u8::to_ascii_lowercase) {
            None if self.has_body => self.place = Place::Beyond,
            None => self.place = Place::Between,
            Some(b'h') => self.has_host |= value(line, b"host").is_some(),
            Some(b'c') => {
                self.has_body |= value(line, b"content-length")
                    .is_some_and(|length| length.iter().any(|digit| *digit != b'0'));
            }
            Some(b't') => self.has_body |= value(line, b"transfer-encoding").is_some(),
            Some(b'u') => {
                let other = value(line, b"upgrade");
                self.has_body |=
                    other.is_some_and(|other| other.eq_ignore_ascii_case(b"websocket"));
            }
            Some(_) => {}
        }
    }

    /// Why the last head cannot be read, as far as that can be told.
    pub fn why(&self) -> &'static str {
        if self.beginning.starts_with(TLS) {
            "These are the bytes of TLS, and plain HTTP is spoken here: ask with http://, or at the port of HTTPS."
        } else if self.beginning == HTTP_2 {
            "This is HTTP/2 without TLS, and HTTP/1.1 is spoken here."
        } else if self.blanks != 2 {
            "The first line of a request is METHOD ADDRESS HTTP/1.1, with one blank between; \
             within an address a blank is written %20."
        } else if self.place == Place::Between && !self.has_host {
            "The request has no Host header, which HTTP/1.1 asks for."
        } else {
            "The first line of the request, or one of its headers, is not as HTTP/1.1 has it."
        }
    }
}

/// The value of a header line, where it has that name.
fn value<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (own, value) = line.split_at_checked(name.len())?;
    let value = value.strip_prefix(b":")?;
    own.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

/// What is typed into an address and has no place there. The parser takes `{}|\^` and brackets as they are.
fn is_typed(byte: u8) -> bool {
    byte >= 0x80 || matches!(byte, b'"' | b'<' | b'>' | b'`')
}

/// Writes a request line, or a piece of it behind so many blanks, with its address percent-encoded.
fn encode(piece: &[u8], blanks: usize, encoded: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut blanks = blanks;
    for byte in piece {
        if blanks == 1 && is_typed(*byte) {
            let [high, low] = [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]);
            encoded.extend_from_slice(&[b'%', high, low]);
        } else {
            blanks += usize::from(*byte == b' ');
            encoded.push(*byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Followed, Heads, Place};

    /// What the parser gets of bytes that are read in pieces of so many.
    fn followed(bytes: &[u8], pieces: usize) -> String {
        let mut heads = Heads::default();
        let mut read = Vec::new();
        for mut piece in bytes.chunks(pieces) {
            while !piece.is_empty() {
                let Followed {
                    length, encoded, ..
                } = heads.follow(piece);
                let (head, rest) = piece.split_at(length);
                read.extend(encoded.unwrap_or_else(|| head.to_vec()));
                piece = rest;
            }
        }
        String::from_utf8(read).expect("what is not encoded is as it was")
    }

    const TYPED: &str =
        "\r\nGET /ə?q=\"a<b>`{c}|\\^\" HTTP/1.1\r\nHost: \"ə\"\r\nReferer: <ə>\r\n\r\n";
    const ENCODED: &str = "\r\nGET /%C9%99?q=%22a%3Cb%3E%60{c}|\\^%22 HTTP/1.1\r\nHost: \"ə\"\r\nReferer: <ə>\r\n\r\n";

    #[test]
    fn what_is_typed_into_an_address_is_encoded_and_nothing_else() {
        for pieces in [1, 2, 3, 7, 1000] {
            let two = TYPED.repeat(2);
            assert_eq!(
                followed(two.as_bytes(), pieces),
                ENCODED.repeat(2),
                "{pieces}"
            );
        }
    }

    #[test]
    fn plain_heads_are_not_copied() {
        let mut heads = Heads::default();
        let plain = b"GET /v1/plans?a=%C9%99 HTTP/1.1\r\nHost: x\r\nIf-None-Match: W/\"a\"\r\n\r\n";
        for part in [plain, &plain[..20], &plain[20..]] {
            assert_eq!(heads.follow(part).encoded, None);
        }
    }

    #[test]
    fn heads_are_followed_one_by_one_to_their_ends() {
        let head = "\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\n";
        let two = head.repeat(2);
        let mut heads = Heads::default();
        let followed = heads.follow(two.as_bytes());
        assert_eq!((followed.length, followed.is_head), (head.len(), true));
        let followed = heads.follow(&head.as_bytes()[..20]);
        assert_eq!((followed.length, followed.is_head), (20, false));
        assert_eq!(heads.place(), Place::Headers);
        assert!(heads.follow(&head.as_bytes()[20..]).is_head);
        let body = head.replace("Host", "Content-Length: 4\r\nHost") + "body";
        let followed = heads.follow(body.as_bytes());
        assert_eq!((followed.length, followed.is_head), (body.len(), true));
        assert_eq!(heads.place(), Place::Beyond);
    }

    #[test]
    fn bodies_and_what_follows_them_stay_as_they_are() {
        for header in [
            "Content-Length: 9",
            "content-length:9",
            "Transfer-Encoding: chunked",
            "Upgrade: WebSocket",
        ] {
            let head = format!("POST /ə HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n");
            let encoded = head.replace('ə', "%C9%99");
            let rest = "GET /ə \"\r\n\r\nGET /ə HTTP/1.1\r\n\r\n";
            for pieces in [1, 5, 1000] {
                let bytes = format!("{head}{rest}");
                let expected = format!("{encoded}{rest}");
                assert_eq!(followed(bytes.as_bytes(), pieces), expected, "{header}");
            }
        }
        let none = "GET /ə HTTP/1.1\r\nContent-Length: 0\r\n\r\n".repeat(2);
        assert_eq!(followed(none.as_bytes(), 9), none.replace('ə', "%C9%99"));
    }
}
