//! The turn of a request on its connection: no pipelining into the parser. The next head is handed on once the answer
//! before it has begun.
//!
//! The parser keeps one set of flags for a connection (is it HEAD, which version, keep-alive) and overwrites it with
//! each head that it reads: an answer that begins after the next head was read would be written as that one's, a HEAD
//! with a body or a GET without. `Intake` begins an exchange with each head, and the front ends it with the answer.

use std::{cell::Cell, task::Waker};

/// Whether a request of the connection waits for its answer; on the thread of the connection alone.
#[derive(Default)]
pub struct Exchange {
    is_open: Cell<bool>,
    has_body: Cell<bool>,
    /// Who waits to read the next head.
    reader: Cell<Option<Waker>>,
}

impl Exchange {
    /// A head was read, of a request with a body or without.
    pub fn begin(&self, has_body: bool) {
        self.is_open.set(true);
        self.has_body.set(has_body);
    }

    /// The head of the answer is written next.
    pub fn end(&self) {
        self.is_open.set(false);
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    /// Wakes the reader once the answer begins.
    pub fn wait(&self, reader: &Waker) {
        self.reader.set(Some(reader.clone()));
    }

    pub fn is_open(&self) -> bool {
        self.is_open.get()
    }

    /// Whether the request has a body, which nobody reads: where that ends, only the parser knows.
    pub fn has_body(&self) -> bool {
        self.has_body.get()
    }
}
