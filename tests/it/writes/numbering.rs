//! Versions: a number that was told of one state of a register never stands for another one.

use crate::support::{Memory, seeded, seeded_in_postgres, seeded_in_sqlite};
use aciqplan::{
    database::{AnyConnection, Database, connection::dataset_version, write::backup},
    package::{self, Options},
};
use diesel::{connection::SimpleConnection, dsl::sql, prelude::*, result::Error, sql_types::Text};
use std::fs;

/// Loads the seeds with another cell, and says the version that this makes.
fn version_with(database: &Database, cell: &str) -> i64 {
    let package = Memory::seeds().with("figures.csv", "17 Dəyirmi Masa", cell);
    let mut connection = database.connection().unwrap();
    package::load(&package, &mut connection, &Options::default(), &|_| {}).unwrap();
    drop(connection);
    version(database)
}

fn version(database: &Database) -> i64 {
    let mut connection = database.connection().unwrap();
    dataset_version::version(&mut connection)
        .unwrap()
        .unwrap()
        .0
}

#[test]
fn a_file_that_is_put_back_goes_on_above_all_that_was_told() {
    let register = seeded_in_sqlite();
    let folder = register.url.strip_prefix("sqlite://").unwrap().to_owned() + ".folder";
    fs::create_dir(&folder).unwrap();
    let file = format!("{folder}/backup.sqlite");
    backup::back_up(&register.url, file.as_ref()).unwrap();
    let began = version(&register.database);
    let lost = version_with(&register.database, "written and lost");
    assert_eq!(lost, began + 1, "numbers of a register follow each other");
    let mut told = vec![lost];
    for name in ["first", "second"] {
        let path = format!("{folder}/{name}.sqlite");
        fs::copy(&file, &path).unwrap();
        let database = Database::open(&format!("sqlite://{path}"), 1).unwrap();
        assert_eq!(
            version(&database),
            began,
            "what is there has its own version"
        );
        let next = version_with(&database, name);
        assert!(
            told.iter().all(|told| *told < next),
            "{next} after {told:?}"
        );
        let after = version_with(&database, "and on");
        assert_eq!(after, next + 1, "from then on it is a register of its own");
        told.extend([next, after]);
    }
    assert!(
        told.iter().all(|told| *told < 1 << 53),
        "JavaScript counts so far"
    );
}

#[test]
fn a_dump_that_is_put_back_goes_on_above_all_that_was_told() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let began = version(&register.database);
    assert_eq!(version_with(&register.database, "one"), began + 1);
    // As pg_restore makes it: another table with the same rows.
    let restored = "ALTER TABLE revisions RENAME TO old; \
        CREATE TABLE revisions (LIKE old INCLUDING ALL); \
        INSERT INTO revisions SELECT * FROM old; DROP TABLE old";
    register
        .database
        .connection()
        .unwrap()
        .batch_execute(restored)
        .unwrap();
    assert_eq!(version(&register.database), began + 1);
    let next = version_with(&register.database, "two");
    assert!(next > 1_700_000_000_000_000, "{next}");
    assert_eq!(version_with(&register.database, "three"), next + 1);
}

#[test]
fn a_copy_that_the_server_makes_goes_on_above_all_that_was_told() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let began = version_with(&register.database, "one");
    // What `CREATE DATABASE … TEMPLATE …` changes is the number of the database.
    let copied = "UPDATE numbering \
        SET place = regexp_replace(place, '^([^/]+/[^/]+)/[0-9]+(/[0-9]+)$', '\\1/1\\2')";
    let mut connection = register.database.connection().unwrap();
    connection.batch_execute(copied).unwrap();
    drop(connection);
    let next = version_with(&register.database, "two");
    assert!(next > 1_700_000_000_000_000 && next > began, "{next}");
}

#[test]
fn a_standby_that_takes_the_place_of_its_primary_goes_on_above_all_that_was_told() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let began = version_with(&register.database, "zero");
    // What a promotion changes is the timeline.
    let promoted =
        "UPDATE numbering SET place = regexp_replace(place, '/[0-9A-F]{8}/', '/0000007F/')";
    register
        .database
        .connection()
        .unwrap()
        .batch_execute(promoted)
        .unwrap();
    let next = version_with(&register.database, "one");
    assert!(next > 1_700_000_000_000_000 && next > began, "{next}");
}

#[test]
fn what_is_undone_gives_no_number_away() {
    for register in seeded() {
        let began = version(&register.database);
        let package = Memory::seeds().with("figures.csv", "17 Dəyirmi Masa", "another");
        let options = Options {
            is_rehearsal: true,
            ..Options::default()
        };
        let mut connection = register.database.connection().unwrap();
        package::load(&package, &mut connection, &options, &|_| {}).unwrap();
        drop(connection);
        assert_eq!(version(&register.database), began);
        assert_eq!(version_with(&register.database, "one"), began + 1);
    }
}

#[test]
fn a_write_is_on_the_disk_of_the_server_before_it_is_told() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let url = register.url_with(&["synchronous_commit=off"]);
    let database = Database::open(&url, 1).unwrap();
    let mut connection = database.connection().unwrap();
    let setting = |connection: &mut AnyConnection| -> Result<String, Error> {
        diesel::select(sql::<Text>("current_setting('synchronous_commit')")).get_result(connection)
    };
    assert_eq!(setting(&mut connection).unwrap(), "off");
    let within = connection.writing(setting).unwrap();
    assert_eq!(within, "on");
}

#[test]
fn no_transaction_of_a_server_waits_or_is_left_open_for_ever() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let settings = ["lock_timeout=0", "idle_in_transaction_session_timeout=0"];
    let database = Database::open(&register.url_with(&settings), 1).unwrap();
    let mut connection = database.connection().unwrap();
    let bounds = |connection: &mut AnyConnection| -> Result<String, Error> {
        let names = "current_setting('lock_timeout') || ' ' || \
            current_setting('idle_in_transaction_session_timeout')";
        diesel::select(sql::<Text>(names)).get_result(connection)
    };
    assert_eq!(connection.writing(bounds).unwrap(), "30s 5min");
    assert_eq!(connection.reading(bounds).unwrap(), "30s 5min");
}
