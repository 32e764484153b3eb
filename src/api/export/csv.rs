//! CSV (RFC 4180): UTF-8, a header, CRLF after each record; null is an empty cell, a list a JSON array.
//!
//! For Excel it is what Excel reads without asking: a byte order mark, the separator of the language, and no text
//! that would be taken for something else. A last column says that texts are guarded from that.

use crate::{
    api::export::table::{self, Column, Table},
    database::model::resource::{Kind, Object, Row},
    package::{GUARD_COLUMN, cell, guarded},
};
use csv::Terminator;
use serde_json::Value as Json;
use std::io::{self, Write};

/// What spreadsheets tell UTF-8 by.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Languages that write 1.5 and not 1,5: there, spreadsheets separate by commas, and elsewhere by semicolons.
const POINT: [&str; 16] = [
    "en", "zh", "ja", "ko", "th", "he", "hi", "bn", "ur", "ta", "ms", "sw", "ga", "cy", "mt", "mn",
];

/// How CSV is to be written.
#[derive(Clone, Copy)]
pub struct Dialect {
    bom: bool,
    excel: bool,
    has_comma: bool,
}

impl Dialect {
    pub fn new(bom: bool) -> Self {
        Self {
            bom,
            excel: false,
            has_comma: false,
        }
    }

    /// As Excel reads it with settings of a language; of English where none is known.
    pub fn excel(language: Option<&str>) -> Self {
        let language = language.and_then(|language| language.split('-').next());
        let has_comma = language.is_some_and(|language| !POINT.contains(&language));
        Self {
            bom: true,
            excel: true,
            has_comma,
        }
    }

    fn lines(self) -> Lines {
        csv::WriterBuilder::new()
            .has_headers(false)
            .delimiter(if self.has_comma { b';' } else { b',' })
            .terminator(Terminator::CRLF)
            .from_writer(Vec::new())
    }
}

/// Writes CSV.
pub struct Writer<W: Write> {
    columns: Vec<Column>,
    output: W,
    dialect: Dialect,
}

/// Lines on their way to the output.
type Lines = csv::Writer<Vec<u8>>;

impl<W: Write> Writer<W> {
    pub fn new(table: Table, mut output: W, dialect: Dialect) -> io::Result<Self> {
        if dialect.bom {
            output.write_all(BYTE_ORDER_MARK.as_bytes())?;
        }
        let columns = table.columns;
        let mut writer = Self {
            columns,
            output,
            dialect,
        };
        let mut lines = dialect.lines();
        let (guard, _) = GUARD_COLUMN;
        let names = writer.columns.iter().map(|column| column.name.as_str());
        lines.write_record(names.chain(dialect.excel.then_some(guard)))?;
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
        let text = cell(value);
        match (&column.kind, value) {
            _ if !self.dialect.excel => text,
            (_, Json::Number(number)) if self.dialect.has_comma && number.is_f64() => {
                text.replace('.', ",")
            }
            (Kind::Integer | Kind::Date | Kind::Timestamp, _) => text,
            _ => guarded(text),
        }
    }
}

impl<W: Write> table::Writer for Writer<W> {
    fn write_rows(&mut self, rows: &[Box<dyn Row>]) -> io::Result<bool> {
        if self.dialect.excel
            || self
                .columns
                .iter()
                .any(|column| column.kind == Kind::TextList)
        {
            return Ok(false);
        }
        let mut lines = self.dialect.lines();
        for row in rows {
            row.write_csv(&mut lines)?;
        }
        self.put(lines)?;
        Ok(true)
    }

    fn write(&mut self, records: Vec<Object>) -> io::Result<()> {
        let mut lines = self.dialect.lines();
        for record in records {
            let cells = self.columns.iter();
            let cells = cells.map(|column| self.cell(column, &record[&column.name]));
            let (_, guard) = GUARD_COLUMN;
            let guard = self.dialect.excel.then(|| guard.to_owned());
            lines.write_record(cells.chain(guard))?;
        }
        self.put(lines)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.output.flush()
    }
}
