//! Packages in memory, made from the seeds and changed by a test, and what is told of them.

use aciqplan::package::{self, PackageSource};
use std::{
    collections::BTreeMap,
    io::{self, Read},
};

/// A package in memory, made from the seeds.
#[derive(Clone, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl PackageSource for Memory {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        self.0
            .get(name)
            .map(|bytes| Box::new(bytes.as_slice()) as _)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

impl Memory {
    /// The seeds.
    pub fn seeds() -> Self {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if std::path::Path::new(&name).extension() != Some("md".as_ref()) {
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
        Self(files)
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.0[name].clone()).unwrap()
    }

    /// The package with a text in one of its files replaced, which must stand there once.
    pub fn with(mut self, name: &str, old: &str, new: &str) -> Self {
        let text = self.text(name);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {name}");
        self.0
            .insert(name.to_owned(), text.replace(old, new).into_bytes());
        self
    }

    /// The package with rows added to one of its files.
    pub fn and(mut self, name: &str, rows: &str) -> Self {
        let text = self.text(name) + rows + "\n";
        self.0.insert(name.to_owned(), text.into_bytes());
        self
    }

    /// What is wrong with the package by itself: mistakes and damage.
    pub fn problems(&self) -> Vec<String> {
        let told = self.told().into_iter();
        told.filter(|told| !told.starts_with("notice: ")).collect()
    }

    /// Everything that is told of the package by itself.
    pub fn told(&self) -> Vec<String> {
        let problems = match package::check(self, None) {
            Ok(found) => found.problems,
            Err(package::Error::Problems(problems)) => problems,
            Err(error) => panic!("{error}"),
        };
        problems.iter().map(ToString::to_string).collect()
    }
}

/// What is wrong, as a load tells it.
pub fn refusals(
    loaded: Result<aciqplan::database::write::writer::Counts, package::Error>,
) -> Vec<String> {
    match loaded {
        Err(package::Error::Problems(problems)) => {
            let told = problems.iter().map(ToString::to_string);
            told.filter(|told| !told.starts_with("notice: ")).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}
