//! The header of a table: which cells of its rows belong to a record. `rows` reads it once.

use super::{Problem, csv_rows::Cells, spreadsheet::GUARD_COLUMN};
use crate::{
    database::model::{
        resource::{Column, Resource, include_name},
        validation,
    },
    package::source::DESCRIPTOR,
};

use std::mem;

/// How the cells of a row fit those of the header.
pub enum Fit {
    Exact,
    /// Only by what is empty at its end; how many cells it has.
    Ragged(usize),
}

/// What the cells of a row are.
pub struct Header {
    row: usize,
    /// The names, with those that are empty.
    pub names: Vec<String>,
    /// The columns of the record, each with its place in it.
    pub columns: Vec<(usize, &'static Column)>,
    /// Where in a row each of them stands.
    places: Vec<usize>,
    /// Whether apostrophes were put before texts, to keep them from a spreadsheet.
    pub is_guarded: bool,
    /// The cells of a row without those behind the last name.
    named: usize,
}

impl Header {
    pub fn read(
        cells: &Cells,
        (file, row): (&str, usize),
        resource: &'static Resource,
    ) -> Result<Self, Vec<Problem>> {
        let names: Vec<String> = cells.iter().map(str::to_owned).collect();
        let last = names.iter().rposition(|name| !name.is_empty());
        let mut header = Self {
            row,
            named: last.map_or(0, |last| last + 1),
            names,
            columns: Vec::new(),
            places: Vec::new(),
            is_guarded: false,
        };
        let known: Vec<&str> = resource.columns.iter().map(|column| column.name).collect();
        if !cells.iter().any(|name| known.contains(&name)) {
            let reason = nameless(cells, resource.name, &known);
            return Err(vec![Problem::in_row(file, row, reason)]);
        }
        let mut problems = Vec::new();
        for (place, name) in cells.iter().enumerate() {
            if let Err(reason) = header.add(place, name, resource) {
                problems.push(Problem::in_cell(file, row, name, name, reason));
            }
        }
        for column in resource.input_columns() {
            if !header.has(column) {
                let reason = format!("the column `{}` is missing", column.name);
                problems.push(Problem::in_row(file, row, reason));
            }
        }
        if problems.is_empty() {
            Ok(header)
        } else {
            Err(problems)
        }
    }

    fn add(&mut self, place: usize, name: &str, resource: &'static Resource) -> Result<(), String> {
        let mut own = resource.input_columns().enumerate();
        match own.find(|(_, column)| column.name == name) {
            Some((_, column)) if self.has(column) => {
                return Err("stands twice in the header".to_owned());
            }
            Some(column) => {
                self.columns.push(column);
                self.places.push(place);
            }
            None if name.is_empty() => {}
            None if name == GUARD_COLUMN.0 => self.is_guarded = true,
            None if resource.columns.iter().any(|column| follows(column, name)) => {}
            None => {
                let own = resource.input_columns();
                let known: Vec<&str> = own.map(|column| column.name).collect();
                let hint = validation::nearest_hint(name, &known);
                return Err(format!("is no column of {}{hint}", resource.name));
            }
        }
        Ok(())
    }

    fn has(&self, column: &Column) -> bool {
        self.columns
            .iter()
            .any(|(_, other)| other.name == column.name)
    }

    /// Says which columns are passed over.
    pub fn notice(&self, file: &str) -> Option<Problem> {
        let columns = self.names.iter().enumerate();
        let is_named = |name: &str| !name.is_empty() && name != GUARD_COLUMN.0;
        let passed_over =
            columns.filter(|(place, name)| is_named(name) && !self.places.contains(place));
        let names: Vec<String> = passed_over.map(|(_, name)| format!("`{name}`")).collect();
        let names = names.join(", ");
        let reason = format!("passed over, as the service itself makes them: {names}");
        (!names.is_empty()).then(|| Problem::in_row(file, self.row, reason).notice())
    }

    /// Puts the cells of the record into `line`; the reason where the row is no row of this table.
    ///
    /// Cells too many that are empty are left out, and ones that are missing at the end are empty: spreadsheets write
    /// so. `Fit::Ragged` says that, as both may also come of a stray delimiter.
    pub fn pick(&self, cells: &mut Cells, line: &mut Cells) -> Result<Fit, String> {
        let (count, width) = (cells.len(), self.names.len());
        let is_exact = count == width || count == self.named;
        if cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            return Err(self.ragged(count));
        }
        if self.places.len() == width && count == width {
            mem::swap(cells, line);
            return Ok(Fit::Exact);
        }
        line.clear();
        while cells.len() < width {
            cells.push("");
        }
        for (place, cell) in cells.iter().take(width).enumerate() {
            if self.names[place].is_empty() && !cell.is_empty() {
                let number = place + 1;
                return Err(format!(
                    "has a text in cell {number}, where the header has no name"
                ));
            }
            if self.places.contains(&place) {
                line.push(cell);
            }
        }
        Ok(if is_exact {
            Fit::Exact
        } else {
            Fit::Ragged(count)
        })
    }

    /// What is said of a row with another number of cells.
    pub fn ragged(&self, count: usize) -> String {
        let width = self.names.len();
        format!("has {count} cells where the header has {width}")
    }
}

/// What is said of a first row that names no column.
fn nameless(cells: &Cells, resource: &str, known: &[&str]) -> String {
    let separators = |cell: &str| {
        let mut signs: Vec<char> = cell
            .chars()
            .filter(|sign| !sign.is_alphanumeric() && *sign != '_')
            .collect();
        signs.dedup();
        signs.retain(|sign| {
            cell.split(*sign)
                .filter(|name| known.contains(&name.trim()))
                .count()
                > 1
        });
        signs.first().copied()
    };
    if let Some(separator) = cells.iter().find_map(separators) {
        return format!(
            "names are separated by `{separator}`: save the file as \"CSV UTF-8 (comma delimited)\", or say it by \
             `dialect.delimiter` of a {DESCRIPTOR}"
        );
    }
    format!(
        "names no column of {resource}: the first row that is not empty must be the header; take out what stands above \
         it, or name the columns there"
    )
}

/// Whether a name is that of a column which is in no package: one that the service makes, or the names beside
/// a column of ids.
fn follows(column: &Column, name: &str) -> bool {
    let label = column.resource.map(|_| include_name(column.name));
    let is_label = label.is_some_and(|label| name.strip_suffix("_label") == Some(label));
    is_label || (!column.is_input && column.name == name)
}
