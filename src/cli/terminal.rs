//! Output to a terminal, whose reader may be gone. The commands tell by it.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write},
};

/// Writes a line to standard output. Who closes it early, as `head` does, has seen enough: that is no failure.
pub fn say(line: impl Display) -> io::Result<()> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(io::Error::new(
            error.kind(),
            format!("standard output cannot be written: {error}"),
        )),
        Ok(()) => Ok(()),
    }
}

/// Writes a line to standard error, where there is anybody to read it.
pub fn warn(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
