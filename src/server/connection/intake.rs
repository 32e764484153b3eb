//! The reading half of a connection: it hands the parser one request at a time ([`Exchange`]), with what is typed into
//! its address encoded ([`Heads`]), and ends where a client takes too long or sends what nobody reads.
//!
//! To the parser an end is that of the client: it finishes what is under way and closes.

use super::{
    exchange::Exchange,
    head::{Heads, Place},
};
use actix_web::{
    rt::{
        net::TcpStream,
        time::{Sleep, sleep},
    },
    web::Bytes,
};
use std::{
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::io::{AsyncRead, ReadBuf};

/// How many bytes of a body are read, and for how long, so that its client gets to read the refusal.
const MOST_OF_BODY: usize = 1 << 20;
const TIME_OF_BODY: Duration = Duration::from_secs(5);

/// What a client sends.
pub struct Intake {
    heads: Heads,
    /// For the parser: encoded, and not yet taken.
    encoded: Bytes,
    /// What came behind the head of a request that waits for its answer, as it came.
    behind: Bytes,
    exchange: Rc<Exchange>,
    /// How long a head may take. The parser minds the first of a connection, and no other.
    request_timeout: Duration,
    /// When what has begun must have ended.
    deadline: Option<Pin<Box<Sleep>>>,
    left_of_body: usize,
    is_over: bool,
}

impl Intake {
    pub fn new(request_timeout: Duration) -> Self {
        Self {
            heads: Heads::default(),
            encoded: Bytes::new(),
            behind: Bytes::new(),
            exchange: Rc::default(),
            request_timeout,
            deadline: None,
            left_of_body: MOST_OF_BODY,
            is_over: false,
        }
    }

    pub fn exchange(&self) -> Rc<Exchange> {
        self.exchange.clone()
    }

    /// Why the last head cannot be read, as far as that can be told.
    pub fn why(&self) -> &'static str {
        self.heads.why()
    }

    /// Reads what the parser may have by now; nothing at the end.
    pub fn poll_read(
        &mut self,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.encoded.is_empty() && !self.is_over {
            if self.behind.is_empty() {
                ready!(self.poll_stream(stream, context, buffer))?;
            } else if self.is_held(context) {
                return Poll::Pending;
            } else {
                let behind = std::mem::take(&mut self.behind);
                let length = self.follow(&behind);
                if self.encoded.is_empty() {
                    self.encoded = behind.slice(..length);
                }
                self.behind = behind.slice(length..);
            }
        }
        let length = self.encoded.len().min(buffer.remaining());
        buffer.put_slice(&self.encoded.split_to(length));
        Poll::Ready(Ok(()))
    }

    /// Reads from the client into the buffer, or into what is encoded or held.
    fn poll_stream(
        &mut self,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(stream).poll_read(context, buffer) {
            Poll::Pending => return self.poll_deadline(context),
            Poll::Ready(read) => read?,
        }
        let read = &buffer.filled()[before..];
        if !read.is_empty() && self.is_held(context) {
            self.behind = Bytes::copy_from_slice(read);
            buffer.set_filled(before);
            return Poll::Pending;
        }
        let length = self.follow(read);
        if length < read.len() {
            self.behind = Bytes::copy_from_slice(&read[length..]);
        }
        let length = if self.encoded.is_empty() { length } else { 0 };
        buffer.set_filled(before + length);
        Poll::Ready(Ok(()))
    }

    /// Whether what comes next has to wait for an answer to begin.
    fn is_held(&self, context: &Context<'_>) -> bool {
        let is_held = self.exchange.is_open() && self.heads.place() != Place::Beyond;
        if is_held {
            self.exchange.wait(context.waker());
        }
        is_held
    }

    /// Follows bytes to the end of a head, and gives how many those are.
    fn follow(&mut self, bytes: &[u8]) -> usize {
        let followed = self.heads.follow(bytes);
        self.encoded = followed.encoded.map_or_else(Bytes::new, Bytes::from);
        if followed.is_head {
            let has_body = self.heads.place() == Place::Beyond;
            self.exchange.begin(has_body);
            self.deadline = None;
        }
        let bound = match self.heads.place() {
            Place::Beyond => {
                self.left_of_body = self.left_of_body.saturating_sub(bytes.len());
                self.is_over = self.left_of_body == 0;
                Some(TIME_OF_BODY)
            }
            _ if followed.is_head || self.heads.is_first() || followed.length == 0 => None,
            _ => Some(self.request_timeout),
        };
        if let (Some(bound), None) = (bound, &self.deadline) {
            self.deadline = Some(Box::pin(sleep(bound)));
        }
        followed.length
    }

    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(deadline) = &mut self.deadline else {
            return Poll::Pending;
        };
        ready!(deadline.as_mut().poll(context));
        self.is_over = true;
        Poll::Ready(Ok(()))
    }
}
