//! Settings that cannot be: the program says which it is and what would be right, and does not start.

use aciqplan::cli::args::Cli;
use clap::CommandFactory;
use std::process::Command;

/// What the program says on standard error, and its exit code.
fn refused(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let program = env!("CARGO_BIN_EXE_aciqplan");
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().copied());
    let ended = command.output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert!(!ended.status.success(), "{arguments:?} {variables:?}");
    assert!(!told.contains("panicked"), "{told}");
    told
}

#[test]
fn a_setting_out_of_its_range_is_refused_by_name() {
    for (name, value) in [
        ("workers", "0"),
        ("workers", "513"),
        ("connections", "0"),
        ("connections", "4000000000"),
        ("clients", "0"),
        ("clients", "4000000000"),
        ("backlog", "0"),
        ("backlog", "4000000000"),
        ("rate-limit", "4000000000"),
        ("rate-burst", "0"),
        ("cache-bytes", "18446744073709551615"),
        ("temporary-bytes", "0"),
        ("query-timeout", "0"),
        ("keep-alive", "1e9"),
        ("listen", "8080"),
        ("listen", ":8080"),
        ("admin-listen", "8081"),
        ("public-url", "plan.example"),
        ("public-url", "https://plan.example/?x=1"),
        ("public-url", "https://plan.example/my plan"),
    ] {
        let setting = format!("--{name}");
        let told = refused(&["serve", &setting, value], &[]);
        assert!(told.contains(&setting), "{name}={value}: {told}");
        let variable = format!("ACIQPLAN_{}", name.replace('-', "_").to_uppercase());
        let told = refused(&["serve"], &[(&variable, value)]);
        assert!(told.contains(&setting), "{variable}={value}: {told}");
    }
    let told = refused(
        &[
            "snapshot",
            "/no/such/folder",
            "--public-url",
            "plan.example",
        ],
        &[],
    );
    assert!(told.contains("--public-url"), "{told}");
}

#[test]
fn a_variable_without_a_value_is_as_one_that_is_unset() {
    let command = Cli::command();
    let settings = command
        .get_subcommands()
        .flat_map(clap::Command::get_arguments);
    let mut names: Vec<&str> = settings
        .filter_map(|setting| setting.get_env()?.to_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 20, "{names:?}");
    for empty in ["", " "] {
        let variables: Vec<(&str, &str)> = names.iter().map(|name| (*name, empty)).collect();
        // All settings are read before the database, which is the one that is wrong here.
        let told = refused(&["serve", "--database", "sqlite://"], &variables);
        assert!(told.contains("names no file"), "{told}");
        let told = refused(&["load", "/no", "--database", "sqlite://"], &variables);
        assert!(told.contains("names no file"), "{told}");
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_named_by_its_setting() {
    let folder = tempfile::TempDir::new().unwrap();
    let own = format!("sqlite://{}/own.sqlite", folder.path().display());
    for (wrong, why) in [
        ("mysql://me:secret@db/plan", "neither sqlite://PATH"),
        ("sqlite://", "names no file"),
        ("sqlite://:memory:", "in memory"),
        ("postgres://me:secret@127.0.0.1:no/plan", "port"),
    ] {
        let told = refused(&["serve", "--database", wrong], &[]);
        let named = told.contains("--database (ACIQPLAN_DATABASE)") && told.contains(why);
        assert!(named && !told.contains("secret"), "{told}");
        let told = refused(
            &[
                "serve",
                "--empty",
                "--database",
                &own,
                "--read-database",
                wrong,
            ],
            &[],
        );
        let named = told.contains("--read-database (ACIQPLAN_READ_DATABASE)") && told.contains(why);
        assert!(named && !told.contains("secret"), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_for_temporary_files_that_is_not_there_is_told_at_start() {
    let folder = tempfile::TempDir::new().unwrap();
    let own = format!("sqlite://{}/own.sqlite", folder.path().display());
    let told = refused(
        &["serve", "--database", &own],
        &[("TMPDIR", "/no/such/folder")],
    );
    assert!(
        told.contains("/no/such/folder") && told.contains("TMPDIR"),
        "{told}"
    );
}

#[test]
fn an_address_for_operations_that_is_taken_is_told_at_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::TempDir::new().unwrap();
    let own = format!("sqlite://{}/own.sqlite", folder.path().display());
    let told = refused(
        &[
            "serve",
            "--empty",
            "--database",
            &own,
            "--listen",
            "127.0.0.1:0",
            "--admin-listen",
            &address,
        ],
        &[],
    );
    assert!(
        told.contains(&format!("cannot listen at {address}")),
        "{told}"
    );
}
