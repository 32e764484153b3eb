//! Reads a package: its descriptor, then the rows of each file.

use super::{Files, Problem};
use crate::database::{
    self,
    resource::{Column, Kind, Object, Resource},
    rules,
};
use serde_json::Value as Json;
use std::io::Read;

pub const DESCRIPTOR: &str = "datapackage.json";

/// The largest descriptor.
const MAX_DESCRIPTOR: u64 = 8 << 20;

/// A package, read.
pub struct Package {
    /// The descriptor without its list of files.
    pub properties: Object,
    /// The files in the order in which they can be written.
    pub tables: Vec<Table>,
}

/// One file of records.
pub struct Table {
    pub resource: &'static Resource,
    pub file: String,
    /// The records, each with its row.
    pub records: Vec<(usize, Object)>,
    /// The ids of rows that something is wrong with: others may refer to them all the same.
    pub broken: Vec<String>,
}

/// Reads everything that can be read, and notes everything that cannot.
pub fn read(files: &dyn Files, problems: &mut Vec<Problem>) -> Package {
    let mut properties = read_descriptor(files, problems);
    let listed = properties.remove("resources");
    let mut paths: Vec<(&'static Resource, String)> = Vec::new();
    for entry in listed
        .as_ref()
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        match resource_of(entry) {
            Ok((resource, _)) if paths.iter().any(|(other, _)| other.name == resource.name) => {
                let reason = format!("lists the resource `{}` twice", resource.name);
                problems.push(Problem::in_file(DESCRIPTOR, reason));
            }
            Ok(found) => paths.push(found),
            Err(reason) => problems.push(Problem::in_file(DESCRIPTOR, reason)),
        }
    }
    if paths.is_empty() && problems.is_empty() {
        problems.push(Problem::in_file(DESCRIPTOR, "lists no resources"));
    }
    let mut tables = Vec::new();
    for resource in database::RESOURCES {
        if let Some((_, file)) = paths.iter().find(|(other, _)| other.name == resource.name) {
            let mut table = Table {
                resource,
                file: file.clone(),
                records: Vec::new(),
                broken: Vec::new(),
            };
            table.read(files, problems);
            tables.push(table);
        }
    }
    Package { properties, tables }
}

fn read_descriptor(files: &dyn Files, problems: &mut Vec<Problem>) -> Object {
    let mut text = Vec::new();
    let read = files
        .open(DESCRIPTOR)
        .and_then(|file| file.take(MAX_DESCRIPTOR).read_to_end(&mut text));
    let reason = match read.map(|_| serde_json::from_slice(&text)) {
        Ok(Ok(Json::Object(properties))) => return properties,
        Ok(Ok(_)) => "is no JSON object".to_owned(),
        Ok(Err(error)) => format!("is not JSON: {error}"),
        Err(error) => format!("cannot be read: {error}; a package is a folder with this file"),
    };
    problems.push(Problem::in_file(DESCRIPTOR, reason));
    Object::new()
}

fn resource_of(entry: &Json) -> Result<(&'static Resource, String), String> {
    let name = entry["name"]
        .as_str()
        .ok_or("lists a resource without a name")?;
    let Some(resource) = database::find(name) else {
        let known: Vec<&str> = database::RESOURCES
            .iter()
            .map(|resource| resource.name)
            .collect();
        let hint = rules::nearest_hint(name, &known);
        return Err(format!("lists the unknown resource `{name}`{hint}"));
    };
    let path = match &entry["path"] {
        Json::Array(paths) if paths.len() == 1 => paths[0].as_str(),
        path => path.as_str(),
    };
    let path = path.ok_or_else(|| format!("gives no path for `{name}`"))?;
    let is_name = !path.is_empty() && !path.contains(['/', '\\', ':', '\0']) && path != "..";
    if !is_name {
        return Err(format!(
            "gives `{path}` for `{name}`, which is no name of a file beside it"
        ));
    }
    let delimiter = entry["dialect"]["delimiter"].as_str().unwrap_or(",");
    if delimiter != "," {
        return Err(format!(
            "separates `{name}` by `{delimiter}`; only `,` can be read"
        ));
    }
    Ok((resource, path.to_owned()))
}

impl Table {
    fn read(&mut self, files: &dyn Files, problems: &mut Vec<Problem>) {
        let file = self.file.as_str();
        let input = match files.open(file) {
            Ok(input) => input,
            Err(error) => {
                let reason = format!("cannot be read: {error}; {DESCRIPTOR} lists it");
                return problems.push(Problem::in_file(file, reason));
            }
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
        let Some(columns) = read_header(&mut reader, self.resource, file, problems) else {
            return;
        };
        for (index, line) in reader.records().enumerate() {
            let row = index + 2;
            let line = match line {
                Ok(line) => line,
                Err(error) => {
                    problems.push(Problem::in_row(
                        file,
                        row,
                        format!("cannot be read: {error}"),
                    ));
                    if matches!(error.kind(), csv::ErrorKind::Io(_)) {
                        break; // the file does not get better
                    }
                    continue;
                }
            };
            let before = problems.len();
            let record = read_record(self.resource, &columns, &line, file, row, problems);
            if problems.len() == before {
                self.records.push((row, record));
            } else {
                let id = record.get("id").and_then(Json::as_str);
                self.broken.extend(id.map(str::to_owned));
            }
        }
    }
}

fn read_header(
    reader: &mut csv::Reader<impl Read>,
    resource: &'static Resource,
    file: &str,
    problems: &mut Vec<Problem>,
) -> Option<Vec<&'static Column>> {
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            problems.push(Problem::in_row(file, 1, format!("cannot be read: {error}")));
            return None;
        }
    };
    let known: Vec<&str> = resource.own_columns().map(|column| column.name).collect();
    let before = problems.len();
    let mut columns: Vec<&'static Column> = Vec::new();
    for name in &header {
        let name = name.trim_start_matches('\u{feff}');
        match resource
            .columns
            .iter()
            .find(|column| column.own && column.name == name)
        {
            Some(column) if columns.iter().any(|other| other.name == name) => {
                let reason = "stands twice in the header";
                problems.push(Problem::in_cell(file, 1, column.name, name, reason));
            }
            Some(column) => columns.push(column),
            None => {
                let hint = rules::nearest_hint(name, &known);
                let reason = format!("is no column of {}{hint}", resource.name);
                problems.push(Problem::in_cell(file, 1, name, name, reason));
            }
        }
    }
    for name in known {
        if !columns.iter().any(|column| column.name == name) {
            problems.push(Problem::in_row(
                file,
                1,
                format!("the column `{name}` is missing"),
            ));
        }
    }
    (problems.len() == before).then_some(columns)
}

/// The record of a line, as far as it can be read.
fn read_record(
    resource: &'static Resource,
    columns: &[&'static Column],
    line: &csv::StringRecord,
    file: &str,
    row: usize,
    problems: &mut Vec<Problem>,
) -> Object {
    let mut record = Object::new();
    if line.len() != columns.len() {
        let reason = format!(
            "has {} cells where the header has {}",
            line.len(),
            columns.len()
        );
        problems.push(Problem::in_row(file, row, reason));
        return record;
    }
    let before = problems.len();
    for (column, cell) in columns.iter().zip(line) {
        match read_cell(column, cell) {
            Ok(value) => drop(record.insert(column.name.to_owned(), value)),
            Err(reason) => problems.push(Problem::in_cell(file, row, column.name, cell, reason)),
        }
    }
    if problems.len() == before {
        for (name, reason) in rules::problems(resource, &record) {
            let cell = columns
                .iter()
                .zip(line)
                .find(|(column, _)| column.name == name);
            let cell = cell.map_or("", |(_, cell)| cell);
            problems.push(Problem::in_cell(file, row, name, cell, reason));
        }
    }
    record
}

/// A cell's value; an empty one is null.
fn read_cell(column: &Column, cell: &str) -> Result<Json, String> {
    if cell.is_empty() {
        return Ok(Json::Null);
    }
    if cell.trim() != cell {
        return Err("has white space at its start or end".to_owned());
    }
    match column.kind {
        Kind::Integer => cell
            .parse::<i64>()
            .map(Json::from)
            .map_err(|_| "is no whole number".to_owned()),
        Kind::List => serde_json::from_str::<Vec<String>>(cell)
            .map(Json::from)
            .map_err(|_| r#"is no list like ["a", "b"]"#.to_owned()),
        _ => Ok(cell.into()),
    }
}
