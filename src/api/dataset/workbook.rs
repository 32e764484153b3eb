//! `dataset.xlsx`: a sheet a resource, and one that says what the workbook is.

use super::Built;
use crate::{
    api::{
        downloads::{facts::Facts, table::Table, xlsx::Book},
        view::View,
    },
    database::{AnyConnection, RESOURCES, batches::for_each_record},
};
use std::io;
use tempfile::NamedTempFile;

/// Writes the workbook.
pub fn build(connection: &mut AnyConnection, facts: &Facts) -> Built<NamedTempFile> {
    let mut book = Book::new(facts)?;
    for resource in RESOURCES {
        let table = Table::new(resource, &View::default());
        book.begin(table).map_err(io::Error::other)?;
        for_each_record::<crate::database::Error>(connection, resource, |records| {
            Ok(book.write(&records).map_err(io::Error::other)?)
        })?;
        book.end().map_err(io::Error::other)?;
    }
    let file = NamedTempFile::new()?;
    book.finish(facts, file.as_file())?;
    Ok(file)
}
