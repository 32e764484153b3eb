//! Bodies of answers that are longer than memory should hold.

use crate::{
    api::spool::{Held, Sent, Spool, SpoolFile},
    database::Caller,
};
use actix_web::{
    body::{BodySize, MessageBody, SizedStream},
    rt::task::spawn_blocking,
    web::Bytes,
};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use std::{
    io::{self, Write},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::mpsc};

/// Bytes that are sent at once.
const CHUNK: usize = 64 << 10;
/// Pieces that wait for a client that reads slowly.
const WAITING: usize = 4;
/// Room for the last pieces, so that who writes them need not wait: what is spooled, and the end.
const LAST: usize = 2;

enum Piece {
    Bytes(Bytes),
    /// What the client had not taken when it was written.
    Spooled(Sent),
    End,
}

/// A body that another thread writes.
pub struct Chunks {
    first: Option<Piece>,
    rest: mpsc::Receiver<Piece>,
    /// The file that is being sent.
    file: Option<FileBody>,
    ended: bool,
}

/// Where that thread writes, at its own pace: what the client has no time for yet goes into the spool. Unless `end` is
/// called the body breaks off, and the client is told so by the connection: nobody takes a part for the whole. Where the
/// spool has no room, or enough waits for the client there, the client is waited for.
pub struct Outlet {
    chunk: Vec<u8>,
    pieces: mpsc::Sender<Piece>,
    spool: Spool,
    spooled: Option<(SpoolFile, Held)>,
    caller: Arc<Caller>,
    /// How long the client was waited for.
    waited: Duration,
}

/// A body for a caller, and where it is written.
pub fn channel(spool: Spool, caller: Arc<Caller>) -> (Outlet, Chunks) {
    let (pieces, rest) = mpsc::channel(WAITING + LAST);
    let outlet = Outlet {
        chunk: Vec::with_capacity(CHUNK),
        pieces,
        spool,
        spooled: None,
        caller,
        waited: Duration::ZERO,
    };
    let chunks = Chunks {
        first: None,
        rest,
        file: None,
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
        loop {
            if let Some(file) = &mut self.file {
                match ready!(Pin::new(file).poll_next(context)) {
                    None => self.file = None,
                    read => return Poll::Ready(read),
                }
            }
            let piece = match self.first.take() {
                Some(first) => Some(first),
                None if self.ended => return Poll::Ready(None),
                None => ready!(self.rest.poll_recv(context)),
            };
            return Poll::Ready(match piece {
                Some(Piece::Bytes(bytes)) => Some(Ok(bytes)),
                Some(Piece::Spooled(sent)) => {
                    let length = sent.file.length;
                    self.file = Some(file_body(sent, 0, length));
                    continue;
                }
                Some(Piece::End) => {
                    self.ended = true;
                    None
                }
                None => Some(Err(io::Error::other("the download broke off"))),
            });
        }
    }
}

impl Outlet {
    /// Sends what is left, and that it is the end.
    pub fn end(&mut self) -> io::Result<()> {
        self.send_chunk()?;
        self.send_spooled()?;
        self.send(Piece::End)
    }

    /// How long the client was waited for till now.
    pub fn waited(&self) -> Duration {
        self.waited
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
        if self.has_room() {
            self.send_spooled()?;
        }
        if (self.spooled.is_some() || !self.has_room()) && self.spool(&chunk)? {
            return Ok(());
        }
        self.send_spooled()?;
        self.send(Piece::Bytes(chunk.into()))
    }

    /// Whether the client takes what is written.
    fn has_room(&self) -> bool {
        self.pieces.capacity() > LAST
    }

    /// Writes a chunk behind what is spooled, where there is room for it.
    fn spool(&mut self, chunk: &[u8]) -> io::Result<bool> {
        if self.is_abandoned() {
            return Err(gone());
        }
        if self.spooled.is_none() {
            self.spooled = self.begin_spooling();
        }
        let Some((file, held)) = &mut self.spooled else {
            return Ok(false);
        };
        let length = file.length();
        if !held.reach(length + chunk.len() as u64) {
            return Ok(false);
        }
        match file.write_all(chunk) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                file.cut(length)?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn begin_spooling(&self) -> Option<(SpoolFile, Held)> {
        let file = self.spool.file().ok()?;
        let held = self.spool.hold(&file, &self.caller)?;
        Some((file, held))
    }

    fn send_spooled(&mut self) -> io::Result<()> {
        match self.spooled.take() {
            Some((file, held)) => {
                let sent = Sent::new(Arc::new(file.finish()), held);
                self.send(Piece::Spooled(sent))
            }
            None => Ok(()),
        }
    }

    /// Waits until the client takes it, or is given up by its connection.
    fn send(&mut self, piece: Piece) -> io::Result<()> {
        let began = Instant::now();
        let sent = Handle::current().block_on(self.pieces.send(piece));
        self.waited += began.elapsed();
        sent.map_err(|_| gone())
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

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "the client went away")
}

/// A body that is a file, or a part of one.
pub type FileBody = SizedStream<BoxStream<'static, io::Result<Bytes>>>;

/// So many bytes of a file, from a place on, read in threads that may wait for the disk. Many read a file at once, so
/// each says where: a stream over a handle would share its place with the others.
pub fn file_body(sent: Sent, place: u64, size: u64) -> FileBody {
    let chunks = stream::try_unfold((place, size), move |(place, left)| {
        // All of it, and not its file alone: it counts as waiting for the client as long as there is more to send.
        let sent = sent.clone();
        async move {
            let file = sent.file.clone();
            let length = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            if length == 0 {
                return Ok(None);
            }
            let chunk = spawn_blocking(move || file.bytes(place, length));
            let chunk = Bytes::from(chunk.await.map_err(io::Error::other)??);
            let read = chunk.len() as u64;
            Ok(Some((chunk, (place + read, left - read))))
        }
    });
    SizedStream::new(size, chunks.boxed())
}

#[cfg(test)]
mod tests {
    use crate::api::export::chunks::{CHUNK, channel};
    use crate::api::spool::Spool;
    use actix_web::{
        body::to_bytes,
        rt::{task::spawn_blocking, time::sleep},
    };
    use std::{io::Write, sync::Arc, time::Duration};

    #[actix_web::test]
    async fn what_is_written_is_sent() {
        let (mut outlet, mut chunks) = channel(Spool::new(1 << 30), Arc::default());
        let text = vec![b'x'; 3 * CHUNK + 1];
        let written = text.clone();
        spawn_blocking(move || outlet.write_all(&written).and_then(|()| outlet.end()));
        assert!(chunks.have_begun().await);
        let body = to_bytes(chunks).await.ok();
        assert!(body.is_some_and(|body| body == text));
    }

    #[actix_web::test]
    async fn who_writes_does_not_wait_for_who_reads_while_there_is_room() {
        let text: Vec<u8> = (0..251).cycle().take(200 * CHUNK).collect();
        for room in [1 << 30, 20 * CHUNK as u64, 1] {
            let (mut outlet, mut chunks) = channel(Spool::new(room), Arc::default());
            let written = text.clone();
            let writing = spawn_blocking(move || {
                let mut pieces = written.chunks(CHUNK);
                pieces.try_for_each(|piece| outlet.write_all(piece))?;
                outlet.end()
            });
            assert!(chunks.have_begun().await);
            if room > text.len() as u64 {
                assert!(writing.await.is_ok_and(|written| written.is_ok()));
            } else {
                sleep(Duration::from_millis(100)).await;
                assert!(!writing.is_finished(), "{room}");
            }
            let body = to_bytes(chunks).await.ok();
            assert!(body.is_some_and(|body| body == text), "{room}");
        }
    }

    #[actix_web::test]
    async fn a_body_without_an_end_breaks_off() {
        let (mut outlet, chunks) = channel(Spool::new(1 << 30), Arc::default());
        spawn_blocking(move || outlet.write_all(&vec![b'x'; CHUNK]));
        assert!(to_bytes(chunks).await.is_err());
    }

    #[actix_web::test]
    async fn a_client_that_went_away_ends_the_writing() {
        let (mut outlet, chunks) = channel(Spool::new(1 << 30), Arc::default());
        drop(chunks);
        let written = spawn_blocking(move || outlet.write_all(&vec![b'x'; CHUNK])).await;
        assert!(written.is_ok_and(|written| written.is_err()));
    }
}
