//! CSV (RFC 4180): UTF-8, a header, CRLF after each record; null is an empty cell, a list a JSON array.

use super::table::{self, Column, Table};
use crate::{
    database::resource::{Kind, Object},
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
    writer: csv::Writer<W>,
    excel: bool,
}

impl<W: Write> Writer<W> {
    pub fn new(table: Table, mut output: W, bom: bool, excel: bool) -> io::Result<Self> {
        if bom {
            output.write_all(BYTE_ORDER_MARK.as_bytes())?;
        }
        let mut writer = csv::WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(output);
        writer.write_record(table.columns.iter().map(|column| &column.name))?;
        Ok(Self {
            columns: table.columns,
            writer,
            excel,
        })
    }

    fn cell(&self, column: &Column, value: &Json) -> String {
        let cell = cell(value);
        let is_number = column.kind == Kind::Integer;
        if self.excel && !is_number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            return format!("'{cell}");
        }
        cell
    }
}

impl<W: Write> table::Writer for Writer<W> {
    fn write(&mut self, records: Vec<Object>) -> io::Result<()> {
        for record in records {
            let cells = self.columns.iter();
            let cells: Vec<String> = cells
                .map(|column| self.cell(column, &record[&column.name]))
                .collect();
            self.writer.write_record(cells)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}
