//! Writers and readers at the same time, and databases that are not opened.

use crate::support::{Content, Memory, Place, empty, seeded};
use aciqplan::{
    database::{
        self, AnyConnection, Database,
        write::{revisions, writer},
    },
    package::{self, Seeds},
};
use diesel::{RunQueryDsl, connection::SimpleConnection, dsl::sql, sql_types::Integer};
use std::{sync::mpsc, thread, time::Duration};

/// A package of agencies.
fn agencies(ids: &[String]) -> Memory {
    let mut package = Memory::default();
    let descriptor = r#"{"name":"two","resources":[{"name":"agencies","path":"agencies.csv"}]}"#;
    package
        .0
        .insert("datapackage.json".to_owned(), descriptor.into());
    let header = "id,country,name,short_name,kind,parent_id,successor_id,aliases\n".to_owned();
    let rows = ids.iter().map(|id| format!("{id},,{id},,other,,,[]\n"));
    package.0.insert(
        "agencies.csv".to_owned(),
        rows.fold(header, |text, row| text + &row).into_bytes(),
    );
    package
}

/// How the connection hands a commit to the disk: 2 is with a wait until it is there.
fn synchronous(connection: &mut AnyConnection) -> Option<i32> {
    let AnyConnection::Sqlite(sqlite) = connection else {
        return None; // the server decides
    };
    let setting = sql::<Integer>("SELECT synchronous FROM pragma_synchronous");
    Some(setting.get_result(sqlite).unwrap())
}

#[test]
fn a_commit_waits_for_the_disk_before_and_after_a_first_load() {
    for register in empty() {
        // All connections are there before one has the file for itself.
        let others: Vec<_> = (0..3)
            .map(|_| register.database.connection().unwrap())
            .collect();
        let mut connection = register.database.connection().unwrap();
        drop(others);
        let expected = (register.name == "SQLite").then_some(2);
        assert_eq!(synchronous(&mut connection), expected);
        database::with_exclusive_load(&mut connection, |connection| {
            package::load(&Seeds, connection, &package::Options::default(), &|_| {}).unwrap();
            assert_eq!(synchronous(connection), expected);
        });
        assert_eq!(synchronous(&mut connection), expected);
    }
}

#[test]
fn services_that_start_at_once_make_one_register() {
    for place in Place::everywhere(Content::Nothing) {
        let (name, url) = (place.name, &place.url);
        let opened: Vec<_> = thread::scope(|scope| {
            let services: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| Database::open(url, 1).map(drop)))
                .collect();
            services
                .into_iter()
                .map(|service| service.join().unwrap())
                .collect()
        });
        for service in opened {
            assert!(service.is_ok(), "{name}: {}", service.unwrap_err());
        }
    }
}

/// SQLite lets only one of them make the file ready, and tells the others at once.
#[test]
fn services_that_make_one_file_at_once_wait_for_each_other() {
    for _ in 0..30 {
        let folder = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}/register.sqlite", folder.path().display());
        thread::scope(|scope| {
            let open = || Database::open(&url, 1).map(drop);
            let services: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            for service in services {
                service.join().unwrap().unwrap();
            }
        });
    }
}

#[test]
fn two_writers_at_once_lose_nothing() {
    for register in empty() {
        let writer = |country: &'static str| {
            let database = register.database.clone();
            move || {
                for number in 0..20 {
                    let package =
                        agencies(&[format!("{country}-{number}"), format!("shared-{number}")]);
                    package::load(
                        &package,
                        &mut database.connection().unwrap(),
                        &package::Options {
                            author: Some(country),
                            ..package::Options::default()
                        },
                        &|_| {},
                    )
                    .unwrap();
                }
            }
        };
        thread::scope(|scope| {
            scope.spawn(writer("ge"));
            scope.spawn(writer("am"));
        });
        let mut connection = register.database.connection().unwrap();
        let changes =
            revisions::list(&mut connection, &revisions::ChangeFilter::default(), 1000).unwrap();
        let numbers: Vec<i64> = changes.iter().map(|change| change.number).collect();
        let expected: Vec<i64> = (1..=61).collect(); // 20 of each and 20 shared, and the descriptor
        assert_eq!(numbers, expected, "{}", register.name);
    }
}

#[test]
fn readers_do_not_wait_for_the_writer() {
    for register in seeded() {
        let (wrote, has_written) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let database = register.database.clone();
        let writer = thread::spawn(move || {
            let mut connection = database.connection().unwrap();
            writer::write::<_, package::Error>(&mut connection, |writer| {
                writer
                    .connection
                    .batch_execute("UPDATE agencies SET short_name = 'unfinished'")?;
                wrote.send(()).unwrap();
                may_go_on.recv_timeout(Duration::from_secs(20)).unwrap();
                Ok(())
            })
            .unwrap();
        });
        has_written.recv_timeout(Duration::from_secs(20)).unwrap();
        let (read, has_read) = mpsc::channel();
        let database: Database = register.database.clone();
        thread::spawn(move || {
            let mut connection = database.connection().unwrap();
            let agencies = aciqplan::database::find("agencies").unwrap();
            let found = connection.reading(|connection: &mut AnyConnection| {
                agencies.store.find(connection, "maliyye-nazirliyi")
            });
            read.send(found.unwrap().unwrap().to_object()["short_name"].clone())
                .unwrap();
        });
        let seen = has_read
            .recv_timeout(Duration::from_secs(10))
            .expect("the reader waited");
        assert!(
            seen.is_null(),
            "{} shows what is not written yet",
            register.name
        );
        go_on.send(()).unwrap();
        writer.join().unwrap();
    }
}

#[test]
fn a_database_of_a_later_version_is_refused() {
    for register in empty() {
        let sql = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')";
        register
            .database
            .connection()
            .unwrap()
            .batch_execute(sql)
            .unwrap();
        let error = Database::open(&register.url, 1)
            .err()
            .expect("refused")
            .to_string();
        assert!(error.contains("later version"), "{error}");
    }
}

#[test]
fn a_wrong_address_of_the_database_is_said_at_once() {
    for url in [
        "mysql://x",
        "postgres://127.0.0.1:1/x",
        "sqlite:///no/such/folder/x.sqlite",
        "register.sqlite",
    ] {
        assert!(Database::open(url, 1).is_err(), "{url}");
    }
}
