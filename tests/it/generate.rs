//! Made-up registers: the same for the same seed, without a mistake, and as uneven as real ones.

use crate::support::empty;
use aciqplan::{
    generate::generate,
    package::{self, Folder},
};
use std::{collections::BTreeMap, fs, path::Path};
use tempfile::TempDir;

fn made(measures: usize, seed: u64) -> TempDir {
    let folder = TempDir::new().unwrap();
    generate(measures, seed, folder.path()).unwrap();
    folder
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    files
        .map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, fs::read(file.path()).unwrap())
        })
        .collect()
}

/// The values of a column.
fn column(folder: &Path, file: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
    let place = reader.headers().unwrap().iter().position(|one| one == name);
    let cells = reader
        .records()
        .map(|row| row.unwrap()[place.unwrap()].to_owned());
    cells.collect()
}

fn counts(values: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_makes_others() {
    let first = files(made(120, 7).path());
    assert_eq!(first, files(made(120, 7).path()));
    let other = files(made(120, 8).path());
    for file in ["measures.csv", "assignments.csv", "status_entries.csv"] {
        assert_ne!(first[file], other[file], "{file}");
    }
}

#[test]
fn nothing_is_wrong_with_what_is_made_up_at_any_size() {
    for measures in [1, 31, 200, 3000] {
        let folder = made(measures, 5);
        let found = package::check(&Folder::new(folder.path()), None);
        assert!(found.is_ok(), "{measures}: {found:?}");
        let ids = column(folder.path(), "measures.csv", "id");
        assert_eq!(ids.len(), measures);
    }
}

#[test]
fn what_is_made_up_loads_on_both_databases_and_comes_out_the_same() {
    let folder = made(200, 3);
    let made = files(folder.path());
    for register in empty() {
        let counts = register.load(&Folder::new(folder.path())).unwrap();
        assert_eq!(
            (counts.corrected, counts.withdrawn),
            (0, 0),
            "{}",
            register.name
        );
        let out = TempDir::new().unwrap();
        let mut connection = register.database.connection().unwrap();
        assert_eq!(
            package::export(&mut connection, out.path()).unwrap(),
            counts.created
        );
        let sorted = |bytes: &[u8]| {
            let mut lines: Vec<Vec<u8>> = bytes
                .split(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            lines.sort();
            lines
        };
        for (name, bytes) in files(out.path()) {
            assert_eq!(
                sorted(&bytes),
                sorted(&made[&name]),
                "{} {name}",
                register.name
            );
        }
    }
}

#[test]
fn a_few_bodies_have_most_of_the_assignments() {
    let folder = made(3000, 11);
    let mut shares: Vec<usize> = counts(column(folder.path(), "assignments.csv", "agency_id"))
        .into_values()
        .collect();
    shares.sort_unstable_by(|a, b| b.cmp(a));
    let all: usize = shares.iter().sum();
    let first: usize = shares.iter().take(shares.len() / 10).sum();
    assert!(
        first * 2 > all,
        "{first} of {all} with a tenth of {} bodies",
        shares.len()
    );
    assert!(
        shares.iter().filter(|share| **share < 3).count() > shares.len() / 10,
        "{shares:?}"
    );
}

#[test]
fn several_assessors_judge_about_as_often_as_there_are_measures() {
    let folder = made(3000, 11);
    let kinds = counts(column(folder.path(), "status_entries.csv", "assessor_kind"));
    let all: usize = kinds.values().sum();
    assert!((2700..=3300).contains(&all), "{kinds:?}");
    for (kind, expected) in [
        ("self_report", 1800),
        ("independent", 900),
        ("civil_society", 300),
    ] {
        let found = kinds[kind];
        assert!(found.abs_diff(expected) < expected / 5, "{kind}: {found}");
    }
    let countries = counts(column(folder.path(), "plans.csv", "country"));
    assert!(countries.len() > 5, "{countries:?}");
}

#[test]
fn words_come_as_unevenly_as_in_the_plans() {
    let folder = made(3000, 11);
    let titles = column(folder.path(), "measures.csv", "title").join(" ");
    let words = counts(titles.split(' ').map(str::to_lowercase).collect());
    let all: usize = words.values().sum();
    let mut shares: Vec<usize> = words.into_values().collect();
    shares.sort_unstable_by(|a, b| b.cmp(a));
    assert!(shares.len() > 2000, "{} words", shares.len());
    let first: usize = shares.iter().take(100).sum();
    assert!((all / 4..all * 2 / 3).contains(&first), "{first} of {all}");
}
