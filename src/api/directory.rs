//! A directory of what can be had at addresses that take no question. Pages, descriptions and the snapshot read it.

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
