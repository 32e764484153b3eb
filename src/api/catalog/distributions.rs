//! The files that each dataset can be had as.

use super::{facts::Facts, graph::Graph, properties::describe_rights};
use crate::{api::request::accept::Format, database::model::resource::Resource};

/// A file of a dataset.
struct File {
    /// What tells it from the other files of its dataset.
    name: &'static str,
    path: String,
    /// As IANA registers it; none for a type that is not registered.
    media_type: Option<&'static str>,
    about: String,
}

/// The formats of the files of a resource; what a feed or a calendar holds is not the whole of it.
const OF_RESOURCES: [Format; 5] = [
    Format::Json,
    Format::Csv,
    Format::Ndjson,
    Format::Xlsx,
    Format::Parquet,
];

/// The files of the whole register: name, path, media type, description.
const OF_REGISTER: [(&str, &str, &str, &str); 4] = [
    (
        "datapackage",
        "/datapackage.json",
        "application/vnd.datapackage+json",
        "The descriptor of a Data Package, which leads to a CSV file of each resource.",
    ),
    (
        "zip",
        "/v1/dataset.zip",
        "application/zip",
        "The whole register as a Data Package in one archive.",
    ),
    (
        "sqlite",
        "/v1/dataset.sqlite",
        "application/vnd.sqlite3",
        "The whole register as an SQLite database.",
    ),
    (
        "xlsx",
        "/v1/dataset.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "The whole register as a workbook with a sheet for each resource.",
    ),
];

const FILE_TYPES: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

/// Adds the files of a resource.
pub fn of_resource(graph: &mut Graph, facts: &Facts, dataset: &str, resource: &Resource) {
    for format in OF_RESOURCES {
        let name = format.extension();
        let paged = match format {
            Format::Json => "The records in pages, as JSON",
            _ => "Every record, as",
        };
        let about = match format {
            Format::Json => format!("{paged}: {}", resource.about),
            _ => format!("{paged} {}: {}", format_of(name).1, resource.about),
        };
        let file = File {
            name,
            path: format!("/v1/{}.{name}", resource.path()),
            media_type: (format != Format::Ndjson).then(|| format.media_type()),
            about,
        };
        file.add(graph, facts, dataset);
    }
}

/// Adds the files of the whole register.
pub fn of_register(graph: &mut Graph, facts: &Facts, dataset: &str) {
    for (name, path, media_type, about) in OF_REGISTER {
        let file = File {
            name,
            path: path.to_owned(),
            media_type: Some(media_type),
            about: about.to_owned(),
        };
        file.add(graph, facts, dataset);
    }
}

impl File {
    fn add(&self, graph: &mut Graph, facts: &Facts, dataset: &str) {
        let file = format!("{dataset}-{}", self.name);
        let url = facts.address(&self.path);
        let (format, label) = format_of(self.name);
        graph.link(dataset, "dcat:distribution", &file);
        graph.is_a(&file, "dcat:Distribution");
        graph.say(&file, "dct:title", label, "en");
        graph.say(&file, "dct:description", &self.about, "en");
        graph.link(&file, "dcat:accessURL", &url);
        graph.link(&file, "dcat:downloadURL", &url);
        graph.link(&file, "dcat:accessService", &facts.own("service"));
        graph.refer(&file, "dct:format", &format, "dct:MediaTypeOrExtent", label);
        if let Some(media_type) = self.media_type {
            let iri = format!("{MEDIA_TYPES}{media_type}");
            graph.refer(&file, "dcat:mediaType", &iri, "dct:MediaType", media_type);
        }
        graph.refer(
            &file,
            "dcatap:availability",
            "http://publications.europa.eu/resource/authority/planned-availability/STABLE",
            "skos:Concept",
            "stable",
        );
        describe_rights(graph, facts, &file);
    }
}

/// The format of a file, and its name: by the EU's table of file types where that has it.
fn format_of(name: &str) -> (String, &'static str) {
    let (code, label) = match name {
        "json" | "datapackage" => ("JSON", "JSON"),
        "csv" => ("CSV", "CSV"),
        "xlsx" => ("XLSX", "Excel workbook"),
        "parquet" => ("PARQUET", "Parquet"),
        "zip" => ("ZIP", "ZIP archive"),
        "sqlite" => {
            return (
                format!("{MEDIA_TYPES}application/vnd.sqlite3"),
                "SQLite database",
            );
        }
        _ => return ("https://github.com/ndjson/ndjson-spec".to_owned(), "NDJSON"),
    };
    (format!("{FILE_TYPES}{code}"), label)
}
