//! Packages beside a register: `check --database` tells what `load` would, and what only reads makes nothing.

use crate::support::{Memory, Register, refusals, seeded};
use aciqplan::package;
use std::process::Command;
use tempfile::TempDir;

/// What `check --database` tells.
pub fn checked(register: &Register, package: &Memory) -> Vec<String> {
    let mut connection = register.database.connection().unwrap();
    let problems = match package::check(package, Some(&mut connection)) {
        Ok(found) => found.problems,
        Err(package::Error::Problems(problems)) => problems,
        Err(error) => panic!("{}: {error}", register.name),
    };
    problems.iter().map(ToString::to_string).collect()
}

/// A package with one of the files of the seeds, of which only these rows are left.
fn alone(name: &str, rows: &[&str]) -> Memory {
    let seeds = Memory::seeds().text(&format!("{name}.csv"));
    let header = seeds.lines().next().unwrap();
    let descriptor =
        format!(r#"{{"name":"own","resources":[{{"name":"{name}","path":"{name}.csv"}}]}}"#);
    let text = format!("{header}\n{}\n", rows.join("\n"));
    let mut package = Memory::default();
    let mut put = |name: String, text: String| package.0.insert(name, text.into_bytes());
    put("datapackage.json".to_owned(), descriptor);
    put(format!("{name}.csv"), text);
    package
}

#[test]
fn what_another_record_of_the_register_has_is_told_with_its_row() {
    let taken = "another-figure,az-monitoring-2016-2018,X,17,x,1,az-monitoring-2016-2018,";
    let free = "one-more-figure,az-monitoring-2016-2018,X,17,x,99,az-monitoring-2016-2018,";
    let twice = "a-third-figure,az-monitoring-2016-2018,X,17,x,2,az-monitoring-2016-2018,";
    let place = |row: u8, position: u8| {
        format!(
            "figures.csv, row {row}, column project, position, value \"az-monitoring-2016-2018, {position}\": \
             must be unique, and `az-monitoring-2016-2018-f{position}` of the register has the same"
        )
    };
    let told = [place(2, 1), place(4, 2)];
    for register in seeded() {
        let package = alone("figures", &[taken, free, twice]);
        assert_eq!(checked(&register, &package), told, "{}", register.name);
        assert_eq!(refusals(register.load(&package)), told, "{}", register.name);
    }
}

#[test]
fn what_a_package_writes_anew_gives_up_what_it_had() {
    let figures = Memory::seeds().text("figures.csv");
    let rows: Vec<&str> = figures.lines().skip(1).take(2).collect();
    let first = rows[0].replace("round_tables,1,", "round_tables,2,");
    let second = rows[1].replace("round_tables_in_regions,2,", "round_tables_in_regions,1,");
    let package = alone("figures", &[&first, &second]);
    for register in seeded() {
        assert_eq!(checked(&register, &package), Vec::<String>::new());
        let counts = register.load(&package).unwrap();
        assert_eq!(
            (counts.created, counts.corrected),
            (0, 2),
            "{}",
            register.name
        );
    }
}

#[test]
fn years_are_held_against_a_plan_that_only_the_register_has() {
    let measure = "x-1,az-nap-2016-2018,,99,Late,,2016,2199,99,az-nap-2016-2018-text,";
    let entry = "x-2,az-nap-2020-2022-1.1,nazirler-kabineti,media,1999,complete,,coded,Done.,Done.,,,az-report-2021,,";
    for (name, row, end) in [
        (
            "measures",
            measure,
            "column end_year, value \"2199\": is far outside the years of the plan, 2016-2018",
        ),
        (
            "status_entries",
            entry,
            "column year, value \"1999\": is far outside the years of the plan, 2020-2022",
        ),
    ] {
        for register in seeded() {
            let told = checked(&register, &alone(name, &[row]));
            assert_eq!(told.len(), 1, "{}: {told:#?}", register.name);
            assert_eq!(told[0], format!("notice: {name}.csv, row 2, {end}"));
        }
    }
}

#[test]
fn a_command_that_only_reads_makes_no_register() {
    let folder = TempDir::new().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
    let (mistyped, out) = (place("mistyped.sqlite"), place("out"));
    let database = format!("sqlite://{mistyped}");
    for command in [
        vec!["check", seeds],
        vec!["export", &out],
        vec!["backup", &out],
        vec!["snapshot", &out],
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_aciqplan"));
        let ended = program.args(&command).args(["--database", &database]);
        let ended = ended.output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        let words = format!("there is no register at {mistyped}");
        assert!(told.contains(&words), "{command:?}: {told}");
        assert_eq!(ended.status.code(), Some(66), "{command:?}: {told}");
    }
    let mut rehearsal = Command::new(env!("CARGO_BIN_EXE_aciqplan"));
    let rehearsal = rehearsal.args(["load", seeds, "--dry-run", "--database", &database]);
    let told = rehearsal.output().unwrap();
    let text = String::from_utf8_lossy(&told.stdout);
    assert!(text.contains("nothing was written"), "{text}");
    let made: Vec<_> = folder.path().read_dir().unwrap().collect();
    assert!(made.is_empty(), "{made:?}");
}
