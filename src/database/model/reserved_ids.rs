//! A deny list of ids that no record can have, since their addresses are something else. Validation refuses them.

/// What stands below a list or a record, and would be taken for it.
pub const WORDS: &[&str] = &["stats", "scorecard", "history", "citation"];

/// What an address ends in where a format is asked for, with those of the files of a snapshot.
pub const EXTENSIONS: &[&str] = &[
    "json", "csv", "ndjson", "xlsx", "parquet", "atom", "rss", "ics", "zip", "sqlite", "html",
    "svg", "txt", "bib", "ris", "xml", "rdf", "jsonld", "ttl",
];

/// Why an id cannot be that of a record; `None` where it can.
pub fn reason(id: &str) -> Option<String> {
    let first = id.split('.').next().unwrap_or_default();
    if WORDS.contains(&first) {
        return Some(format!(
            "is no id, as its address is something else: no id is `{first}` or begins with `{first}.`"
        ));
    }
    let (_, extension) = id.rsplit_once('.')?;
    EXTENSIONS
        .contains(&extension)
        .then(|| format!("is no id, as its address is that of a file: none ends in `.{extension}`"))
}
