//! The rows of a file of a package, one after the other.

use super::{
    Error, Files, Problem,
    read::{DESCRIPTOR, Table},
};
use crate::database::{
    draft::{Cell, Draft},
    resource::{Column, Kind, Resource},
    rules,
};
use std::io::Read;

/// A row: what could be read of it, and what is wrong with it.
pub struct Row {
    /// As a spreadsheet counts: the header is row 1.
    pub number: usize,
    pub draft: Draft,
    pub problems: Vec<Problem>,
}

impl Row {
    /// Whether a mistake is among the problems.
    pub fn is_wrong(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// Reads the rows of a file.
pub struct Rows<'f> {
    resource: &'static Resource,
    file: String,
    reader: csv::Reader<Box<dyn Read + 'f>>,
    /// The columns of the file, each with its place in the record.
    columns: Vec<(usize, &'static Column)>,
    line: csv::StringRecord,
    number: usize,
    is_over: bool,
}

impl Table {
    /// The rows below the header; what is wrong where they cannot be read.
    pub fn rows<'f>(&self, files: &'f dyn Files) -> Result<Rows<'f>, Vec<Problem>> {
        let file = self.file.as_str();
        let input = files.open(file).map_err(|error| {
            let reason = format!("cannot be read: {error}; {DESCRIPTOR} lists it");
            vec![Problem::in_file(file, reason)]
        })?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
        let columns = read_header(&mut reader, self.resource, file)?;
        Ok(Rows {
            resource: self.resource,
            file: self.file.clone(),
            reader,
            columns,
            line: csv::StringRecord::new(),
            number: 1,
            is_over: false,
        })
    }

    /// The records; a mistake in one is the error.
    pub fn drafts<'f>(
        &self,
        files: &'f dyn Files,
    ) -> Result<impl Iterator<Item = Result<Draft, Error>> + use<'f>, Error> {
        let rows = self.rows(files).map_err(Error::Problems)?;
        Ok(rows.map(|row| {
            if row.is_wrong() {
                Err(Error::Problems(row.problems))
            } else {
                Ok(row.draft)
            }
        }))
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.is_over {
            return None;
        }
        self.number += 1;
        let mut row = Row {
            number: self.number,
            draft: Draft::new(self.resource),
            problems: Vec::new(),
        };
        match self.reader.read_record(&mut self.line) {
            Ok(true) => self.fill(&mut row),
            Ok(false) => return None,
            Err(error) => {
                let reason = format!("cannot be read: {error}");
                row.problems
                    .push(Problem::in_row(&self.file, self.number, reason));
                self.is_over = matches!(error.kind(), csv::ErrorKind::Io(_)); // it does not get better
            }
        }
        Some(row)
    }
}

impl Rows<'_> {
    /// Reads the cells of the line, and looks at the record by itself.
    fn fill(&self, row: &mut Row) {
        let (file, number) = (self.file.as_str(), self.number);
        let (cells, columns) = (self.line.len(), self.columns.len());
        if cells != columns {
            let reason = format!("has {cells} cells where the header has {columns}");
            return row.problems.push(Problem::in_row(file, number, reason));
        }
        for ((place, column), text) in self.columns.iter().zip(&self.line) {
            match read_cell(column, text) {
                Ok(cell) => row.draft.set(*place, cell),
                Err(reason) => {
                    let problem = Problem::in_cell(file, number, column.name, text, reason);
                    row.problems.push(problem);
                }
            }
        }
        if row.is_wrong() {
            return;
        }
        for (name, reason) in rules::problems(&row.draft) {
            let mut cells = self.columns.iter().zip(&self.line);
            let cell = cells.find(|((_, column), _)| column.name == name);
            let cell = cell.map_or("", |(_, cell)| cell);
            row.problems
                .push(Problem::in_cell(file, number, name, cell, reason));
        }
    }
}

fn read_header(
    reader: &mut csv::Reader<impl Read>,
    resource: &'static Resource,
    file: &str,
) -> Result<Vec<(usize, &'static Column)>, Vec<Problem>> {
    let header = reader
        .headers()
        .map_err(|error| vec![Problem::in_row(file, 1, format!("cannot be read: {error}"))])?;
    let own = || resource.columns.iter().filter(|column| column.own);
    let known: Vec<&str> = own().map(|column| column.name).collect();
    let mut problems = Vec::new();
    let mut columns: Vec<(usize, &'static Column)> = Vec::new();
    for name in header {
        let name = name.trim_start_matches('\u{feff}');
        match own().enumerate().find(|(_, column)| column.name == name) {
            Some((_, column)) if columns.iter().any(|(_, other)| other.name == name) => {
                let reason = "stands twice in the header";
                problems.push(Problem::in_cell(file, 1, column.name, name, reason));
            }
            Some(column) => columns.push(column),
            None => {
                let hint = rules::nearest_hint(name, &known);
                let reason = format!("is no column of {}{hint}", resource.name);
                problems.push(Problem::in_cell(file, 1, name, name, reason));
            }
        }
    }
    for name in known {
        if !columns.iter().any(|(_, column)| column.name == name) {
            let reason = format!("the column `{name}` is missing");
            problems.push(Problem::in_row(file, 1, reason));
        }
    }
    if problems.is_empty() {
        Ok(columns)
    } else {
        Err(problems)
    }
}

/// A cell's value; an empty one is none.
fn read_cell(column: &Column, cell: &str) -> Result<Cell, String> {
    if cell.is_empty() {
        return Ok(Cell::Nothing);
    }
    if cell.trim() != cell {
        return Err("has white space at its start or end".to_owned());
    }
    match column.kind {
        Kind::Integer => cell
            .parse()
            .map(Cell::Integer)
            .map_err(|_| "is no whole number".to_owned()),
        Kind::List => serde_json::from_str(cell)
            .map(Cell::List)
            .map_err(|_| r#"is no list like ["a", "b"]"#.to_owned()),
        _ => Ok(Cell::Text(cell.to_owned())),
    }
}
