//! The rows of a file of a package, one after the other.

use super::{
    Error, Problem,
    csv_rows::{Cells, CsvRows, Fault},
    damage,
    head::{Rest, look},
    header::{Fit, Header},
    spreadsheet::unguarded,
};
use crate::{
    database::model::{
        new_record::{Cell, NewRecord},
        resource::{Column, Kind, Resource},
        validation,
    },
    language::printable::printable,
    package::{PackageSource, source::DESCRIPTOR, table::Table},
};

use std::mem;

/// A row: what could be read of it, and what is wrong with it.
pub struct Row {
    /// As a spreadsheet counts: the first line is row 1.
    pub number: usize,
    pub draft: NewRecord,
    pub problems: Vec<Problem>,
    /// Columns with a value that could not be read.
    pub unread: Vec<&'static str>,
    /// Whether nobody knows which cell belongs to which column.
    pub is_torn: bool,
}

impl Row {
    /// Whether a mistake is among the problems.
    pub fn is_wrong(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }

    /// Whether nothing is wrong with a value by itself, so that it can be looked at beside others.
    pub fn is_sound(&self, column: &str) -> bool {
        let is_of = |problem: &Problem| problem.column.as_deref() == Some(column);
        !self.is_torn
            && (self.problems.is_empty()
                || !(self.unread.contains(&column)
                    || (self.problems.iter()).any(|one| one.is_error() && is_of(one))))
    }

    /// The text of a column, where nothing is wrong with it.
    pub fn text(&self, column: &str) -> Option<&str> {
        let text = self.draft.text(column);
        text.filter(|_| self.is_sound(column))
    }
}

/// Reads the rows of a file.
pub struct Rows<'f> {
    resource: &'static Resource,
    file: String,
    reader: CsvRows<Rest<'f>>,
    header: Header,
    /// What stands for a missing value in each column; nothing where only an empty cell does.
    missing: Vec<Vec<String>>,
    /// Said with the first row.
    notice: Option<Problem>,
    /// The row as it stands in the file, and its cells of the record.
    cells: Cells,
    line: Cells,
    is_over: bool,
}

impl Table {
    /// The rows below the header; what is wrong where they cannot be read.
    pub fn rows<'f>(&self, files: &'f dyn PackageSource) -> Result<Rows<'f>, Vec<Problem>> {
        let file = self.file.as_str();
        let refused = |reason: String| vec![Problem::in_file(file, reason)];
        let input = files
            .open(file)
            .map_err(|error| refused(format!("cannot be read: {error}; {DESCRIPTOR} lists it")))?;
        let own = self.resource.input_columns().map(|column| column.name);
        let head = look(input, &self.dialect, &own.collect::<Vec<_>>()).map_err(refused)?;
        let mut reader = CsvRows::new(head.input, &self.dialect, head.delimiter);
        let mut cells = Cells::default();
        let header = loop {
            match reader.read(&mut cells) {
                Ok(true) if cells.are_empty() => {}
                Ok(true) => {
                    let place = (file, reader.row());
                    break Header::read(&cells, place, self.resource)?;
                }
                Ok(false) => {
                    return Err(refused(
                        "is empty; its first row names the columns".to_owned(),
                    ));
                }
                Err((_, fault)) => {
                    return Err(vec![Problem::in_row(file, reader.row(), fault.to_string())]);
                }
            }
        };
        Ok(Rows {
            resource: self.resource,
            file: self.file.clone(),
            reader,
            missing: self.missing.of(&header.columns),
            notice: header.notice(file),
            header,
            cells,
            line: Cells::default(),
            is_over: false,
        })
    }

    /// The records; a mistake in one is the error.
    pub fn drafts<'f>(
        &self,
        files: &'f dyn PackageSource,
    ) -> Result<impl Iterator<Item = Result<NewRecord, Error>> + use<'f>, Error> {
        let rows = self.rows(files).map_err(Error::from)?;
        Ok(rows.map(|row| {
            if row.is_wrong() {
                Err(row.problems.into())
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
        let read = loop {
            match self.reader.read(&mut self.cells) {
                Ok(false) => return None,
                Ok(true) if self.cells.are_empty() => {}
                read => break read,
            }
        };
        let mut row = Row {
            number: self.reader.row(),
            draft: NewRecord::new(self.resource),
            problems: self.notice.take().into_iter().collect(),
            unread: Vec::new(),
            is_torn: false,
        };
        match read {
            Ok(_) => match self.header.pick(&mut self.cells, &mut self.line) {
                Ok(fit) => {
                    self.take_missing_out();
                    self.take_guards_off();
                    self.fill(&mut row);
                    if let Fit::Ragged(count) = fit {
                        self.judge_ragged(count, &mut row);
                    }
                }
                Err(reason) => self.refuse(reason, &mut row),
            },
            Err((place, fault)) => {
                row.problems.push(self.told(row.number, place, &fault));
                self.tear(&mut row);
                self.is_over = fault.is_last();
            }
        }
        Some(row)
    }
}

impl Rows<'_> {
    /// What is wrong with a row as a row of CSV, and in which cell.
    fn told(&self, number: usize, place: usize, fault: &Fault) -> Problem {
        let column = self
            .header
            .names
            .get(place)
            .filter(|_| fault.is_of_a_cell());
        Problem {
            column: column.map(|name| printable(name)),
            ..Problem::in_row(&self.file, number, fault.to_string())
        }
    }

    /// Refuses a row as one that nobody knows the cells of.
    fn refuse(&self, reason: String, row: &mut Row) {
        row.problems
            .push(Problem::in_row(&self.file, row.number, reason));
        self.tear(row);
    }

    /// A row with another number of cells fits where every cell is right in its place, and the file goes on behind it:
    /// a stray delimiter moves cells, and a file that is cut ends in a row that is short.
    fn judge_ragged(&self, count: usize, row: &mut Row) {
        let ragged = self.header.ragged(count);
        let is_cut = count < self.header.names.len() && self.reader.ended_with_file();
        if row.is_wrong() || is_cut {
            row.draft = NewRecord::new(self.resource);
            row.problems.retain(|problem| !problem.is_error());
            row.unread.clear();
            return self.refuse(ragged, row);
        }
        let reason = format!("{ragged}; taken, as nothing is in the others");
        row.problems
            .push(Problem::in_row(&self.file, row.number, reason).notice());
    }

    /// Empties the cells whose text stands for a missing value.
    fn take_missing_out(&mut self) {
        let is_missing =
            |(cell, missing): (&str, &Vec<String>)| missing.iter().any(|text| text == cell);
        if self.line.iter().zip(&self.missing).any(is_missing) {
            let line = mem::take(&mut self.line);
            for (cell, missing) in line.iter().zip(&self.missing) {
                self.line.push(if is_missing((cell, missing)) {
                    ""
                } else {
                    cell
                });
            }
        }
    }

    /// Takes away the apostrophes that kept texts from a spreadsheet, where the header says that they were put there.
    fn take_guards_off(&mut self) {
        let is_guarded = |cell: &str| unguarded(cell).len() < cell.len();
        if self.header.is_guarded && self.line.iter().any(is_guarded) {
            let line = mem::take(&mut self.line);
            for cell in line.iter() {
                self.line.push(unguarded(cell));
            }
        }
    }

    /// Reads the cells of the line, and looks at the record by itself: at all of it that could be read.
    fn fill(&self, row: &mut Row) {
        let (file, number) = (self.file.as_str(), row.number);
        let columns = &self.header.columns;
        for ((place, column), text) in columns.iter().zip(self.line.iter()) {
            let told = |reason: &str| Problem::in_cell(file, number, column.name, text, reason);
            let trimmed = text.trim();
            if trimmed.len() != text.len() {
                row.problems
                    .push(told("has white space at its start or end"));
            }
            if text.contains('\n') && self.holds_rows(text) {
                let reason = "has as many delimiters and line ends as rows have: were rows swallowed by a quotation mark \
                              at its start and one at its end?";
                row.problems.push(told(reason).notice());
            }
            if let Some((class, reason)) = damage::of(column, trimmed) {
                row.problems.push(Problem {
                    class,
                    ..told(reason)
                });
            }
            match read_cell(column, damage::undone(column, trimmed)) {
                Ok(Cell::Nothing) if !text.is_empty() => row.unread.push(column.name),
                Ok(cell) => row.draft.set(*place, cell),
                Err(reason) => {
                    row.problems.push(told(reason));
                    row.unread.push(column.name);
                }
            }
        }
        for (name, reason) in validation::problems(&row.draft, &row.unread) {
            let mut cells = columns.iter().zip(self.line.iter());
            let cell = cells.find(|((_, column), _)| column.name == name);
            let cell = cell.map_or("", |(_, cell)| cell);
            row.problems
                .push(Problem::in_cell(file, number, name, cell, reason));
        }
    }

    /// Whether a cell may hold whole rows: two stray quotation marks make one row of several, and RFC 4180 takes it.
    fn holds_rows(&self, text: &str) -> bool {
        let between = self.header.names.len() - 1;
        let lines = text.lines().count() - 1;
        let delimiters = text
            .bytes()
            .filter(|byte| *byte == self.reader.delimiter())
            .count();
        lines > 0 && between > 1 && delimiters == lines * between
    }

    /// Keeps the id of a row with too few or too many cells, so that what refers to it is not told as well.
    fn tear(&self, row: &mut Row) {
        row.is_torn = true;
        let place = self.header.names.iter().position(|name| name == "id");
        let id = place.and_then(|place| self.cells.iter().nth(place));
        let id = id.map(|id| {
            if self.header.is_guarded {
                unguarded(id)
            } else {
                id
            }
        });
        let mut own = self.resource.input_columns();
        if let (Some(id), Some(own)) = (id, own.position(|column| column.name == "id"))
            && validation::is_id(id)
        {
            row.draft.set(own, Cell::Text(id.to_owned()));
        }
    }
}

/// A cell's value; an empty one is none.
fn read_cell(column: &Column, cell: &str) -> Result<Cell, &'static str> {
    if cell.is_empty() {
        return Ok(Cell::Nothing);
    }
    match column.kind {
        Kind::Integer => cell
            .parse()
            .map(Cell::Integer)
            .map_err(|_| "is no whole number"),
        Kind::TextList => serde_json::from_str(cell)
            .map(Cell::List)
            .map_err(|_| r#"is no list like ["a", "b"]"#),
        _ => Ok(Cell::Text(cell.to_owned())),
    }
}
