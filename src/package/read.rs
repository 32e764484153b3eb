//! Reads the descriptor of a package: what it says of itself, and which files hold which records.

use super::{
    Files, Problem, dialect::Dialect, head::wide_encoding, properties, refusals::Refusals,
    strict_json, table_properties, table_schema::Missing,
};
use crate::database::{
    self,
    resource::{Object, Resource},
    rules,
};
use serde_json::Value as Json;
use std::io::Read;

pub const DESCRIPTOR: &str = "datapackage.json";

/// The largest descriptor, and the largest file that it refers to.
const MAX_DESCRIPTOR: u64 = 8 << 20;

/// A package, read.
#[derive(Default)]
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
    /// How the file is written.
    pub dialect: Dialect,
    pub missing: Missing,
}

/// Reads the descriptor, and notes what is wrong with it.
pub fn read(files: &dyn Files, problems: &mut Vec<Problem>) -> Package {
    let mut properties = match read_json(files, DESCRIPTOR) {
        Ok(properties) => properties,
        Err(reason) => {
            problems.push(Problem::in_file(DESCRIPTOR, reason));
            return Package::default(); // which files it lists is not known
        }
    };
    let mut refusals = Refusals::new(None, problems);
    properties::check_package(&properties, &mut refusals);
    let listed = properties.remove("resources").unwrap_or_default();
    if !listed.is_array() && !listed.is_null() {
        refusals.refuse(
            "resources",
            &listed,
            "give a list of objects, each with a `name` and a `path`",
        );
    }
    let mut names: Vec<&str> = Vec::new();
    let mut tables = Vec::new();
    for entry in listed.as_array().into_iter().flatten() {
        match resource_of(entry) {
            Ok((_, resource)) if names.contains(&resource.name) => {
                let reason = format!("lists the resource `{}` twice", resource.name);
                problems.push(Problem::in_file(DESCRIPTOR, reason));
            }
            Ok((entry, resource)) => {
                names.push(resource.name);
                let mut refusals = Refusals::new(Some(resource.name), problems);
                properties::check(entry, &mut refusals);
                tables.extend(table_properties::read(
                    entry,
                    resource,
                    files,
                    &mut refusals,
                ));
            }
            Err(reason) => problems.push(Problem::in_file(DESCRIPTOR, reason)),
        }
    }
    if names.is_empty() && !problems.iter().any(Problem::is_error) {
        problems.push(Problem::in_file(DESCRIPTOR, "lists no resources"));
    }
    for file in files.names() {
        let resource = file.strip_suffix(".csv").and_then(database::find);
        let is_listed = resource.is_none_or(|resource| names.contains(&resource.name));
        if !is_listed && tables.iter().all(|table: &Table| table.file != file) {
            let reason = format!("is not read, as {DESCRIPTOR} does not list it");
            problems.push(Problem::in_file(&file, reason).notice());
        }
    }
    let place = |table: &Table| {
        let mut resources = database::RESOURCES.into_iter();
        resources.position(|resource| resource.name == table.resource.name)
    };
    tables.sort_by_key(place);
    Package { properties, tables }
}

/// The JSON object in a file of a package; the reason where it is none.
pub fn read_json(files: &dyn Files, name: &str) -> Result<Object, String> {
    let mut text = Vec::new();
    let read = files
        .open(name)
        .and_then(|file| file.take(MAX_DESCRIPTOR).read_to_end(&mut text));
    read.map_err(|error| format!("cannot be read: {error}; a package is a folder with this file"))?;
    if let Some(encoding) = wide_encoding(&text) {
        return Err(format!("is {encoding}; save it as UTF-8"));
    }
    // what only ends too early was cut
    if str::from_utf8(&text).is_err_and(|error| error.error_len().is_some()) {
        return Err(
            "is not UTF-8, but likely in a Windows code page such as 1254 or 1251; save it as UTF-8"
                .to_owned(),
        );
    }
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
    match strict_json::parse(text)? {
        Json::Object(properties) => Ok(properties),
        _ => Err("is no JSON object".to_owned()),
    }
}

fn resource_of(entry: &Json) -> Result<(&Object, &'static Resource), String> {
    let name = entry["name"].as_str();
    let (entry, name) = entry
        .as_object()
        .zip(name)
        .ok_or("lists a resource without a name")?;
    let resource = database::find(name).ok_or_else(|| {
        let resources = database::RESOURCES.into_iter();
        let known: Vec<&str> = resources.map(|resource| resource.name).collect();
        let hint = rules::nearest_hint(name, &known);
        format!("lists the unknown resource `{name}`{hint}")
    })?;
    Ok((entry, resource))
}
