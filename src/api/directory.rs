//! A directory of what can be had at addresses that take no question. Pages, descriptions and the snapshot read it; the
//! endpoint table makes it.

use serde_json::Value as Json;

/// What there is.
pub struct Directory {
    /// Every list: of the resources in their order, then of the changes.
    pub lists: Vec<List>,
    /// The files with the whole register.
    pub files: Vec<String>,
    /// What describes the register and its files to programs, and says how to cite it.
    pub texts: Vec<String>,
    /// What a search engine should know.
    pub sitemap: Vec<String>,
    /// What describes the service.
    pub descriptions: Vec<Description>,
    /// Makes the paths of the OpenAPI document.
    pub operations: fn() -> Json,
}

/// Something that describes the service.
pub struct Description {
    /// `service-meta`
    pub relation: &'static str,
    pub path: String,
    /// Its forms, each with its media type.
    pub types: Vec<(String, &'static str)>,
    /// What it is, for people.
    pub about: Option<&'static str>,
}

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
