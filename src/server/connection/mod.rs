//! A wrapper around the stream of a client, below the HTTP parser of actix. `run` puts one around every connection.
//!
//! On the way in it encodes what people type into addresses ([`head`]), hands on one request at a time ([`exchange`]),
//! and bounds heads and bodies ([`intake`]); on the way out it gives up clients that take too little ([`pace`]), and puts
//! a problem document in the place of the bare error with which the parser answers what it cannot read
//! ([`unreadable`]).

mod exchange;
mod head;
mod intake;
mod pace;
mod unreadable;

use actix_web::{rt::net::TcpStream, web::Bytes};
pub use exchange::Exchange;
use intake::Intake;
use memchr::memmem;
use pace::Pace;
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
pub use unreadable::Reporter;

/// A bare error is shorter than this; every answer of the service is longer, as it has the headers of all answers.
const LONGEST_BARE: usize = 160;

/// The connection of a client.
pub struct Connection {
    stream: TcpStream,
    peer: Option<SocketAddr>,
    intake: Intake,
    pace: Pace,
    /// What is being written in the place of a bare error.
    report: Option<Bytes>,
    reporter: Arc<Reporter>,
}

impl Connection {
    /// Takes a stream whose client may take so long for the head of a request, and be waited for so long while it takes
    /// an answer.
    pub fn new(
        stream: TcpStream,
        request_timeout: Duration,
        write_timeout: Duration,
        reporter: Arc<Reporter>,
    ) -> Self {
        Self {
            peer: stream.peer_addr().ok(),
            stream,
            intake: Intake::new(request_timeout),
            pace: Pace::new(write_timeout),
            report: None,
            reporter,
        }
    }

    /// The address of the client.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// Writes what is no report, and gives up a client that takes too little of it.
    fn poll_answer(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, pace, .. } = self;
        let written = Pin::new(&mut *stream).poll_write(context, bytes);
        let judged = pace.judge(written, context);
        if let Poll::Ready(Err(error)) = &judged
            && error.kind() == io::ErrorKind::TimedOut
        {
            // What the system holds for the client is dropped too.
            let _ = socket2::SockRef::from(&*stream).set_linger(Some(Duration::ZERO));
        }
        judged
    }

    /// The turn of its requests.
    pub fn exchange(&self) -> Rc<Exchange> {
        self.intake.exchange()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, intake, .. } = &mut *self;
        intake.poll_read(stream, context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.report.is_none() {
            match bare_error(bytes) {
                None => return self.poll_answer(context, bytes),
                Some((0, status)) => {
                    let report = self.reporter.report(status, self.intake.why(), self.peer);
                    self.report = Some(report);
                }
                Some((start, _)) => return self.poll_answer(context, &bytes[..start]),
            }
        }
        let Self { stream, report, .. } = &mut *self;
        while let Some(left) = report.as_mut().filter(|left| !left.is_empty()) {
            match ready!(Pin::new(&mut *stream).poll_write(context, left))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => drop(left.split_to(written)),
            }
        }
        *report = None;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Where among bytes to write the parser's own answer begins, which is the last of a connection, and its status.
fn bare_error(bytes: &[u8]) -> Option<(usize, u16)> {
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let begin = bytes.len().saturating_sub(LONGEST_BARE);
    let start = begin + memmem::rfind(&bytes[begin..], b"HTTP/1.")?;
    let status = bytes.get(start + "HTTP/1.1 ".len()..)?.get(..3)?;
    let status: u16 = std::str::from_utf8(status).ok()?.parse().ok()?;
    (400..600).contains(&status).then_some((start, status))
}

#[cfg(test)]
mod tests {
    use super::bare_error;

    #[test]
    fn only_the_answer_of_the_parser_is_bare() {
        let bare = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: Sat, 28 Nov 2026 04:00:00 GMT\r\n\r\n";
        assert_eq!(bare_error(bare.as_bytes()), Some((0, 400)));
        let behind = format!("HTTP/1.1 200 OK\r\n\r\n[]{bare}");
        assert_eq!(bare_error(behind.as_bytes()), Some((21, 400)));
        let own = bare.replace(
            "date",
            &format!("x-request-id: {}\r\ndate", "a".repeat(160)),
        );
        assert_eq!(bare_error(own.as_bytes()), None);
        for other in [
            "HTTP/1.1 100 Continue\r\n\r\n",
            "0\r\n\r\n",
            "",
            "[]",
            "HTTP/1.1 \r\n\r\n",
        ] {
            assert_eq!(bare_error(other.as_bytes()), None, "{other}");
        }
    }
}
