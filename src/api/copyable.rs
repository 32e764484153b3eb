//! Every address that takes no question: what can be copied of the service.

use crate::{
    api::{
        catalog,
        export::full,
        handlers::{citation, well_known},
        request::accept::Format,
    },
    database::{RESOURCES, model::resource::Resource},
};

/// A list of the service.
pub struct List {
    /// `status_entries`
    pub name: String,
    /// What it holds.
    pub about: &'static str,
    /// `/v1/measures`
    pub path: String,
    /// The endings of the path that can be had.
    pub extensions: Vec<&'static str>,
    /// Its records, where they have addresses of their own.
    pub records: Option<Records>,
}

/// The records of a list.
pub struct Records {
    /// The column that names a record to people.
    pub label: Option<&'static str>,
    /// What can be had below the address of each: `citation.txt`.
    pub parts: Vec<String>,
    /// Whether each has a scorecard.
    pub have_scorecards: bool,
}

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
    let tables = RESOURCES.into_iter().map(well_known::metadata_path);
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
