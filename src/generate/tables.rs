//! The files of a package, all open at once.

use crate::{
    database::RESOURCES,
    package::{DESCRIPTOR, Error, descriptor},
};
use serde_json::json;
use std::{
    collections::HashMap,
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
};

/// A writer for each resource.
pub struct Tables {
    writers: HashMap<&'static str, (PathBuf, csv::Writer<BufWriter<File>>)>,
    /// How many records are written.
    pub count: usize,
}

impl Tables {
    /// Writes the descriptor and the header of each file.
    pub fn create(folder: &Path, title: &str) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(in_file(folder))?;
        let properties = json!({
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": "generated-register",
            "title": title,
            "description": "Made up by a program, for measurements: nobody promised any of this.",
            "licenses": [{ "name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/" }],
        });
        let properties = properties.as_object().cloned().unwrap_or_default();
        let path = folder.join(DESCRIPTOR);
        let text = serde_json::to_string_pretty(&descriptor(properties)).unwrap_or_default() + "\n";
        fs::write(&path, text).map_err(in_file(&path))?;
        let mut tables = Self {
            writers: HashMap::new(),
            count: 0,
        };
        for resource in RESOURCES {
            let path = folder.join(format!("{}.csv", resource.name));
            let file = File::create(&path).map_err(in_file(&path))?;
            let writer = csv::Writer::from_writer(BufWriter::new(file));
            tables.writers.insert(resource.name, (path, writer));
            let header: Vec<&str> = resource.input_columns().map(|column| column.name).collect();
            tables.write(resource.name, &header)?;
        }
        Ok(tables)
    }

    /// Adds a record: the cells of a row, in the order of the columns.
    pub fn add(&mut self, resource: &'static str, cells: &[&str]) -> Result<(), Error> {
        self.count += 1;
        self.write(resource, cells)
    }

    fn write(&mut self, resource: &'static str, cells: &[&str]) -> Result<(), Error> {
        let Some((path, writer)) = self.writers.get_mut(resource) else {
            unreachable!("`{resource}` is no resource");
        };
        let written = writer.write_record(cells);
        written.map_err(|error| in_file(path)(error.into()))
    }

    pub fn finish(&mut self) -> Result<usize, Error> {
        for (path, writer) in self.writers.values_mut() {
            writer.flush().map_err(in_file(path))?;
        }
        Ok(self.count)
    }
}

fn in_file(path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let name = path.display().to_string();
    move |error| Error::File(name, error)
}
