//! What `load` and `check` tell: before anything is written, of what the package leaves out, and to programs.

use crate::support::{Memory, Register, empty, seeded};
use aciqplan::{
    database::connection::dataset_version,
    package::{self, Loaded, Options},
};
use serde_json::Value as Json;
use std::{
    fs,
    process::{Command, Output},
};
use tempfile::TempDir;

/// The seeds with one word of a measure corrected, a figure taken out, and another one put in.
fn changed() -> Memory {
    let seeds = Memory::seeds();
    let figures = seeds.text("figures.csv");
    let last = figures.lines().last().unwrap();
    seeds
        .with("figures.csv", &format!("{last}\n"), "")
        .and("figures.csv", "f-new,p,Label,1,x,99,az-report-2021,")
        .with(
            "sources.csv",
            "az-report-2021,",
            "az-report-2021,Corrected: ",
        )
}

fn rehearse(register: &Register, package: &Memory) -> Loaded {
    let options = Options {
        is_rehearsal: true,
        ..Options::default()
    };
    let mut connection = register.database.connection().unwrap();
    package::load(package, &mut connection, &options, &|_| {}).unwrap()
}

fn version(register: &Register) -> Option<i64> {
    let mut connection = register.database.connection().unwrap();
    dataset_version::version(&mut connection)
        .unwrap()
        .map(|(number, _)| number)
}

#[test]
fn a_dry_run_says_what_would_change_field_by_field_and_writes_nothing() {
    for register in seeded() {
        let before = version(&register);
        let loaded = rehearse(&register, &changed());
        let told: Vec<String> = loaded.planned.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:#?}");
        let created = "created figures `f-new`".to_owned();
        assert!(told.contains(&created), "{told:#?}");
        let begins = "corrected sources `az-report-2021`: title \"";
        let corrected = told.iter().find(|told| told.starts_with(begins));
        let corrected = corrected.unwrap_or_else(|| panic!("{told:#?}"));
        assert!(corrected.contains("\" → \"Corrected: "), "{corrected}");
        assert_eq!((loaded.counts.created, loaded.counts.corrected), (1, 1));
        assert_eq!(version(&register), before, "{}", register.name);
        let loaded = rehearse(&register, &Memory::seeds());
        assert!(loaded.planned.is_empty() && loaded.beside.is_empty());
    }
}

#[test]
fn a_dry_run_on_an_empty_register_leaves_it_empty_and_whole() {
    for register in empty() {
        let loaded = rehearse(&register, &Memory::seeds());
        assert!(loaded.counts.created > 600);
        let descriptor = 1;
        assert_eq!(loaded.planned.len(), loaded.counts.created + descriptor);
        assert_eq!(loaded.more, 0);
        assert_eq!(version(&register), None, "{}", register.name);
        let counts = register.load(&Memory::seeds()).unwrap();
        assert_eq!(counts, loaded.counts, "{}", register.name);
    }
}

#[test]
fn what_the_register_has_and_the_package_has_not_is_counted() {
    for register in seeded() {
        let expected = "1 record(s) of figures stand in the register and not in the package; nothing happens to them";
        let told = |loaded: &Loaded| -> Vec<String> {
            loaded.beside.iter().map(ToString::to_string).collect()
        };
        assert_eq!(told(&rehearse(&register, &changed())), [expected]);
        let mut connection = register.database.connection().unwrap();
        let options = Options::default();
        let loaded = package::load(&changed(), &mut connection, &options, &|_| {}).unwrap();
        assert_eq!(told(&loaded), [expected], "{}", register.name);
        assert!(loaded.planned.is_empty());
    }
}

/// A folder with the package and an empty register.
fn folder(package: &Memory) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in &package.0 {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn run(command: &str, folder: &TempDir, more: &[&str]) -> Output {
    let register = folder.path().join("register.sqlite");
    let mut program = Command::new(env!("CARGO_BIN_EXE_aciqplan"));
    program.arg(command).arg(folder.path()).args(more);
    if command == "load" {
        let database = format!("sqlite://{}", register.display());
        program.args(["--database", &database]); // to check, there must be one
    }
    program.output().unwrap()
}

/// A number that a spreadsheet took for a date.
fn damaged() -> Memory {
    Memory::seeds().with(
        "measures.csv",
        "az-nap-2016-2018-1.1,az-nap-2016-2018,az-nap-2016-2018-s1,1.1,",
        "az-nap-2016-2018-1.1,az-nap-2016-2018,az-nap-2016-2018-s1,01/01/2026,",
    )
}

#[test]
fn damage_stops_a_load_unless_it_is_accepted_and_is_told_by_check() {
    let folder = folder(&damaged());
    let told = run("check", &folder, &[]);
    assert_eq!(told.status.code(), Some(0));
    let text = String::from_utf8(told.stderr).unwrap();
    assert!(text.contains("damage: measures.csv, row 2, "), "{text}");
    let refused = run("load", &folder, &[]);
    assert_eq!(refused.status.code(), Some(1));
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(text.contains("--accept-warnings"), "{text}");
    let loaded = run("load", &folder, &["--accept-warnings"]);
    let text = String::from_utf8(loaded.stdout).unwrap();
    assert_eq!(loaded.status.code(), Some(0), "{text}");
    assert!(text.contains(" created, 0 corrected, "), "{text}");
}

#[cfg(unix)]
#[test]
fn a_reader_who_leaves_early_is_no_failure() {
    use std::process::Stdio;
    let folder = folder(&damaged());
    for arguments in [
        vec!["check", "."],
        vec!["check", ".", "--format", "json"],
        vec![
            "load",
            ".",
            "--accept-warnings",
            "--dry-run",
            "--database",
            "sqlite://register.sqlite",
        ],
        vec![
            "load",
            ".",
            "--accept-warnings",
            "--database",
            "sqlite://register.sqlite",
        ],
        vec!["export", "out", "--database", "sqlite://register.sqlite"],
        vec!["openapi"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = Command::new(env!("CARGO_BIN_EXE_aciqplan"))
            .args(&arguments)
            .current_dir(folder.path())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}: {told}");
        assert!(
            !told.contains("panic") && !told.contains("rror"),
            "{arguments:?}: {told}"
        );
    }
}

#[test]
fn programs_are_told_in_json() {
    let json = |output: &Output| -> Json { serde_json::from_slice(&output.stdout).unwrap() };
    let folder = folder(&damaged());
    let told = json(&run("check", &folder, &["--format", "json"]));
    assert_eq!(told["found"]["errors"], 0);
    assert_eq!(told["found"]["damaged"], 1);
    let problem = &told["found"]["problems"][0];
    assert_eq!(problem["class"], "damage");
    assert_eq!(problem["rows"], serde_json::json!([2]));
    let refused = run("load", &folder, &["--format", "json"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(json(&refused)["written"], false);
    let accepted = ["--accept-warnings", "--format", "json"];
    let rehearsed = run("load", &folder, &[&accepted[..], &["--dry-run"]].concat());
    let rehearsed = json(&rehearsed);
    assert_eq!(
        (&rehearsed["written"], &rehearsed["version"]),
        (&false.into(), &0.into())
    );
    assert_eq!(rehearsed["changes"][0]["action"], "created");
    let loaded = json(&run("load", &folder, &accepted));
    assert_eq!(loaded["written"], true);
    assert_eq!(loaded["created"], rehearsed["created"]);
}
