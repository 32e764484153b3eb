//! The table that a list is as a file: its columns, in the order of the record.

use crate::{
    api::response::{labels, projection::View},
    database::model::resource::{Kind, Object, Resource, Row},
};
use std::io;

/// A column of a file.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub nullable: bool,
}

/// The columns of a file.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the rows are: `status_entries`.
    pub name: &'static str,
    pub columns: Vec<Column>,
}

impl Table {
    pub fn new(resource: &'static Resource, view: &View) -> Self {
        let mut columns = Vec::new();
        for column in resource
            .columns
            .iter()
            .filter(|column| view.shows(column.name))
        {
            columns.push(Column {
                name: column.name.to_owned(),
                kind: column.kind.clone(),
                nullable: column.nullable,
            });
            let label = labels::of(column).filter(|_| view.labels);
            columns.extend(label.map(|label| Column {
                name: label.name,
                kind: Kind::Text,
                nullable: column.nullable,
            }));
        }
        Self {
            name: resource.name,
            columns,
        }
    }
}

/// Writes records in a format.
pub trait Writer {
    /// Writes rows as they are, where the format can; `false` where it wants them as records.
    fn write_rows(&mut self, _rows: &[Box<dyn Row>]) -> io::Result<bool> {
        Ok(false)
    }

    fn write(&mut self, records: Vec<Object>) -> io::Result<()>;
    fn finish(self: Box<Self>) -> io::Result<()>;
}
