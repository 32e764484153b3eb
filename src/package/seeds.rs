//! The register that the binary carries: `seeds/`, as it was when the binary was built.

use crate::package::PackageSource;
use std::io::{self, Read};

macro_rules! seeds {
    ($($name:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../seeds/", $name)))),*];
    };
}

seeds![
    "datapackage.json",
    "agencies.csv",
    "sources.csv",
    "plans.csv",
    "sections.csv",
    "acronyms.csv",
    "measures.csv",
    "measure_links.csv",
    "assignments.csv",
    "status_entries.csv",
    "obligations.csv",
    "obligation_parties.csv",
    "activities.csv",
    "activity_links.csv",
    "figures.csv",
    "memberships.csv",
    "withdrawals.csv",
];

/// The embedded package.
pub struct Seeds;

impl PackageSource for Seeds {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        FILES
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, text)| Box::new(text.as_bytes()) as _)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn are_own(&self) -> bool {
        true
    }
}
