//! Writes a register as a package.

use super::{Error, read::DESCRIPTOR};
use crate::database::{
    AnyConnection, RESOURCES,
    condition::Condition,
    descriptor as stored,
    resource::{Column, Kind, Object, Resource},
};
use serde_json::{Value as Json, json};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
};

/// What every id looks like, and every country.
pub(super) const ID_PATTERN: &str = "[a-z0-9]([a-z0-9._-]*[a-z0-9])?";
pub(super) const COUNTRY_PATTERN: &str = "[A-Z]{2}";

/// Writes the register into a folder and says how many records that were.
pub fn export(connection: &mut AnyConnection, folder: &Path) -> Result<usize, Error> {
    let in_file = |name: &str| {
        let name = folder.join(name).display().to_string();
        move |error| Error::File(name.clone(), error)
    };
    fs::create_dir_all(folder).map_err(in_file(""))?;
    connection.reading(|connection| {
        let mut count = 0;
        let properties = stored::read(connection)?;
        let text = serde_json::to_string_pretty(&descriptor(properties)).unwrap_or_default() + "\n";
        let written = fs::write(folder.join(DESCRIPTOR), text);
        if let Err(error) = written {
            return Ok(Err(in_file(DESCRIPTOR)(error)));
        }
        for resource in RESOURCES {
            let rows = resource
                .store
                .list(connection, &resource.all(Condition::default()))?;
            count += rows.len();
            let records = rows.iter().map(|row| row.to_object());
            let name = format!("{}.csv", resource.name);
            let written = File::create(folder.join(&name))
                .and_then(|file| write_table(resource, records, BufWriter::new(file)));
            if let Err(error) = written {
                return Ok(Err(in_file(&name)(error)));
            }
        }
        Ok(Ok(count))
    })?
}

fn write_table(
    resource: &Resource,
    records: impl Iterator<Item = Object>,
    output: impl Write,
) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(output);
    let columns: Vec<&Column> = resource.own_columns().collect();
    writer.write_record(columns.iter().map(|column| column.name))?;
    for record in records {
        writer.write_record(columns.iter().map(|column| cell(&record[column.name])))?;
    }
    writer.flush()
}

/// A value as a cell; null is an empty one.
fn cell(value: &Json) -> String {
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
        "schema": table_schema(resource, resource.own_columns()),
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
        Kind::Words(words) => {
            constraints.insert("enum".to_owned(), words.clone().into());
            "string"
        }
        Kind::Integer => "integer",
        Kind::Date => "date",
        Kind::Moment => "datetime",
        Kind::List => "array",
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
