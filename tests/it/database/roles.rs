//! Roles with no more rights than their work asks for, as `deploy/postgres/roles.sql` makes them, and services that
//! write nothing.

use crate::support::{Content, Memory, Place, seeded, seeded_in_postgres, seeded_in_sqlite};
use aciqplan::{
    database::{Database, FailureKind, connection::dataset_version},
    package::{self, Options},
};
use diesel::connection::SimpleConnection;
use std::{
    fs,
    process::{self, Command},
};
use tempfile::TempDir;

const ROLES: &str = include_str!("../../../deploy/postgres/roles.sql");
const LAST_MIGRATION: &str = "20261128000028";

/// The seeds with one cell changed.
fn changed(from: &str, to: &str) -> Memory {
    Memory::seeds().with("figures.csv", from, to)
}

fn loaded(database: &Database, package: &Memory) -> Result<usize, package::Error> {
    let mut connection = database.connection().unwrap();
    let loaded = package::load(package, &mut connection, &Options::default(), &|_| {})?;
    Ok(loaded.counts.corrected)
}

#[actix_web::test]
async fn each_role_may_do_its_own_work_and_no_more() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let prefix = format!("plan_{}", process::id());
    let own = ROLES.replace("aciqplan_", &format!("{prefix}_"));
    register.execute(&own);
    register.execute(&own); // it may be run again
    let user = register.url.split("://").nth(1).unwrap();
    let user = user.split('@').next().unwrap();
    let url = |role: &str| {
        let role = format!("://{prefix}_{role}@");
        register.url.replace(&format!("://{user}@"), &role)
    };
    let refuses = |database: &Database, statement: &str| {
        let mut connection = database.connection().unwrap();
        let error = connection.batch_execute(statement).unwrap_err().to_string();
        let is_right = error.contains("permission denied") || error.contains("must be owner");
        assert!(is_right, "{statement}: {error}");
    };
    let changes_tables = [
        "CREATE TABLE other (id INTEGER)",
        "ALTER TABLE measures ADD COLUMN other INTEGER",
        "DROP TABLE figures",
        "TRUNCATE figures",
        "DELETE FROM revisions",
        "UPDATE revisions SET author = 'another'",
        "DELETE FROM __diesel_schema_migrations",
    ];

    let reader = Database::open_read_only(&url("reader"), 2).unwrap();
    let read = reader.read::<_, aciqplan::database::Error, _>(dataset_version::version);
    assert!(read.await.unwrap().is_some());
    for statement in changes_tables.into_iter().chain([
        "DELETE FROM figures",
        "INSERT INTO numbering (place) VALUES ('other')",
        "UPDATE figures SET label = 'another'",
    ]) {
        refuses(&reader, statement);
    }
    let error = loaded(&reader, &changed("17 Dəyirmi", "18 Dəyirmi")).unwrap_err();
    assert_eq!(
        FailureKind::of(&error),
        Some(FailureKind::ReadOnly),
        "{error}"
    );

    let writer = Database::open(&url("writer"), 2).unwrap();
    for statement in changes_tables {
        refuses(&writer, statement);
    }
    let corrected = loaded(&writer, &changed("17 Dəyirmi", "18 Dəyirmi")).unwrap();
    assert_eq!(corrected, 1);

    // A version of the program with another migration: its owner makes the table, and nobody else can.
    let earlier = format!(
        "DROP TABLE numbering; DELETE FROM __diesel_schema_migrations WHERE version = '{LAST_MIGRATION}'"
    );
    register
        .database
        .connection()
        .unwrap()
        .batch_execute(&earlier)
        .unwrap();
    for role in ["writer", "reader"] {
        let error = Database::open(&url(role), 1).err().expect("refused");
        assert_eq!(
            FailureKind::of(&error),
            Some(FailureKind::Earlier),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .contains("`aciqplan migrate` with the URL of its owner"),
            "{error}"
        );
    }
    assert_eq!(Database::open(&url("owner"), 1).unwrap().migrated(), 1);
    assert_eq!(Database::open(&url("owner"), 1).unwrap().migrated(), 0);
    assert_eq!(
        loaded(&writer, &changed("17 Dəyirmi", "19 Dəyirmi")).unwrap(),
        1
    );
    Database::open_read_only(&url("reader"), 1).unwrap();
    drop((reader, writer));
    for role in ["reader", "writer", "owner"] {
        register.execute(&format!(
            "DROP OWNED BY {prefix}_{role} CASCADE; DROP ROLE {prefix}_{role}"
        ));
    }
}

/// Another version may be at work on it, and would refuse it afterwards.
#[test]
fn a_command_that_only_reads_leaves_a_register_of_an_earlier_version_as_it_is() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/seeds");
    for register in seeded() {
        let is_earlier = || {
            let opened = Database::open_read_only(&register.url, 1);
            opened.is_err_and(|error| FailureKind::of(&error) == Some(FailureKind::Earlier))
        };
        let earlier = "DROP INDEX revisions_by_resource; DROP INDEX revisions_of_others; \
                       DELETE FROM __diesel_schema_migrations WHERE version = '20261122000027'";
        let mut connection = register.database.connection().unwrap();
        connection.batch_execute(earlier).unwrap();
        drop(connection);
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("out").display().to_string();
        for command in [
            vec!["check", seeds],
            vec!["load", seeds, "--dry-run"],
            vec!["export", &out],
            vec!["snapshot", &out],
        ] {
            let mut program = Command::new(env!("CARGO_BIN_EXE_aciqplan"));
            let program = program.args(&command).args(["--database", &register.url]);
            let ended = program.output().unwrap();
            let told = String::from_utf8_lossy(&ended.stderr);
            assert!(
                told.contains("run `aciqplan migrate`"),
                "{command:?}: {told}"
            );
            assert!(is_earlier(), "{} {command:?}", register.name);
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_aciqplan"));
        let program = program.args(["migrate", "--database", &register.url]);
        assert!(program.output().unwrap().status.success());
        assert!(!is_earlier(), "{}", register.name);
    }
}

#[test]
fn who_writes_nothing_makes_no_tables_and_says_who_does() {
    for place in Place::everywhere(Content::Nothing) {
        let (name, url, folder) = (place.name, &place.url, place.folder.path());
        let error = Database::open_read_only(url, 1)
            .err()
            .expect("refused")
            .to_string();
        if name == "SQLite" {
            assert!(error.contains("there is no register at"), "{error}");
            assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
            fs::write(folder.join("register.sqlite"), "").unwrap();
        }
        let error = Database::open_read_only(url, 1)
            .err()
            .expect("refused")
            .to_string();
        assert!(
            error.contains("holds no register yet; run `aciqplan migrate`"),
            "{name}: {error}"
        );
        let opened = Database::open(url, 1).unwrap();
        assert!(opened.migrated() > 20, "{name}");
        Database::open_read_only(url, 1).unwrap();
        let mut connection = opened.connection().unwrap();
        let later = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')";
        connection.batch_execute(later).unwrap();
        let error = Database::open_read_only(url, 1)
            .err()
            .expect("refused")
            .to_string();
        assert!(error.contains("made by a later version"), "{name}: {error}");
        let earlier = "DELETE FROM __diesel_schema_migrations WHERE version > '20261122'";
        connection.batch_execute(earlier).unwrap();
        let error = Database::open_read_only(url, 1)
            .err()
            .expect("refused")
            .to_string();
        assert!(
            error.contains("made by an earlier version"),
            "{name}: {error}"
        );
    }
}

#[actix_web::test]
async fn a_file_that_is_read_only_stays_as_it_is() {
    let register = seeded_in_sqlite();
    let path = register.url.strip_prefix("sqlite://").unwrap();
    let copy = format!("{path}.copy");
    aciqplan::database::write::backup::back_up(&register.url, copy.as_ref()).unwrap();
    let before = fs::read(&copy).unwrap();
    let database = Database::open_read_only(&format!("sqlite://{copy}"), 4).unwrap();
    database.is_ready().await.unwrap();
    let error = loaded(&database, &changed("17 Dəyirmi", "18 Dəyirmi")).unwrap_err();
    assert_eq!(
        FailureKind::of(&error),
        Some(FailureKind::ReadOnly),
        "{error}"
    );
    drop(database);
    assert!(fs::read(&copy).unwrap() == before, "the file was changed");
}
