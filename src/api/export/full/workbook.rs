//! `dataset.xlsx`: a sheet a resource, and one that says what the workbook is.

use crate::{
    api::{
        export::{full::Built, provenance::Provenance, table::Table, xlsx::Book},
        response::projection::View,
        spool::{Spool, SpoolFile},
    },
    database::{AnyConnection, RESOURCES, query::batches::for_each_record},
};

/// Writes the workbook.
pub fn build(
    connection: &mut AnyConnection,
    facts: &Provenance,
    spool: &Spool,
) -> Built<SpoolFile> {
    let mut book = Book::new(facts, spool)?;
    for resource in RESOURCES {
        let table = Table::new(resource, &View::default());
        book.begin(table)?;
        for_each_record::<crate::database::Error>(connection, resource, |records| {
            Ok(book.write(&records)?)
        })?;
        book.end()?;
    }
    let mut file = spool.file()?;
    book.finish(facts, &mut file)?;
    Ok(file)
}
