//! The README of the package: what somebody needs to know who finds the file years from now.

use crate::{api::export::provenance::Provenance, database::RESOURCES};
use std::fmt::Write;

/// The README.
pub fn readme(facts: &Provenance) -> String {
    let fact = |name: &str| facts.get(name).unwrap_or_default();
    let mut text = format!("# {}\n\n{}\n\n", fact("title"), fact("description"));
    let _ = write!(
        text,
        "Version {} of {}, taken from <{}>.\n\n## Licence and citation\n\n{} ({}): <{}>\n\n> {}\n\n## Files\n\n\
         `datapackage.json` describes every column and how the files relate (Data Package v2, \
         <https://datapackage.org>). The CSVs are UTF-8 with a header; an empty cell means that there is \
         no value, and a list is a JSON array. `SHA256SUMS` proves the files: `sha256sum -c SHA256SUMS`.\n\n",
        fact("dataset_version"),
        fact("dataset_date"),
        fact("request"),
        fact("licence_title"),
        fact("licence"),
        fact("licence_url"),
        fact("citation"),
    );
    for resource in RESOURCES {
        let _ = writeln!(text, "- `{}.csv`: {}", resource.name, resource.about);
    }
    text
}
