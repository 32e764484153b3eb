//! NDJSON: one record a line, as JSON has it.

use super::table;
use crate::database::resource::Object;
use std::io::{self, BufWriter, Write};

/// Writes NDJSON.
pub struct Writer<W: Write>(BufWriter<W>);

impl<W: Write> Writer<W> {
    pub fn new(output: W) -> Self {
        Self(BufWriter::new(output))
    }
}

impl<W: Write> table::Writer for Writer<W> {
    fn write(&mut self, records: Vec<Object>) -> io::Result<()> {
        for record in records {
            serde_json::to_writer(&mut self.0, &record)?;
            self.0.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}
