//! CSV (RFC 4180): UTF-8, a header, CRLF after each record; null is an empty cell, a list a JSON array.

use super::table::{self, Column, Table};
use crate::{
    database::resource::{Kind, Object, Row},
    package::cell,
};
use csv::Terminator;
use serde_json::Value as Json;
use std::io::{self, Write};

/// What spreadsheets tell UTF-8 by.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes CSV.
pub struct Writer<W: Write> {
    columns: Vec<Column>,
    output: W,
    excel: bool,
}

/// Lines on their way to the output.
type Lines = csv::Writer<Vec<u8>>;

impl<W: Write> Writer<W> {
    pub fn new(table: Table, mut output: W, bom: bool, excel: bool) -> io::Result<Self> {
        if bom {
            output.write_all(BYTE_ORDER_MARK.as_bytes())?;
        }
        let columns = table.columns;
        let mut writer = Self {
            columns,
            output,
            excel,
        };
        let mut lines = lines();
        lines.write_record(writer.columns.iter().map(|column| &column.name))?;
        writer.put(lines)?;
        Ok(writer)
    }

    fn put(&mut self, lines: Lines) -> io::Result<()> {
        let lines = lines
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?;
        self.output.write_all(&lines)
    }

    fn cell(&self, column: &Column, value: &Json) -> String {
        let cell = cell(value);
        if self.excel && column.kind != Kind::Integer {
            guarded(cell)
        } else {
            cell
        }
    }
}

fn lines() -> Lines {
    csv::WriterBuilder::new()
        .has_headers(false)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new())
}

impl<W: Write> table::Writer for Writer<W> {
    fn write_rows(&mut self, rows: &[Box<dyn Row>]) -> io::Result<bool> {
        if self.excel || self.columns.iter().any(|column| column.kind == Kind::List) {
            return Ok(false);
        }
        let mut lines = lines();
        for row in rows {
            row.write_csv(&mut lines)?;
        }
        self.put(lines)?;
        Ok(true)
    }

    fn write(&mut self, records: Vec<Object>) -> io::Result<()> {
        let mut lines = lines();
        for record in records {
            let cells = self.columns.iter();
            let cells: Vec<String> = cells
                .map(|column| self.cell(column, &record[&column.name]))
                .collect();
            lines.write_record(cells)?;
        }
        self.put(lines)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.output.flush()
    }
}

/// The text with an apostrophe before it where a spreadsheet would take it for a formula.
fn guarded(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn what_may_pass_for_a_formula_gets_an_apostrophe() {
        for text in ["=1", "+1", "-1", "@a", "\t=1", "\r=1"] {
            assert_eq!(guarded(text.to_owned()), format!("'{text}"));
        }
        for text in ["a=1", "", "─ a", "[]"] {
            assert_eq!(guarded(text.to_owned()), text);
        }
    }
}
