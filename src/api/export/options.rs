//! Export options: how a file is to be written, and the writer of its format.

use crate::{
    api::{
        export::{
            csv, ndjson, parquet,
            provenance::Provenance,
            table::{self, Table},
            xlsx,
        },
        request::accept::Format,
        spool::Spool,
    },
    database::model::resource::Object,
};
use std::io::{self, Write};

/// How a file is to be written.
pub struct ExportOptions {
    pub format: Format,
    pub table: Table,
    /// Whether a CSV begins with a byte order mark.
    pub bom: bool,
    /// Whether a CSV is as Excel reads it.
    pub excel: bool,
    /// The language of Excel's settings; that of the register where none is given.
    pub lang: Option<String>,
    /// Where it is written before it is sent.
    pub spool: Spool,
}

impl ExportOptions {
    /// A file of rows that are known already.
    pub fn file(self, facts: &Provenance, rows: Vec<Object>) -> io::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut writer = self.writer(facts, &mut file)?;
        writer.write(rows)?;
        writer.finish()?;
        Ok(file)
    }

    pub fn writer<'w, W: Write + Send>(
        self,
        facts: &Provenance,
        target: &'w mut W,
    ) -> io::Result<Box<dyn table::Writer + 'w>> {
        Ok(match self.format {
            Format::Csv => {
                let language = self.lang.as_deref().or(facts.language.as_deref());
                let dialect = if self.excel {
                    csv::Dialect::excel(language)
                } else {
                    csv::Dialect::new(self.bom)
                };
                Box::new(csv::Writer::new(self.table, target, dialect)?)
            }
            Format::Ndjson => Box::new(ndjson::Writer::new(target)),
            Format::Parquet => Box::new(parquet::Writer::new(self.table, facts, target)?),
            _ => Box::new(xlsx::Writer::new(self.table, facts, &self.spool, target)?),
        })
    }
}
