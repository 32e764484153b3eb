//! The store: one path for writes, revisions of everything, writers and readers at the same time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{
    database::{self, AnyConnection, Database, revisions, writer},
    package::{self, Seeds},
};
use actix_web::http::StatusCode;
use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
};
use std::{sync::mpsc, thread, time::Duration};
use support::{Memory, empty, refusals, seeded, texts};
use tempfile::TempDir;

#[actix_web::test]
async fn loading_the_same_package_again_changes_nothing() {
    for register in seeded() {
        let version = register.json("/v1").await["meta"]["dataset_version"].clone();
        let counts = register.load(&Seeds).unwrap();
        assert_eq!(
            (counts.created, counts.corrected, counts.withdrawn),
            (0, 0, 0)
        );
        assert_eq!(
            register.json("/v1").await["meta"]["dataset_version"],
            version
        );
    }
}

#[actix_web::test]
async fn a_changed_cell_is_one_revision_that_holds_the_whole_record() {
    for register in seeded() {
        let version = register.json("/v1").await["meta"]["dataset_version"]
            .as_i64()
            .unwrap();
        let before = register.json("/v1/agencies/maliyye-nazirliyi").await["data"].clone();
        let changed = Memory::seeds().with(
            "agencies.csv",
            "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,,",
            "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,MN,",
        );
        let counts = register.load(&changed).unwrap();
        assert_eq!((counts.created, counts.corrected), (0, 1));
        let changes = register.json(&format!("/v1/changes?since={version}")).await;
        assert_eq!(changes["meta"]["total"], 1);
        let change = &changes["data"][0];
        assert_eq!(
            (&change["action"], &change["record_id"]),
            (&"corrected".into(), &"maliyye-nazirliyi".into())
        );
        assert_eq!(change["number"], version + 1);
        assert_eq!(change["record"]["short_name"], "MN");
        assert_eq!(change["record"]["name"], before["name"]);
        let after = register.json("/v1/agencies/maliyye-nazirliyi").await["data"].clone();
        assert_eq!(after["revision"], version + 1);
        assert_eq!(after["created_at"], before["created_at"]);
        let history = register
            .json("/v1/agencies/maliyye-nazirliyi/history")
            .await;
        assert_eq!(texts(&history["data"], "action"), ["created", "corrected"]);
        assert!(history["data"][0]["record"]["short_name"].is_null());
    }
}

#[actix_web::test]
async fn changes_are_paged_by_their_numbers() {
    for register in seeded() {
        let mut url = "/v1/changes?limit=100".to_owned();
        let mut numbers = Vec::new();
        loop {
            let page = register.json(&url).await;
            numbers.extend(
                page["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|change| change["number"].as_i64().unwrap()),
            );
            match support::path_of(&page["links"]["next"]) {
                Some(next) => url = next,
                None => break,
            }
        }
        let version = register.json("/v1").await["meta"]["dataset_version"].as_i64();
        let expected: Vec<i64> = (1..=version.unwrap()).collect();
        assert_eq!(numbers, expected);
    }
}

#[actix_web::test]
async fn records_can_swap_what_is_unique() {
    for register in seeded() {
        let swapped = Memory::seeds()
            .with(
                "sections.csv",
                "az-nap-2020-2022-s1,az-nap-2020-2022,,1,",
                "az-nap-2020-2022-s1,az-nap-2020-2022,,2x,",
            )
            .with(
                "sections.csv",
                "az-nap-2020-2022-s2,az-nap-2020-2022,,2,",
                "az-nap-2020-2022-s2,az-nap-2020-2022,,1,",
            )
            .with(
                "sections.csv",
                "az-nap-2020-2022,,2x,",
                "az-nap-2020-2022,,2,",
            );
        let counts = register.load(&swapped).unwrap();
        assert_eq!(counts.corrected, 2, "{}", register.name);
        assert_eq!(
            register.json("/v1/sections/az-nap-2020-2022-s2").await["data"]["number"],
            "1"
        );
    }
}

#[actix_web::test]
async fn a_withdrawn_record_is_gone_with_a_reason_and_a_successor() {
    for register in seeded() {
        let figure = Memory::seeds()
            .text("figures.csv")
            .lines()
            .find(|line| line.contains("-f6,"))
            .unwrap()
            .to_owned();
        let row = "figures-f6,figures,az-monitoring-2016-2018-f6,Counted twice,az-monitoring-2016-2018-f1";
        let package = Memory::seeds()
            .with("figures.csv", &format!("{figure}\n"), "")
            .and("withdrawals.csv", row);
        assert_eq!(register.load(&package).unwrap().withdrawn, 1);
        let answer = register.get("/v1/figures/az-monitoring-2016-2018-f6").await;
        assert_eq!(answer.status, StatusCode::GONE);
        assert_eq!(answer.json()["detail"], "Counted twice");
        assert!(
            answer.json()["successor"]
                .as_str()
                .unwrap()
                .ends_with("/v1/figures/az-monitoring-2016-2018-f1")
        );
        let history = register
            .json("/v1/figures/az-monitoring-2016-2018-f6/history")
            .await;
        assert_eq!(texts(&history["data"], "action"), ["created", "withdrawn"]);
        // it does not come back
        let told = refusals(register.load(&Seeds));
        assert!(
            told[0].contains("figures.csv, row 7, column id"),
            "{told:?}"
        );
        assert!(told[0].contains("was withdrawn"), "{told:?}");
    }
}

#[actix_web::test]
async fn a_record_that_others_refer_to_is_not_withdrawn() {
    for register in seeded() {
        let agencies = Memory::seeds().text("agencies.csv");
        let agency = agencies
            .lines()
            .find(|line| line.starts_with("maliyye-nazirliyi,"))
            .unwrap();
        let mut package =
            Memory::seeds().and("withdrawals.csv", "a,agencies,maliyye-nazirliyi,No more,");
        package.0.insert(
            "agencies.csv".to_owned(),
            agencies.replace(&format!("{agency}\n"), "").into_bytes(),
        );
        package.0.retain(|name, _| {
            matches!(
                name.as_str(),
                "agencies.csv" | "withdrawals.csv" | "datapackage.json"
            )
        });
        let resources = r#"{"name":"aciq-plan","resources":[{"name":"agencies","path":"agencies.csv"},{"name":"withdrawals","path":"withdrawals.csv"}]}"#;
        package
            .0
            .insert("datapackage.json".to_owned(), resources.into());
        let told = refusals(register.load(&package));
        assert!(
            told.iter().any(
                |one| one.contains("4 record(s) of assignments still refer to it in agency_id")
            ),
            "{told:?}"
        );
        assert_eq!(
            register.get("/v1/agencies/maliyye-nazirliyi").await.status,
            StatusCode::OK
        );
    }
}

#[actix_web::test]
async fn a_load_with_one_mistake_changes_nothing() {
    for register in empty() {
        let broken = Memory::seeds().with(
            "memberships.csv",
            "maliyye-nazirliyi,state_body,",
            "maliye-nazirliyi,state_body,",
        );
        let told = refusals(register.load(&broken));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("did you mean `maliyye-nazirliyi`?"),
            "{told:?}"
        );
        assert_eq!(register.json("/v1").await["meta"]["dataset_version"], 0);
    }
}

#[actix_web::test]
async fn derived_columns_follow_the_status_entries() {
    for register in seeded() {
        let source = "az-report-2021";
        let row = format!(
            "az-nap-2020-2022-2.1-2021-neutral,az-nap-2020-2022-2.1,konstitusiya-arasdirmalar-fondu,independent,2021,limited,,coded,a part,only a part,,,{source},,"
        );
        register
            .load(&Memory::seeds().and("status_entries.csv", &row))
            .unwrap();
        let measure = register.json("/v1/measures/az-nap-2020-2022-2.1").await["data"].clone();
        assert_eq!(measure["completion_self_reported"], "complete");
        assert_eq!(measure["completion_independent"], "limited");
        assert_eq!(measure["divergence"], 2);
        assert_eq!(
            register.json("/v1/measures?divergence[gte]=1").await["meta"]["total"],
            1
        );
    }
}

#[actix_web::test]
async fn the_database_itself_refuses_what_the_rules_forbid() {
    for register in seeded() {
        let mut connection = register.database.connection().unwrap();
        let columns = "id, measure_id, measure_key, assessor_id, assessor_kind, year, completion, missing_reason, basis, quote, source_id, revision, created_at, updated_at";
        for (what, values) in [
            (
                "a level without a quote",
                "'x1', 'az-nap-2020-2022-1.1', 'x', 'nazirler-kabineti', 'media', 2021, 'complete', NULL, 'coded', NULL, 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
            (
                "an unknown level",
                "'x2', 'az-nap-2020-2022-1.1', 'x', 'nazirler-kabineti', 'media', 2021, 'done', NULL, 'coded', 'q', 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
            (
                "an unknown measure",
                "'x3', 'nothing', 'x', 'nazirler-kabineti', 'media', 2021, 'complete', NULL, 'coded', 'q', 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
            (
                "a second entry of the same year",
                "'x4', 'az-nap-2020-2022-1.1', 'x', 'korrupsiyaya-qarsi-mubarize-uzre-komissiya', 'self_report', 2021, 'complete', NULL, 'coded', 'q', 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
        ] {
            let refused = connection.batch_execute(&format!(
                "INSERT INTO status_entries ({columns}) VALUES ({values})"
            ));
            assert!(refused.is_err(), "{} took {what}", register.name);
        }
    }
}

/// A column of text.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

fn lines(connection: &mut AnyConnection, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(connection).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

#[test]
fn the_first_load_leaves_every_index_as_it_was() {
    let register = empty().remove(0);
    let mut connection = register.database.connection().unwrap();
    let sql = "SELECT name || ' ' || COALESCE(sql, '') AS line FROM sqlite_master \
        WHERE type = 'index' ORDER BY name";
    let before = lines(&mut connection, sql);
    assert!(before.iter().any(|index| index.contains("plans_in_order")));
    package::load(&Seeds, &mut connection, None, &|_| {}).unwrap();
    assert_eq!(lines(&mut connection, sql), before);
    let missing = "SELECT * FROM (SELECT integrity_check AS line FROM pragma_integrity_check)";
    assert_eq!(lines(&mut connection, missing), ["ok"]);
}

const JOURNAL: &str = "SELECT journal_mode AS line FROM pragma_journal_mode";

#[test]
fn a_first_load_needs_no_log_while_nobody_else_has_the_file_open() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("register.sqlite");
    let url = format!("sqlite://{}", path.display());
    let database = Database::open(&url, 1).unwrap();
    let mut connection = database.connection().unwrap();
    let mut modes = Vec::new();
    // Not of a pool, whose threads may have the file open for a moment longer.
    let mut reader = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let plans = diesel::sql_query("SELECT id AS line FROM plans").load::<Line>(&mut reader);
    assert!(plans.unwrap().is_empty());
    database::alone(&mut connection, |connection| {
        modes.extend(lines(connection, JOURNAL));
    });
    drop(reader);
    database::alone(&mut connection, |connection| {
        modes.extend(lines(connection, JOURNAL));
        package::load(&Seeds, connection, None, &|_| {}).unwrap()
    });
    modes.extend(lines(&mut connection, JOURNAL));
    // of a register that has records, the log is kept
    database::alone(&mut connection, |connection| {
        modes.extend(lines(connection, JOURNAL));
    });
    assert_eq!(modes, ["wal", "delete", "wal", "wal"]);
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
                        Some(country),
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
