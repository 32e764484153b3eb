//! The line that the log has of a request.

use actix_web::{
    body::BodySize,
    http::{Method, StatusCode, Uri, Version, header::HeaderValue},
};
use std::{
    fmt::{self, Display, Formatter, Write},
    net::IpAddr,
    time::Duration,
};

/// A line of the log: client, request, status, bytes, time until the answer began, id.
pub struct Line<'a> {
    pub client: Option<IpAddr>,
    /// As [`asked`] writes it.
    pub asked: &'a str,
    pub status: StatusCode,
    pub size: BodySize,
    pub took: Duration,
    pub id: &'a HeaderValue,
}

/// What was asked for, so that what a client wrote ends neither its quotes nor its line.
pub fn asked(method: &Method, uri: &Uri, version: Version) -> String {
    let mut asked = String::new();
    // A string takes all.
    let _ = write!(Escaping(&mut asked), "{method} {uri}");
    let _ = write!(asked, " {version:?}");
    asked
}

impl Display for Line<'_> {
    fn fmt(&self, line: &mut Formatter<'_>) -> fmt::Result {
        match self.client {
            Some(client) => write!(line, "{client}")?,
            None => line.write_str("-")?,
        }
        write!(line, " \"{}\" {} ", self.asked, self.status.as_u16())?;
        match self.size {
            BodySize::Sized(bytes) => write!(line, "{bytes}")?,
            BodySize::None => line.write_str("0")?,
            BodySize::Stream => line.write_str("-")?,
        }
        let milliseconds = self.took.as_secs_f64() * 1000.0;
        write!(line, " {milliseconds:.3}ms ")?;
        line.write_str(self.id.to_str().unwrap_or("-"))
    }
}

/// Writes what a client wrote so that it can end neither its quotes nor its line: `\x22` for a quotation mark.
struct Escaping<'a, W: Write>(&'a mut W);

impl<W: Write> Write for Escaping<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let is_harmful = |letter: char| letter == '"' || letter == '\\' || letter.is_control();
        let mut rest = text;
        while let Some(place) = rest.find(is_harmful) {
            let (plain, harmful) = rest.split_at(place);
            self.0.write_str(plain)?;
            let mut letters = harmful.chars();
            if let Some(letter) = letters.next() {
                write!(self.0, "\\x{:02x}", u32::from(letter))?;
            }
            rest = letters.as_str();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use crate::server::middleware::access_log::Escaping;
    use std::fmt::Write;

    #[test]
    fn what_a_client_wrote_ends_neither_its_quotes_nor_its_line() {
        for (written, logged) in [
            ("GET /v1/plans?a=%22", "GET /v1/plans?a=%22"),
            ("/\" 200 0\n127.0.0.1", "/\\x22 200 0\\x0a127.0.0.1"),
            ("\u{1b}[31m\\x22\u{9b}ə", "\\x1b[31m\\x5cx22\\x9bə"),
            ("", ""),
        ] {
            let mut line = String::new();
            write!(Escaping(&mut line), "{written}").expect("a string takes all");
            assert_eq!(line, logged);
        }
    }
}
