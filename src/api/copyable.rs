//! Every address that takes no question: what can be copied of the service.

use crate::{
    api::{
        catalog,
        directory::{List, Records},
        export::full,
        handlers::citation,
        request::accept::Format,
        response::url,
    },
    database::{RESOURCES, model::resource::Resource},
};

/// Every list: of the resources in their order, then of the changes.
pub fn lists() -> Vec<List> {
    let extensions = |formats: Vec<Format>| formats.into_iter().map(Format::extension).collect();
    let resources = RESOURCES.iter().map(|resource| List {
        name: resource.name.to_owned(),
        about: resource.about,
        path: format!("/v1/{}", resource.path()),
        extensions: extensions(Format::of(resource)),
        records: Some(Records {
            label: resource.label().map(|column| column.name),
            parts: citations(),
            have_scorecards: has_scorecards(resource),
        }),
    });
    let changes = List {
        name: "changes".to_owned(),
        about: "Every change of a record, in order.",
        path: "/v1/changes".to_owned(),
        extensions: extensions(Format::of_changes()),
        records: None,
    };
    resources.chain([changes]).collect()
}

/// Whether the records of a resource have scorecards.
pub fn has_scorecards(resource: &Resource) -> bool {
    matches!(resource.name, "plans" | "agencies")
}

/// The files with the whole register.
pub fn wholes() -> Vec<String> {
    full::WHOLES.map(full::Whole::path).to_vec()
}

/// What describes the register and its files to programs, and says how to cite it.
pub fn descriptions() -> Vec<String> {
    let catalogues = catalog::extensions().map(|extension| format!("/catalog.{extension}"));
    let citations = citations()
        .into_iter()
        .map(|citation| format!("/v1/{citation}"));
    let tables = RESOURCES.into_iter().map(url::metadata_path);
    ["/openapi.json", "/datapackage.json"]
        .map(str::to_owned)
        .into_iter()
        .chain(catalogues)
        .chain(citations)
        .chain(tables)
        .collect()
}

fn citations() -> Vec<String> {
    citation::extensions()
        .map(|extension| format!("citation.{extension}"))
        .collect()
}
