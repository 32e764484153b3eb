//! Reads the descriptor of a package: what it says of itself, and which files hold which records.

use crate::{
    database::{
        self,
        model::{
            resource::{Object, Resource},
            validation,
        },
    },
    package::{
        PackageSource, Problem, json_file, properties,
        refusals::Refusals,
        source::DESCRIPTOR,
        table::{Package, Table},
        table_properties,
    },
};

use serde_json::Value as Json;

/// Reads the descriptor, and notes what is wrong with it.
pub fn read(files: &dyn PackageSource, problems: &mut Vec<Problem>) -> Package {
    let mut properties = match json_file::read_json(files, DESCRIPTOR) {
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

fn resource_of(entry: &Json) -> Result<(&Object, &'static Resource), String> {
    let name = entry["name"].as_str();
    let (entry, name) = entry
        .as_object()
        .zip(name)
        .ok_or("lists a resource without a name")?;
    let resource = database::find(name).ok_or_else(|| {
        let resources = database::RESOURCES.into_iter();
        let known: Vec<&str> = resources.map(|resource| resource.name).collect();
        let hint = validation::nearest_hint(name, &known);
        format!("lists the unknown resource `{name}`{hint}")
    })?;
    Ok((entry, resource))
}
