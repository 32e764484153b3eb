//! Reads the descriptor of a package: what it says of itself, and which files hold which records.

use super::{Files, Problem};
use crate::database::{
    self,
    resource::{Object, Resource},
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
}

/// Reads the descriptor, and notes what is wrong with it.
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
            let file = file.clone();
            tables.push(Table { resource, file });
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
