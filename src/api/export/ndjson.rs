//! NDJSON: one record a line, as JSON has it.

use crate::{
    api::export::table,
    database::model::resource::{Object, Row},
};
use std::io::{self, BufWriter, Write};

/// Writes NDJSON.
pub struct Writer<W: Write>(BufWriter<W>);

impl<W: Write> Writer<W> {
    pub fn new(output: W) -> Self {
        Self(BufWriter::new(output))
    }
}

impl<W: Write> table::Writer for Writer<W> {
    fn write_rows(&mut self, rows: &[Box<dyn Row>]) -> io::Result<bool> {
        for row in rows {
            self.0.write_all(row.to_json().as_bytes())?;
            self.0.write_all(b"\n")?;
        }
        Ok(true)
    }

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
