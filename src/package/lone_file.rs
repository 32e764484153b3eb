//! One file of CSV in place of a package: rows of one resource, such as a list that was downloaded and mended.

use super::{
    Error,
    csv_rows::{Cells, CsvRows},
    dialect::Dialect,
    head::look,
};
use crate::{
    database::{
        self, RESOURCES,
        model::{resource::Resource, validation},
    },
    package::{
        PackageSource,
        source::{DESCRIPTOR, is_file_name, open_regular},
    },
};

use serde_json::json;
use std::{
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
};

/// A file, and the descriptor that it would have.
pub struct LoneFile {
    path: PathBuf,
    name: String,
    descriptor: String,
}

impl LoneFile {
    /// Takes the file as one of the resource that is named, else that its name begins with, unless its header has all
    /// columns of another.
    pub fn new(path: &Path, resource: Option<&str>) -> Result<Self, Error> {
        let refused = |reason| Error::File(path.display().to_string(), io::Error::other(reason));
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let resource = match resource {
            Some(named) => database::find(named).ok_or_else(|| {
                let hint = validation::nearest_hint(named, &names());
                refused(format!("`{named}` is no resource{hint}"))
            })?,
            None => told(path, &name)?.ok_or_else(|| {
                let names = names().join(", ");
                refused(format!("neither its name nor its header tells whose rows it holds; give --resource with one of {names}"))
            })?,
        };
        let is_fit = is_file_name(&name) && name != DESCRIPTOR;
        let name = if is_fit {
            name
        } else {
            format!("{}.csv", resource.name)
        };
        let listed = json!({"resources": [{"name": resource.name, "path": name}]});
        Ok(Self {
            path: path.to_owned(),
            name,
            descriptor: listed.to_string(),
        })
    }
}

impl PackageSource for LoneFile {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        match name {
            DESCRIPTOR => Ok(Box::new(Cursor::new(self.descriptor.as_bytes()))),
            name if name == self.name => Ok(Box::new(open_regular(&self.path)?)),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn names() -> Vec<&'static str> {
    RESOURCES
        .into_iter()
        .map(|resource| resource.name)
        .collect()
}

/// The resource of which the header has all columns, where it is not the one of the name; else that of the name.
fn told(path: &Path, name: &str) -> Result<Option<&'static Resource>, Error> {
    match (by_name(name), fitting(path)) {
        (None, fitting) => Ok(largest(fitting?)),
        (Some(named), Ok(fitting)) if fitting.iter().any(|other| other.name == named.name) => {
            Ok(Some(named))
        }
        (Some(named), fitting) => Ok(largest(fitting.unwrap_or_default()).or(Some(named))),
    }
}

/// Of several resources that with the most columns.
fn largest(fitting: Vec<&'static Resource>) -> Option<&'static Resource> {
    let fitting = fitting.into_iter();
    fitting.max_by_key(|resource| resource.input_columns().count())
}

/// The resource that a name begins with, as in `status-entries-v639 (1).csv`.
fn by_name(name: &str) -> Option<&'static Resource> {
    let name = name.to_lowercase().replace('-', "_");
    let is_named = |resource: &&'static Resource| {
        let rest = name.strip_prefix(resource.name);
        let rest = rest.map(|rest| rest.strip_prefix('_').unwrap_or(rest));
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic) || is_version(rest))
    };
    RESOURCES.into_iter().find(is_named)
}

/// Whether the name goes on with the version of the dataset, as the names of downloads do.
fn is_version(rest: &str) -> bool {
    let digits = rest.strip_prefix('v').unwrap_or_default();
    digits.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The resources of which a header has all columns.
fn fitting(path: &Path) -> Result<Vec<&'static Resource>, Error> {
    let in_file = |error| Error::File(path.display().to_string(), error);
    let columns = |resource: &'static Resource| resource.input_columns().map(|column| column.name);
    let all: Vec<&str> = RESOURCES.into_iter().flat_map(columns).collect();
    let (dialect, mut cells) = (Dialect::default(), Cells::default());
    let input = open_regular(path).map_err(in_file)?;
    let head = look(Box::new(input), &dialect, &all)
        .map_err(|reason| in_file(io::Error::other(reason)))?;
    let mut rows = CsvRows::new(head.input, &dialect, head.delimiter);
    while matches!(rows.read(&mut cells), Ok(true)) && cells.are_empty() {}
    let has = |name: &str| cells.iter().any(|other| other == name);
    let fitting = RESOURCES
        .into_iter()
        .filter(|resource| columns(resource).all(has));
    Ok(fitting.collect())
}
