//! Limits of one request and its answer. The server refuses what is over them, problems name them.

/// The longest address that is read, in bytes.
pub const MAX_ADDRESS: usize = 16_000;

/// The most bytes that the headers of a request may have together.
pub const MAX_HEADERS: usize = 32_000;

/// The most bytes of an answer that is not streamed.
pub const MAX_BYTES: usize = 16 << 20;
