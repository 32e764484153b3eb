//! XLSX: typed cells under a header that stays in view, and a sheet that says what it is.

mod cells;

use crate::{
    api::{
        export::{
            provenance::Provenance,
            table::{self, Table},
        },
        spool::{Reservation, Spool},
    },
    database::model::resource::Object,
    package::{CUT, MAX_TEXT, fitting},
};
use cells::{Formats, width, write_cell};
use rust_xlsxwriter::{ColNum, DocProperties, ExcelDateTime, RowNum, Workbook, XlsxError};
use serde_json::Value as Json;
use std::{
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Rows that a sheet holds beside its header.
pub const MAX_ROWS: i64 = 1_048_575;

/// What stands around the text of a cell, in bytes.
const MARKUP: usize = 48;

/// Writes one table as a workbook.
pub struct Writer<W> {
    book: Book,
    facts: Provenance,
    output: W,
}

impl<W> Writer<W> {
    pub fn new(table: Table, facts: &Provenance, spool: &Spool, output: W) -> io::Result<Self> {
        let mut book = Book::new(facts, spool)?;
        book.begin(table)?;
        Ok(Self {
            book,
            facts: facts.clone(),
            output,
        })
    }
}

impl<W: Write + Send> table::Writer for Writer<W> {
    fn write(&mut self, records: Vec<Object>) -> io::Result<()> {
        self.book.write(&records)
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.book.finish(&self.facts, self.output)
    }
}

/// A workbook that is written sheet after sheet, row after row.
pub struct Book {
    workbook: Workbook,
    /// The table of the sheet that was begun last, and how many sheets it has by now.
    table: Table,
    sheets: usize,
    next_row: RowNum,
    /// The last row of a sheet, counted from 0 for its header.
    last_row: RowNum,
    formats: Formats,
    /// Room for the sheets, which the library writes into temporary files of its own; and how long these are, about.
    reservation: Reservation,
    length: u64,
}

impl Book {
    pub fn new(facts: &Provenance, spool: &Spool) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        let mut properties = DocProperties::new().set_title(&facts.title);
        if let Some(at) = facts.at {
            let at = ExcelDateTime::from_timestamp(at.and_utc().timestamp());
            properties = properties.set_creation_datetime(&at.map_err(io::Error::other)?);
        }
        workbook.set_properties(&properties);
        Ok(Self {
            workbook,
            table: Table {
                name: "",
                columns: Vec::new(),
            },
            sheets: 0,
            next_row: 0,
            last_row: RowNum::try_from(MAX_ROWS).unwrap_or(RowNum::MAX),
            formats: Formats::new(),
            reservation: spool.reserve(),
            length: 0,
        })
    }

    /// Begins the sheet of a table.
    pub fn begin(&mut self, table: Table) -> io::Result<()> {
        self.table = table;
        self.sheets = 0;
        self.reservation.reach(self.length + 1)?;
        written(|| self.begin_sheet())
    }

    /// Begins the first sheet of the table, or a further one: `measures (2)`.
    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.table.name.to_owned(),
            number => format!("{} ({number})", self.table.name),
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 1)?;
        for (index, column) in (0..).zip(&self.table.columns) {
            sheet
                .set_column_width(index, width(column))?
                .write_string_with_format(0, index, &column.name, &self.formats.header)?;
        }
        self.next_row = 1;
        Ok(())
    }

    /// Writes rows of the table that was begun last, on as many sheets as they need.
    pub fn write(&mut self, records: &[Object]) -> io::Result<()> {
        self.length += records
            .iter()
            .flat_map(Object::values)
            .map(room)
            .sum::<u64>();
        self.reservation.reach(self.length)?;
        written(|| self.write_sheets(records))
    }

    fn write_sheets(&mut self, records: &[Object]) -> Result<(), XlsxError> {
        let mut rest = records;
        while !rest.is_empty() {
            if self.next_row > self.last_row {
                self.end_sheet()?;
                self.begin_sheet()?;
            }
            let room = (self.last_row + 1 - self.next_row) as usize;
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.write_sheet(now)?;
            rest = later;
        }
        Ok(())
    }

    fn write_sheet(&mut self, records: &[Object]) -> Result<(), XlsxError> {
        let last = self.workbook.worksheets().len() - 1;
        let sheet = self.workbook.worksheet_from_index(last)?;
        for record in records {
            for (index, column) in (0..).zip(&self.table.columns) {
                let value = &record[&column.name];
                let place = (self.next_row, index);
                write_cell(sheet, &self.formats, place, &column.kind, value)?;
            }
            self.next_row += 1;
        }
        Ok(())
    }

    /// Ends the sheet that was begun last.
    pub fn end(&mut self) -> io::Result<()> {
        written(|| self.end_sheet())
    }

    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let last = self.workbook.worksheets().len() - 1;
        let right = ColNum::try_from(self.table.columns.len() - 1).unwrap_or(ColNum::MAX);
        let bottom = (self.next_row - 1).max(1);
        let sheet = self.workbook.worksheet_from_index(last)?;
        sheet.autofilter(0, 0, bottom, right)?;
        Ok(())
    }

    /// Ends the last sheet, adds the one that says what the workbook is, and writes all.
    pub fn finish(mut self, facts: &Provenance, output: impl Write + Send) -> io::Result<()> {
        written(|| {
            self.end_sheet()?;
            self.about(facts)?;
            self.workbook.save_to_writer(output)
        })
    }

    fn about(&mut self, facts: &Provenance) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name("About")?;
        sheet.set_column_width(0, 18)?.set_column_width(1, 100)?;
        let notes = [
            ("dates_and_times", "UTC".to_owned()),
            (
                "long_texts",
                format!(
                    "Cells hold {MAX_TEXT} characters; what is longer ends in {CUT} here and is whole in CSV, NDJSON and Parquet."
                ),
            ),
            (
                "long_tables",
                format!(
                    "Sheets hold {MAX_ROWS} records; what is longer goes on in the next sheet, (2)."
                ),
            ),
        ];
        for (row, (name, fact)) in (0..).zip(facts.all.iter().chain(&notes)) {
            sheet
                .write_string_with_format(row, 0, heading(name), &self.formats.header)?
                .write_string_with_format(row, 1, fitting(fact), &self.formats.wrapped)?;
        }
        Ok(())
    }
}

/// What a cell takes in the XML of its sheet, about.
fn room(value: &Json) -> u64 {
    let text = value.as_str().map_or(0, str::len);
    (text + MARKUP) as u64
}

/// Does something with the library, which panics where its temporary files cannot be written.
fn written<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(io::Error::other),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::StorageFull,
            "no room for temporary files: the sheets of a workbook could not be written",
        )),
    }
}

/// `dataset_version` as `Dataset version`.
fn heading(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use crate::api::{
        export::{provenance::Provenance, table::Table, xlsx::Book},
        spool::Spool,
    };
    use crate::{
        api::{dataset_version::Register, export::table::Column},
        database::model::resource::Kind,
    };
    use serde_json::json;
    use std::io::{Cursor, Read};

    /// The names of the sheets, and the cells of each.
    fn sheets(rows: usize) -> Vec<(String, usize)> {
        let facts = Provenance::new(&Register::default(), "", "");
        let mut book =
            Book::new(&facts, &Spool::new(1 << 30)).expect("a workbook as it is written");
        book.last_row = 3;
        let column = |name: &str| Column {
            name: name.to_owned(),
            kind: Kind::Integer,
            nullable: false,
        };
        let columns = vec![column("a")];
        book.begin(Table {
            name: "plans",
            columns,
        })
        .expect("a workbook as it is written");
        let record = |number| json!({ "a": number }).as_object().cloned();
        let records: Vec<_> = (0..rows).filter_map(record).collect();
        for batch in records.chunks(2) {
            book.write(batch).expect("a workbook as it is written");
        }
        let mut bytes = Vec::new();
        book.finish(&facts, &mut bytes)
            .expect("a workbook as it is written");
        let mut archive =
            zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook as it is written");
        let mut text = |name: &str| {
            let mut text = String::new();
            archive
                .by_name(name)
                .expect("a workbook as it is written")
                .read_to_string(&mut text)
                .expect("a workbook as it is written");
            text
        };
        let book = text("xl/workbook.xml");
        let names = book.split("<sheet name=\"").skip(1);
        let names = names.map(|rest| {
            rest.split('"')
                .next()
                .expect("a workbook as it is written")
                .to_owned()
        });
        let mut sheet = |(number, name): (usize, String)| {
            let rows = text(&format!("xl/worksheets/sheet{}.xml", number + 1));
            (name, rows.matches("<row ").count() - 1)
        };
        names.enumerate().map(&mut sheet).collect()
    }

    #[test]
    fn what_a_sheet_does_not_hold_goes_on_in_the_next() {
        let about = sheets(0).pop().expect("a workbook as it is written");
        let sheet = |name: &str, rows| (name.to_owned(), rows);
        assert_eq!(sheets(3), [sheet("plans", 3), about.clone()]);
        assert_eq!(
            sheets(4),
            [sheet("plans", 3), sheet("plans (2)", 1), about.clone()]
        );
        assert_eq!(
            sheets(7),
            [
                sheet("plans", 3),
                sheet("plans (2)", 3),
                sheet("plans (3)", 1),
                about
            ]
        );
    }
}
