//! The whole register in one file: the package, the database, the workbook.

use super::readers::{count, unzip, version};
use crate::support::{Memory, PUBLIC_URL, empty, seeded, seeded_in_sqlite};
use aciqplan::{api::State, database::Timeouts, package::Folder, server};
use actix_web::{http::StatusCode, test, web};
use diesel::{connection::SimpleConnection, prelude::*};
use futures_util::future::{join, join_all};
use std::time::Duration;

#[actix_web::test]
async fn the_package_unpacked_loads_into_an_empty_register_and_is_the_same_again() {
    for register in seeded() {
        let files = register.unzipped("/v1/dataset.zip").await;
        assert_eq!(files.len(), 16 + 1 + 3);
        let folder = tempfile::TempDir::new().unwrap();
        for (name, content) in &files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        for (name, content) in Memory::seeds().0 {
            assert!(files[&name] == content, "{name}");
        }
        let readme = std::str::from_utf8(&files["README.md"]).unwrap();
        assert!(readme.contains("CC-BY-4.0") && readme.contains(&version(&register).await));
        let sums = std::str::from_utf8(&files["SHA256SUMS"]).unwrap();
        assert_eq!(sums.lines().count(), files.len() - 1);
        for other in empty() {
            other.load(&Folder::new(folder.path())).unwrap();
            let again = other.unzipped("/v1/dataset.zip").await;
            for (name, content) in &files {
                let is_data = name.contains('.') && name != "README.md";
                assert!(!is_data || again[name] == *content, "{name}");
            }
        }
    }
}

#[actix_web::test]
async fn the_sqlite_file_has_keys_search_and_a_table_about_itself() {
    use diesel::sql_types::{BigInt, Text};
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    for register in seeded() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), register.download("/v1/dataset.sqlite").await).unwrap();
        let mut connection = SqliteConnection::establish(file.path().to_str().unwrap()).unwrap();
        let mut ask = |sql: &str| -> Vec<(String, i64)> {
            let rows = diesel::sql_query(sql).load::<Row>(&mut connection).unwrap();
            rows.into_iter().map(|row| (row.text, row.number)).collect()
        };
        assert_eq!(
            ask("SELECT 'measures' AS text, COUNT(*) AS number FROM measures")[0].1,
            141
        );
        assert_eq!(
            ask("SELECT \"table\" AS text, rowid AS number FROM pragma_foreign_key_check"),
            []
        );
        assert!(
            ask("SELECT \"table\" AS text, seq AS number FROM pragma_foreign_key_list('measures')")
                .len()
                == 3
        );
        assert_eq!(
            ask("SELECT integrity_check AS text, 0 AS number FROM pragma_integrity_check")[0].0,
            "ok"
        );
        assert_eq!(
            ask("SELECT journal_mode AS text, 0 AS number FROM pragma_journal_mode")[0].0,
            "delete"
        );
        let found = ask(
            "SELECT measures.id AS text, 0 AS number FROM measures_fts JOIN measures ON measures.rowid = measures_fts.rowid WHERE measures_fts MATCH 'metodologiyanın'",
        );
        assert!(
            found.iter().any(|(id, _)| id == "az-nap-2020-2022-1.1"),
            "{found:?}"
        );
        for (table, word, count) in [
            ("measures", "seffafliq", 5),
            ("measures", "dovlet", 43),
            ("measures", "azerbaycan", 18),
            ("measures", "maliyye", 10),
            ("measures", "şəffaflıq", 5),
            ("measures", "dövlət", 43),
            ("measures", "\"dovlet qulluqcularinin\"", 1),
            ("status_entries", "dovlet", 37),
        ] {
            let found = ask(&format!(
                "SELECT '' AS text, COUNT(*) AS number FROM {table}_fts WHERE {table}_fts MATCH '{word}'"
            ));
            assert_eq!(found[0].1, count, "{table}: {word}");
        }
        let shown = ask(
            "SELECT highlight(measures_fts, 0, '<', '>') AS text, 0 AS number FROM measures_fts WHERE measures_fts MATCH 'title: seffafliq' ORDER BY rowid LIMIT 1",
        );
        assert!(shown[0].0.to_lowercase().contains("<şəffaflı"), "{shown:?}");
        let kinds = ask(
            "SELECT typeof(revision) AS text, typeof(aliases) = 'text' AS number FROM agencies LIMIT 1",
        );
        assert_eq!(kinds[0], ("integer".to_owned(), 1));
        let about =
            ask("SELECT value AS text, 0 AS number FROM about WHERE name = 'dataset_version'");
        assert_eq!(about[0].0, version(&register).await);
    }
}

#[actix_web::test]
async fn the_sqlite_file_finds_a_word_however_a_text_spells_it() {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let spellings = [
        "Qvözlət",
        "Qvözlәt",
        "Qvözlǝt",
        "Qvö\u{ad}zlət",
        "Qvözl\u{200b}ət",
        "qvözlə\u{2060}t",
    ];
    let mut package = Memory::seeds();
    for (number, title) in spellings.iter().enumerate() {
        let row = format!("q{number},AZ,{title},,other,,,[]");
        package = package.and("agencies.csv", &row);
    }
    for register in empty() {
        register.load(&package).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), register.download("/v1/dataset.sqlite").await).unwrap();
        let mut connection = SqliteConnection::establish(file.path().to_str().unwrap()).unwrap();
        for word in ["qvözlət", "qvozlet", "qvoz*"] {
            let asked = format!(
                "SELECT COUNT(*) AS number FROM agencies_fts WHERE agencies_fts MATCH '{word}'"
            );
            let found = diesel::sql_query(asked)
                .get_result::<Count>(&mut connection)
                .unwrap();
            assert_eq!(found.number, 6, "{}: {word}", register.name);
        }
    }
}

#[actix_web::test]
async fn the_workbook_of_the_register_has_a_sheet_a_resource() {
    for register in seeded() {
        let answer = register.get("/v1/dataset.xlsx").await;
        let name = format!(
            "attachment; filename=\"dataset-v{}.xlsx\"",
            version(&register).await
        );
        assert_eq!(answer.header("content-disposition"), name);
        let files = unzip(answer.body);
        let book = &files["xl/workbook.xml"];
        assert_eq!(count(book, "<sheet "), 16 + 1);
        assert_eq!(count(book, "name=\"status_entries\""), 1);
        let wrong = register.get("/v1/dataset.xlsx?plan=az-nap-2016-2018").await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert_eq!(
            register.get("/v1/dataset.csv").await.status,
            StatusCode::NOT_FOUND
        );
    }
}

#[actix_web::test]
async fn the_register_is_packed_once_a_version() {
    let register = seeded_in_sqlite();
    let state = web::Data::new(State::new(register.database.clone(), PUBLIC_URL, None));
    let app = test::init_service(server::app(state)).await;
    let path = register.url.strip_prefix("sqlite://").unwrap();
    let mut connection = SqliteConnection::establish(path).unwrap();
    for format in ["zip", "sqlite", "xlsx"] {
        let ask = || test::TestRequest::with_uri(&format!("/v1/dataset.{format}")).to_request();
        let first = test::call_and_read_body(&app, ask()).await;
        let behind_its_back = format!("UPDATE plans SET title = 'changed for {format}'");
        connection.batch_execute(&behind_its_back).unwrap();
        assert!(
            test::call_and_read_body(&app, ask()).await == first,
            "{format}"
        );
        let package = Memory::seeds().and(
            "figures.csv",
            &format!("f-{format},p-{format},a,1,x,1,az-report-2021,"),
        );
        register.load(&package).unwrap();
        assert!(
            test::call_and_read_body(&app, ask()).await != first,
            "{format}"
        );
    }
}

#[actix_web::test]
async fn those_who_wait_for_a_file_do_not_keep_others_from_reading() {
    for register in seeded() {
        let patience = Timeouts {
            queue: Duration::from_millis(200),
            query: Duration::from_mins(1),
        };
        let database = register.database.clone().with_timeouts(patience);
        let state = web::Data::new(State::new(database, PUBLIC_URL, None));
        let app = test::init_service(server::app(state)).await;
        let ask = async |path: &str| {
            let request = test::TestRequest::with_uri(path).to_request();
            test::call_service(&app, request).await.status()
        };
        // One after the other, so that each but the first finds the file being built.
        let crowd = join_all((0..15).map(|number| {
            let ask = &ask;
            async move {
                actix_web::rt::time::sleep(Duration::from_millis(3 * number)).await;
                ask("/v1/dataset.xlsx").await
            }
        }));
        let others = async {
            actix_web::rt::time::sleep(Duration::from_millis(60)).await;
            ask("/v1/plans").await
        };
        let (crowd, others) = join(crowd, others).await;
        assert_eq!(others, StatusCode::OK, "{}", register.name);
        assert_eq!(crowd, [StatusCode::OK; 15], "{}", register.name);
    }
}
