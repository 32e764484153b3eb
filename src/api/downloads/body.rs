//! Bodies of answers that are longer than memory should hold.

use crate::api::Finished;
use actix_web::{
    body::{BodySize, MessageBody},
    rt::{
        task::{JoinHandle, spawn_blocking},
        time::timeout,
    },
    web::Bytes,
};
use std::{
    io::{self, Write},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{runtime::Handle, sync::mpsc};

/// Bytes that are sent at once.
const CHUNK: usize = 64 << 10;
/// Chunks that wait for a client that reads slowly.
const WAITING: usize = 4;
/// How long a client may take nothing.
const PATIENCE: Duration = Duration::from_secs(30);

enum Piece {
    Bytes(Bytes),
    End,
}

/// A body that another thread writes.
pub struct Chunks {
    first: Option<Piece>,
    rest: mpsc::Receiver<Piece>,
    ended: bool,
}

/// Where that thread writes. Unless `end` is called the body breaks off, and the client is told so by
/// the connection: nobody takes a part for the whole.
pub struct Outlet {
    chunk: Vec<u8>,
    pieces: mpsc::Sender<Piece>,
}

/// A body and where it is written.
pub fn channel() -> (Outlet, Chunks) {
    let (pieces, rest) = mpsc::channel(WAITING);
    let outlet = Outlet {
        chunk: Vec::with_capacity(CHUNK),
        pieces,
    };
    let chunks = Chunks {
        first: None,
        rest,
        ended: false,
    };
    (outlet, chunks)
}

impl Chunks {
    /// Waits for the first bytes, or the end; `false` where the thread ended without either.
    pub async fn have_begun(&mut self) -> bool {
        self.first = self.rest.recv().await;
        self.first.is_some()
    }
}

impl MessageBody for Chunks {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        let piece = match self.first.take() {
            Some(first) => Some(first),
            None if self.ended => return Poll::Ready(None),
            None => ready!(self.rest.poll_recv(context)),
        };
        Poll::Ready(match piece {
            Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => {
                self.ended = true;
                None
            }
            None => Some(Err(io::Error::other("the download broke off"))),
        })
    }
}

impl Outlet {
    /// Sends what is left, and that it is the end.
    pub fn end(&mut self) -> io::Result<()> {
        self.send_chunk()?;
        self.send(Piece::End)
    }

    /// Whether nobody reads any more.
    pub fn is_abandoned(&self) -> bool {
        self.pieces.is_closed()
    }

    fn send_chunk(&mut self) -> io::Result<()> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        self.send(Piece::Bytes(chunk.into()))
    }

    fn send(&self, piece: Piece) -> io::Result<()> {
        let sent = Handle::current().block_on(timeout(PATIENCE, self.pieces.send(piece)));
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::Error::new(
                io::ErrorKind::BrokenPipe,
                "the client went away",
            )),
            Err(_) => Err(io::Error::new(
                io::ErrorKind::BrokenPipe,
                "the client takes nothing",
            )),
        }
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK {
            self.send_chunk()?;
        }
        Ok(bytes.len())
    }

    /// Sends nothing: writers flush when they give up too, and a failure before the first chunk can
    /// still be told as one.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A body that is a file, or a part of one.
pub struct FileBody {
    file: Arc<Finished>,
    state: Reading,
    /// Where the next bytes stand, how many are left, and how many there are.
    place: u64,
    left: u64,
    size: u64,
}

enum Reading {
    Idle,
    Busy(JoinHandle<io::Result<Vec<u8>>>),
    Over,
}

impl FileBody {
    /// So many bytes of a file, from a place on.
    pub fn new(file: Arc<Finished>, place: u64, size: u64) -> Self {
        Self {
            file,
            state: Reading::Idle,
            place,
            left: size,
            size,
        }
    }

    /// Reads the next bytes, in a thread that may wait for the disk.
    fn read(&self) -> JoinHandle<io::Result<Vec<u8>>> {
        let (file, place) = (self.file.clone(), self.place);
        let length = usize::try_from(self.left).map_or(CHUNK, |left| left.min(CHUNK));
        spawn_blocking(move || file.bytes(place, length))
    }
}

impl MessageBody for FileBody {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            match std::mem::replace(&mut self.state, Reading::Over) {
                Reading::Over => return Poll::Ready(None),
                Reading::Idle if self.left == 0 => return Poll::Ready(None),
                Reading::Idle => self.state = Reading::Busy(self.read()),
                Reading::Busy(mut busy) => {
                    let Poll::Ready(done) = Pin::new(&mut busy).poll(context) else {
                        self.state = Reading::Busy(busy);
                        return Poll::Pending;
                    };
                    return Poll::Ready(match done.map_err(io::Error::other) {
                        Ok(Ok(chunk)) => {
                            self.place += chunk.len() as u64;
                            self.left -= chunk.len() as u64;
                            self.state = Reading::Idle;
                            Some(Ok(chunk.into()))
                        }
                        Ok(Err(error)) | Err(error) => Some(Err(error)),
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, channel};
    use actix_web::{body::to_bytes, rt::task::spawn_blocking};
    use std::io::Write;

    #[actix_web::test]
    async fn what_is_written_is_sent() {
        let (mut outlet, mut chunks) = channel();
        let text = vec![b'x'; 3 * CHUNK + 1];
        let written = text.clone();
        spawn_blocking(move || outlet.write_all(&written).and_then(|()| outlet.end()));
        assert!(chunks.have_begun().await);
        let body = to_bytes(chunks).await.ok();
        assert!(body.is_some_and(|body| body == text));
    }

    #[actix_web::test]
    async fn a_body_without_an_end_breaks_off() {
        let (mut outlet, chunks) = channel();
        spawn_blocking(move || outlet.write_all(&vec![b'x'; CHUNK]));
        assert!(to_bytes(chunks).await.is_err());
    }

    #[actix_web::test]
    async fn a_client_that_went_away_ends_the_writing() {
        let (mut outlet, chunks) = channel();
        drop(chunks);
        let written = spawn_blocking(move || outlet.write_all(&vec![b'x'; CHUNK])).await;
        assert!(written.is_ok_and(|written| written.is_err()));
    }
}
