//! Writes a register as a package.

use super::Error;
use crate::{
    database::{
        AnyConnection, RESOURCES,
        model::resource::{Column, Kind, Object, Resource},
        query::batches::for_each_record,
        write::descriptor as stored,
    },
    package::source::DESCRIPTOR,
};

use serde_json::{Value as Json, json};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

/// What every id looks like, and every country.
pub(super) const ID_PATTERN: &str = "[a-z0-9]([a-z0-9._-]*[a-z0-9])?";
pub(super) const COUNTRY_PATTERN: &str = "[A-Z]{2}";

/// Where the files of a package are written, one after the other.
pub trait Target {
    type File: Write;

    fn create(&mut self, name: &str) -> io::Result<Self::File>;

    /// Takes back a file that is whole.
    fn finish(&mut self, name: &str, file: Self::File) -> io::Result<()>;
}

/// A folder on a disk.
struct Folder<'p>(&'p Path);

impl Target for Folder<'_> {
    type File = File;

    fn create(&mut self, name: &str) -> io::Result<File> {
        File::create(self.0.join(name))
    }

    fn finish(&mut self, _: &str, _: File) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the register into a folder and says how many records that were.
pub fn export(connection: &mut AnyConnection, folder: &Path) -> Result<usize, Error> {
    fs::create_dir_all(folder).map_err(|error| Error::File(folder.display().to_string(), error))?;
    let written = connection.reading(|connection| Ok(write(connection, &mut Folder(folder))))?;
    written.map_err(|error| match error {
        Error::File(name, error) => Error::File(folder.join(name).display().to_string(), error),
        error => error,
    })
}

/// The same into any target, within a transaction that the caller has begun.
pub fn write(connection: &mut AnyConnection, target: &mut impl Target) -> Result<usize, Error> {
    let in_file = |name: &str| {
        let name = name.to_owned();
        move |error| Error::File(name, error)
    };
    let properties = (*stored::read(connection)?).clone();
    let text = serde_json::to_string_pretty(&descriptor(properties)).unwrap_or_default() + "\n";
    let mut file = target.create(DESCRIPTOR).map_err(in_file(DESCRIPTOR))?;
    file.write_all(text.as_bytes())
        .map_err(in_file(DESCRIPTOR))?;
    target
        .finish(DESCRIPTOR, file)
        .map_err(in_file(DESCRIPTOR))?;
    let mut count = 0;
    for resource in RESOURCES {
        let name = format!("{}.csv", resource.name);
        let file = target.create(&name).map_err(in_file(&name))?;
        let mut table = Table::new(resource, BufWriter::new(file)).map_err(in_file(&name))?;
        for_each_record(connection, resource, |records| {
            count += records.len();
            table.write(&records).map_err(in_file(&name))
        })?;
        let file = table.finish().map_err(in_file(&name))?;
        target.finish(&name, file).map_err(in_file(&name))?;
    }
    Ok(count)
}

/// The file of a resource.
struct Table<W: Write> {
    columns: Vec<&'static str>,
    writer: csv::Writer<BufWriter<W>>,
}

impl<W: Write> Table<W> {
    fn new(resource: &Resource, output: BufWriter<W>) -> io::Result<Self> {
        let columns: Vec<_> = resource.input_columns().map(|column| column.name).collect();
        let mut writer = csv::Writer::from_writer(output);
        writer.write_record(&columns)?;
        Ok(Self { columns, writer })
    }

    fn write(&mut self, records: &[Object]) -> io::Result<()> {
        for record in records {
            let cells = self.columns.iter().map(|column| cell(&record[*column]));
            self.writer.write_record(cells)?;
        }
        Ok(())
    }

    fn finish(self) -> io::Result<W> {
        let buffer = self
            .writer
            .into_inner()
            .map_err(csv::IntoInnerError::into_error)?;
        buffer.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

/// A value as a cell; null is an empty one.
pub fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The descriptor: what the register was loaded with, and the list of files that this version writes.
pub fn descriptor(mut properties: Object) -> Object {
    properties.insert(
        "resources".to_owned(),
        RESOURCES.into_iter().map(file_descriptor).collect(),
    );
    properties
}

/// The descriptor of the same tables where a service has them: each at an address, with every column.
pub fn live_descriptor(mut properties: Object, public_url: &str) -> Object {
    let table = |resource: &Resource| {
        json!({
            "name": resource.name,
            "type": "table",
            "path": format!("{public_url}/v1/{}.csv", resource.path()),
            "description": resource.about,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": table_schema(resource, resource.columns.iter()),
        })
    };
    let tables = RESOURCES.into_iter().map(table).collect();
    properties.insert("resources".to_owned(), tables);
    properties
}

fn file_descriptor(resource: &Resource) -> Json {
    json!({
        "name": resource.name,
        "type": "table",
        "path": format!("{}.csv", resource.name),
        "description": resource.about,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(resource, resource.input_columns()),
    })
}

/// Columns of a resource as a Table Schema.
fn table_schema<'c>(resource: &Resource, columns: impl Iterator<Item = &'c Column>) -> Json {
    let mut schema = json!({
        "fields": columns.map(field).collect::<Vec<_>>(),
        "primaryKey": ["id"],
    });
    if !resource.unique.is_empty() {
        schema["uniqueKeys"] = json!(resource.unique);
    }
    let foreign_keys = resource.references.iter().map(|reference| {
        let is_itself = reference.resource == resource.name;
        let target = if is_itself { "" } else { reference.resource };
        json!({
            "fields": [reference.column],
            "reference": { "resource": target, "fields": ["id"] },
        })
    });
    let foreign_keys: Vec<Json> = foreign_keys.collect();
    if !foreign_keys.is_empty() {
        schema["foreignKeys"] = foreign_keys.into();
    }
    schema
}

fn field(column: &Column) -> Json {
    let mut constraints = Object::new();
    if !column.nullable {
        constraints.insert("required".to_owned(), true.into());
    }
    let kind = match &column.kind {
        Kind::Id => {
            constraints.insert("pattern".to_owned(), ID_PATTERN.into());
            "string"
        }
        Kind::Text => "string",
        Kind::Country => {
            constraints.insert("pattern".to_owned(), COUNTRY_PATTERN.into());
            "string"
        }
        Kind::Enum(words) => {
            constraints.insert("enum".to_owned(), words.clone().into());
            "string"
        }
        Kind::Integer => "integer",
        Kind::Date => "date",
        Kind::Timestamp => "datetime",
        Kind::TextList => "array",
    };
    if column.name == "id" {
        constraints.insert("unique".to_owned(), true.into());
    }
    let mut field = json!({ "name": column.name, "type": kind, "description": column.about });
    if !constraints.is_empty() {
        field["constraints"] = constraints.into();
    }
    field
}
