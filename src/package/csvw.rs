//! Metadata of the CSV files for the W3C's CSV on the Web: what each column holds and refers to.

use super::export::{COUNTRY_PATTERN, ID_PATTERN};
use crate::database::{
    RESOURCES, find,
    model::resource::{Column, Kind, Object, Reference, Resource},
    write::descriptor,
};
use serde_json::{Value as Json, json};

/// The name that CSVW looks for beside the files of a folder.
const FILE: &str = "csv-metadata.json";

/// The metadata of a package: names and contents of the files that belong beside its CSV files.
///
/// `properties` is the descriptor that the register was loaded with. One file describes all tables,
/// as a foreign key can only lead to a table of the same file.
pub fn package_metadata(properties: &Object) -> Vec<(String, Vec<u8>)> {
    let tables = RESOURCES.into_iter().map(|resource| {
        let url = |resource: &Resource| format!("{}.csv", resource.name);
        table(resource, &url, resource.input_columns(), true)
    });
    let group = group(properties, tables.collect());
    let text = serde_json::to_string_pretty(&group).unwrap_or_default() + "\n";
    vec![(FILE.to_owned(), text.into_bytes())]
}

/// The metadata of one table where a service has it, with every column, and of those it refers to.
pub fn table_metadata(properties: &Object, public_url: &str, resource: &'static Resource) -> Json {
    let url = |resource: &Resource| format!("{public_url}/v1/{}.csv", resource.path());
    let own = table(resource, &url, resource.columns.iter(), true);
    let targets = targets(resource).into_iter().map(|target| {
        let mut target = table(target, &url, target.columns.iter(), false);
        target["suppressOutput"] = true.into();
        target
    });
    group(properties, [own].into_iter().chain(targets).collect())
}

/// The other tables that a table refers to, each once.
fn targets(resource: &Resource) -> Vec<&'static Resource> {
    let mut targets: Vec<&Resource> = Vec::new();
    for Reference { resource: name, .. } in keys(resource) {
        let is_new = *name != resource.name && targets.iter().all(|other| other.name != *name);
        targets.extend(find(name).filter(|_| is_new));
    }
    targets
}

/// The foreign keys that CSVW can state: to it a missing value is a broken reference, so only those
/// that every row has. The descriptor of the Data Package has them all.
fn keys(resource: &Resource) -> impl Iterator<Item = &Reference> {
    let is_full = |reference: &&Reference| {
        let mut columns = resource.columns.iter();
        columns.any(|column| column.name == reference.column && !column.nullable)
    };
    resource.references.iter().filter(is_full)
}

fn group(properties: &Object, tables: Vec<Json>) -> Json {
    let mut group = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "dialect": { "encoding": "utf-8", "delimiter": ",", "header": true, "doubleQuote": true },
    });
    let property = |name: &str| properties.get(name).and_then(Json::as_str);
    let licence = &properties.get("licenses").unwrap_or(&Json::Null)[0];
    for (name, value) in [
        ("dc:title", property("title")),
        ("dc:description", property("description")),
        ("dc:source", property("homepage")),
        ("dc:license", licence["path"].as_str()),
        (
            "dc:publisher",
            descriptor::publisher(properties).and_then(|one| one.get("title")?.as_str()),
        ),
    ] {
        if let Some(value) = value {
            group[name] = match name {
                "dc:source" | "dc:license" => json!({ "@id": value }),
                _ => value.into(),
            };
        }
    }
    group["tables"] = tables.into();
    group
}

fn table<'c>(
    resource: &Resource,
    url: &dyn Fn(&Resource) -> String,
    columns: impl Iterator<Item = &'c Column>,
    with_keys: bool,
) -> Json {
    let mut schema = json!({
        "columns": columns.map(column).collect::<Vec<_>>(),
        "primaryKey": "id",
    });
    let keys = keys(resource).filter_map(|reference| {
        let target = find(reference.resource)?;
        Some(json!({
            "columnReference": reference.column,
            "reference": { "resource": url(target), "columnReference": "id" },
        }))
    });
    let keys: Vec<Json> = keys.collect();
    if with_keys && !keys.is_empty() {
        schema["foreignKeys"] = keys.into();
    }
    json!({ "url": url(resource), "dc:description": resource.about, "tableSchema": schema })
}

fn column(column: &Column) -> Json {
    let datatype = match &column.kind {
        Kind::Id => json!({ "base": "string", "format": ID_PATTERN }),
        Kind::Country => json!({ "base": "string", "format": COUNTRY_PATTERN }),
        Kind::Enum(words) => json!({ "base": "string", "format": words.join("|") }),
        Kind::Text => "string".into(),
        Kind::Integer => "integer".into(),
        Kind::Date => "date".into(),
        Kind::Timestamp => "dateTime".into(),
        // A list is a JSON array in one cell: its texts may hold any separator.
        Kind::TextList => "json".into(),
    };
    json!({
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": datatype,
        "required": !column.nullable,
    })
}
