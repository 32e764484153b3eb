//! Downloads: every format holds the same records, on both databases, and says where they come from.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{api::State, package::Folder, server};
use actix_web::{
    body::to_bytes,
    http::{Method, StatusCode},
    test, web,
};
use arrow::{
    array::{Array, AsArray},
    datatypes::{DataType, Date32Type, Int64Type, TimeUnit, TimestampMicrosecondType},
};
use diesel::{connection::SimpleConnection, prelude::*};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value as Json;
use std::{collections::BTreeMap, io::Read};
use support::{Memory, PUBLIC_URL, Register, empty, seeded};

const FORMATS: [&str; 4] = ["csv", "ndjson", "xlsx", "parquet"];

impl Register {
    /// The body of a download that must be 200.
    async fn download(&self, url: &str) -> Vec<u8> {
        let answer = self.get(url).await;
        assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.text());
        answer.body
    }

    async fn csv(&self, url: &str) -> Vec<Vec<String>> {
        rows(&self.download(url).await)
    }

    async fn ndjson(&self, url: &str) -> Vec<Json> {
        let body = String::from_utf8(self.download(url).await).unwrap();
        body.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The files in an XLSX or ZIP.
    async fn unzipped(&self, url: &str) -> BTreeMap<String, Vec<u8>> {
        unzip(self.download(url).await)
    }
}

/// The header and the records of a CSV.
fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes);
    let records = reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect());
    records.collect()
}

fn unzip(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

fn count(text: &[u8], part: &str) -> usize {
    std::str::from_utf8(text).unwrap().matches(part).count()
}

fn parquet(bytes: Vec<u8>) -> (arrow::array::RecordBatch, BTreeMap<String, String>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(web_bytes(bytes)).unwrap();
    let facts = builder
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    let facts = facts
        .iter()
        .map(|fact| (fact.key.clone(), fact.value.clone().unwrap_or_default()));
    let facts = facts.collect();
    let mut reader = builder.with_batch_size(10_000).build().unwrap();
    let batch = reader.next().unwrap().unwrap();
    assert!(reader.next().is_none());
    (batch, facts)
}

fn web_bytes(bytes: Vec<u8>) -> actix_web::web::Bytes {
    bytes.into()
}

#[actix_web::test]
async fn every_format_holds_all_141_measures() {
    for register in seeded() {
        let csv = register.csv("/v1/measures.csv").await;
        assert_eq!(csv.len(), 1 + 141, "{}", register.name);
        assert_eq!(register.ndjson("/v1/measures.ndjson").await.len(), 141);
        let (batch, _) = parquet(register.download("/v1/measures.parquet").await);
        assert_eq!(batch.num_rows(), 141);
        let sheet = &register.unzipped("/v1/measures.xlsx").await["xl/worksheets/sheet1.xml"];
        assert_eq!(count(sheet, "<row "), 1 + 141);
    }
}

#[actix_web::test]
async fn a_download_has_the_columns_of_the_record_in_their_order() {
    let register = seeded().remove(0);
    for path in ["measures", "status-entries", "agencies", "plans"] {
        let body = register.json(&format!("/v1/{path}?limit=500")).await;
        let records = body["data"].as_array().unwrap();
        let columns: Vec<String> = records[0].as_object().unwrap().keys().cloned().collect();
        let csv = register.csv(&format!("/v1/{path}.csv")).await;
        assert_eq!(csv[0], columns, "{path}");
        let ndjson = register.ndjson(&format!("/v1/{path}.ndjson")).await;
        assert_eq!(&ndjson, records, "{path}");
        let (batch, _) = parquet(register.download(&format!("/v1/{path}.parquet")).await);
        let schema = batch.schema();
        let names: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
        assert_eq!(names, columns.iter().collect::<Vec<_>>(), "{path}");
        for (record, cells) in records.iter().zip(&csv[1..]) {
            for (column, cell) in columns.iter().zip(cells) {
                let value = match &record[column] {
                    Json::Null => String::new(),
                    Json::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(*cell, value, "{path} {column}");
            }
        }
    }
}

#[actix_web::test]
async fn filters_order_and_fields_hold_in_a_download() {
    for register in seeded() {
        let query = "agency=maliyye-nazirliyi&sort=-number&fields=title,plan_id";
        let listed = register
            .ids(&format!("/v1/measures?{query}&limit=500"))
            .await;
        let csv = register.csv(&format!("/v1/measures.csv?{query}")).await;
        assert_eq!(csv[0], ["id", "plan_id", "title"]);
        let ids: Vec<&String> = csv[1..].iter().map(|row| &row[0]).collect();
        assert_eq!(ids, listed.iter().collect::<Vec<_>>(), "{}", register.name);
        assert_eq!(ids.len(), 4);
        let nobody = "/v1/measures.csv?completion_self_reported=withdrawn&fields=id";
        assert_eq!(register.download(nobody).await, b"id\r\n");
        for format in FORMATS {
            let url = format!("/v1/measures.{format}?completion_self_reported=withdrawn");
            assert_eq!(register.get(&url).await.status, StatusCode::OK, "{url}");
        }
    }
}

/// The seeds and 2345 measures more: three batches.
fn many() -> Memory {
    let row = |number: i32| {
        let year = [String::new(), "2016".to_owned(), "2017".to_owned()];
        let year = &year[usize::try_from(number % 3).unwrap()];
        let position = number + 1000;
        format!(
            "az-nap-2016-2018-x{number},az-nap-2016-2018,,x.{number},T {number},,{year},,{position},az-nap-2016-2018-text,"
        )
    };
    let rows: Vec<String> = (0..2345).map(row).collect();
    Memory::seeds().and("measures.csv", &rows.join("\n"))
}

#[actix_web::test]
async fn batches_follow_one_another_whatever_the_order() {
    for register in empty() {
        register.load(&many()).unwrap();
        for sort in [
            "",
            "?sort=start_year",
            "?sort=-start_year,title",
            "?sort=-updated_at",
        ] {
            let records = register.ndjson(&format!("/v1/measures.ndjson{sort}")).await;
            let mut listed = Vec::new();
            for page in 1..=5 {
                let and = if sort.is_empty() { "?" } else { "&" };
                let url = format!("/v1/measures{sort}{and}limit=500&page={page}");
                listed.extend(register.ids(&url).await);
            }
            let ids: Vec<&str> = records
                .iter()
                .map(|record| record["id"].as_str().unwrap())
                .collect();
            assert_eq!(ids.len(), 141 + 2345);
            assert_eq!(ids, listed, "{} {sort}", register.name);
        }
        let (batch, _) = parquet(register.download("/v1/measures.parquet").await);
        assert_eq!(batch.num_rows(), 141 + 2345);
    }
}

#[actix_web::test]
async fn a_page_is_refused_in_a_download() {
    let register = seeded().remove(0);
    for format in FORMATS {
        for parameter in ["limit=10", "page=1", "cursor=abc", "include=section"] {
            let url = format!("/v1/measures.{format}?{parameter}");
            let answer = register.get(&url).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
            let name = parameter.split('=').next().unwrap();
            assert_eq!(answer.json()["errors"][0]["parameter"], name);
            assert!(answer.text().contains("leave it out"), "{}", answer.text());
        }
        let answer = register
            .get(&format!("/v1/measures.{format}?agency=maliye-nazirliyi"))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains("did you mean `maliyye-nazirliyi`?"));
    }
    let answer = register.get("/v1/measures.csv?labels=yes").await;
    assert!(
        answer
            .text()
            .contains("`yes` is neither `true` nor `false`")
    );
}

#[actix_web::test]
async fn a_title_survives_csv_and_may_be_kept_from_being_a_formula() {
    for register in empty() {
        let package = Memory::seeds()
            .and("measures.csv", "az-nap-2016-2018-x,az-nap-2016-2018,,x,\"=SUM(A1), \"\"ə\"\",\nb\",-1+1,,,1000,az-nap-2016-2018-text,")
            .and("measures.csv", "az-nap-2016-2018-y,az-nap-2016-2018,,+y,@y,,,,1001,az-nap-2016-2018-text,");
        let loaded = register.load(&package);
        let title = if loaded.is_ok() {
            "=SUM(A1), \"ə\",\nb"
        } else {
            panic!("{loaded:?}")
        };
        let url = "/v1/measures.csv?id=az-nap-2016-2018-x&fields=title,indicator,position";
        let bytes = register.download(url).await;
        assert!(bytes.ends_with(b"\r\n") && bytes.starts_with(b"id,title,indicator,position\r\n"));
        assert_eq!(
            rows(&bytes)[1],
            ["az-nap-2016-2018-x", title, "-1+1", "1000"]
        );
        let guarded = register.csv(&format!("{url}&excel=true")).await;
        assert_eq!(
            guarded[1],
            ["az-nap-2016-2018-x", &format!("'{title}"), "'-1+1", "1000"]
        );
        let other = register
            .csv("/v1/measures.csv?id=az-nap-2016-2018-y&fields=number,title&excel=true")
            .await;
        assert_eq!(other[1], ["az-nap-2016-2018-y", "'+y", "'@y"]);
        let marked = register.download(&format!("{url}&bom=true")).await;
        assert_eq!(marked, [b"\xef\xbb\xbf", bytes.as_slice()].concat());
        let sheet = &register
            .unzipped("/v1/measures.xlsx?id=az-nap-2016-2018-x")
            .await["xl/worksheets/sheet1.xml"];
        assert_eq!(count(sheet, "<f>"), 0);
        assert_eq!(count(sheet, "=SUM(A1), "), 1);
    }
}

#[actix_web::test]
async fn labels_stand_after_the_ids_that_they_name() {
    for register in seeded() {
        let query = "id=az-nap-2016-2018-4.1.1&labels=true";
        let csv = register
            .csv(&format!(
                "/v1/measures.csv?{query}&fields=plan_id,section_id,number"
            ))
            .await;
        assert_eq!(
            csv[0],
            [
                "id",
                "plan_id",
                "plan_label",
                "section_id",
                "section_label",
                "number"
            ]
        );
        assert_eq!(
            csv[1][2],
            "Açıq hökumətin təşviqinə dair 2016-2018-ci illər üçün Milli Fəaliyyət Planı"
        );
        assert_eq!(
            csv[1][4],
            "Vətəndaş cəmiyyəti üzvlərinin fəaliyyətinin dəstəklənməsi"
        );
        let listed = register.json(&format!("/v1/measures?{query}")).await;
        let ndjson = register
            .ndjson(&format!("/v1/measures.ndjson?{query}"))
            .await;
        assert_eq!(listed["data"][0], ndjson[0]);
        let assignments = register
            .ndjson("/v1/assignments.ndjson?agency=maliyye-nazirliyi&labels=true")
            .await;
        assert!(
            assignments
                .iter()
                .all(|one| one["agency_label"] == "Maliyyə Nazirliyi")
        );
        let agencies = register.ndjson("/v1/agencies.ndjson?labels=true").await;
        assert!(agencies.iter().any(|one| one["parent_label"].is_null()));
        let (batch, _) = parquet(
            register
                .download("/v1/status-entries.parquet?labels=true")
                .await,
        );
        let labels = batch
            .column_by_name("assessor_label")
            .unwrap()
            .as_string::<i32>();
        assert_eq!(
            labels.value(0),
            "Korrupsiyaya qarşı mübarizə üzrə Komissiya"
        );
    }
}

#[actix_web::test]
async fn parquet_is_typed_and_says_where_it_comes_from() {
    for register in seeded() {
        let (batch, facts) = parquet(
            register
                .download("/v1/sources.parquet?id=az-decree-1859-2020")
                .await,
        );
        let schema = batch.schema();
        let kind = |name: &str| schema.field_with_name(name).unwrap().data_type().clone();
        assert_eq!(kind("title"), DataType::Utf8);
        assert_eq!(kind("published_on"), DataType::Date32);
        assert_eq!(kind("revision"), DataType::Int64);
        assert_eq!(
            kind("created_at"),
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        );
        assert!(!schema.field_with_name("title").unwrap().is_nullable());
        assert!(schema.field_with_name("url").unwrap().is_nullable());
        let date = batch
            .column_by_name("published_on")
            .unwrap()
            .as_primitive::<Date32Type>();
        assert_eq!(date.value_as_date(0).unwrap().to_string(), "2020-02-27");
        assert!(batch.column_by_name("url").unwrap().is_null(0));
        let record = &register.json("/v1/sources/az-decree-1859-2020").await["data"];
        let revision = batch
            .column_by_name("revision")
            .unwrap()
            .as_primitive::<Int64Type>();
        assert_eq!(record["revision"], revision.value(0));
        let created = batch
            .column_by_name("created_at")
            .unwrap()
            .as_primitive::<TimestampMicrosecondType>();
        let created = created
            .value_as_datetime(0)
            .unwrap()
            .format("%Y-%m-%dT%H:%M:%SZ");
        assert_eq!(record["created_at"], created.to_string());
        assert_eq!(facts["licence"], "CC-BY-4.0");
        assert_eq!(facts["dataset_version"], version(&register).await);
        assert_eq!(
            facts["request"],
            "http://register.example/v1/sources.parquet?id=az-decree-1859-2020"
        );
        assert!(facts["citation"].contains("Version"));

        let (batch, _) = parquet(
            register
                .download("/v1/activities.parquet?id=az-monitoring-2016-2018-2")
                .await,
        );
        let tasks = batch
            .column_by_name("tasks")
            .unwrap()
            .as_list::<i32>()
            .value(0);
        assert_eq!(
            tasks.as_string::<i32>().value(0),
            "Fəaliyyət çərçivəsində Platforma üçün minimal komplektdə mühüm avadanlıqlar alınıb"
        );
    }
}

#[actix_web::test]
async fn a_workbook_is_typed_and_has_a_sheet_about_itself() {
    let register = seeded().remove(0);
    let files = register
        .unzipped("/v1/sources.xlsx?id=az-decree-1859-2020")
        .await;
    let sheet = &files["xl/worksheets/sheet1.xml"];
    assert_eq!(count(sheet, "<pane xSplit=\"1\" ySplit=\"1\""), 1);
    assert_eq!(count(sheet, "<autoFilter ref=\"A1:L2\"/>"), 1);
    assert_eq!(
        count(sheet, "<v>43888</v>"),
        1,
        "2020-02-27 as Excel counts days"
    );
    assert_eq!(
        count(sheet, "inlineStr"),
        12 + 7,
        "the header and the texts"
    );
    let about = &files["xl/worksheets/sheet2.xml"];
    for fact in [
        "Licence",
        "CC-BY-4.0",
        "Dataset version",
        "Citation",
        "http://register.example/v1/sources.xlsx?id=az-decree-1859-2020",
    ] {
        assert!(count(about, fact) >= 1, "{fact}");
    }
    assert_eq!(count(&files["xl/workbook.xml"], "name=\"About\""), 1);
}

async fn version(register: &Register) -> String {
    register.json("/v1").await["meta"]["dataset_version"].to_string()
}

#[actix_web::test]
async fn a_download_can_be_asked_for_by_accept_and_is_named() {
    for register in seeded() {
        let version = version(&register).await;
        let types = [
            (
                "csv",
                "text/csv",
                "text/csv; charset=utf-8; header=present",
                "inline",
            ),
            (
                "ndjson",
                "application/x-ndjson",
                "application/x-ndjson",
                "inline",
            ),
            (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "attachment",
            ),
            (
                "parquet",
                "application/vnd.apache.parquet",
                "application/vnd.apache.parquet",
                "attachment",
            ),
        ];
        for (extension, accept, content_type, how) in types {
            let answer = register
                .ask(
                    Method::GET,
                    "/v1/status-entries?year=2021",
                    &[("Accept", accept)],
                )
                .await;
            assert_eq!(answer.status, StatusCode::OK);
            assert_eq!(answer.header("content-type"), content_type);
            let name = format!("{how}; filename=\"status-entries-v{version}.{extension}\"");
            assert_eq!(answer.header("content-disposition"), name);
            let by_extension = register
                .get(&format!("/v1/status-entries.{extension}?year=2021"))
                .await;
            assert_eq!(by_extension.body, answer.body, "{extension}");
            assert_eq!(by_extension.header("etag"), answer.header("etag"));
        }
    }
}

#[actix_web::test]
async fn what_a_client_has_is_not_sent_again() {
    for register in seeded() {
        let paths = FORMATS.map(|format| format!("/v1/measures.{format}"));
        let wholes = ["zip", "sqlite", "xlsx"].map(|format| format!("/v1/dataset.{format}"));
        let mut tags = Vec::new();
        for path in paths.iter().chain(&wholes) {
            let answer = register.get(path).await;
            let tag = answer.header("etag").to_owned();
            assert!(tag.starts_with("W/"), "{path}");
            assert!(
                answer
                    .header("cache-control")
                    .starts_with("public, max-age=60")
            );
            for header in [
                ("If-None-Match", tag.as_str()),
                ("If-Modified-Since", answer.header("last-modified")),
            ] {
                let again = register.ask(Method::GET, path, &[header]).await;
                assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
                assert!(again.body.is_empty());
                assert_eq!(again.header("etag"), tag);
            }
            tags.push(tag);
        }
        let order = register.get("/v1/measures.csv?year=2021&sort=id").await;
        assert_eq!(order.status, StatusCode::BAD_REQUEST);
        let one = register
            .get("/v1/measures.csv?plan=az-nap-2016-2018&sort=id")
            .await;
        let other = register
            .get("/v1/measures.csv?sort=id&plan=az-nap-2016-2018")
            .await;
        assert_eq!(
            one.header("etag"),
            other.header("etag"),
            "the order of parameters says nothing"
        );
        tags.push(one.header("etag").to_owned());
        let number = tags.len();
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), number);
    }
}

/// Two registers with equal records, on both databases: loaded in the same second, as the moments of
/// the records tell it.
async fn twins() -> [Register; 2] {
    loop {
        let registers = empty();
        std::thread::scope(|threads| {
            for register in &registers {
                threads.spawn(|| register.load(&aciqplan::package::Seeds).unwrap());
            }
        });
        let mut moments = Vec::new();
        for register in &registers {
            moments.push(register.json("/v1").await["data"]["updated_at"].clone());
        }
        if moments[0] == moments[1] {
            return registers.try_into().unwrap_or_else(|_| panic!("two"));
        }
    }
}

#[actix_web::test]
async fn both_databases_give_the_same_bytes() {
    let [one, other] = twins().await;
    for resource in ["measures", "agencies", "status-entries", "activities"] {
        for format in FORMATS {
            for query in ["", "?sort=-id&labels=true"] {
                let url = format!("/v1/{resource}.{format}{query}");
                assert!(
                    one.download(&url).await == other.download(&url).await,
                    "{url}"
                );
            }
        }
    }
    for format in ["zip", "sqlite", "xlsx"] {
        let url = format!("/v1/dataset.{format}");
        assert!(
            one.download(&url).await == other.download(&url).await,
            "{url}"
        );
    }
}

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
async fn a_failure_in_the_middle_breaks_off_and_never_passes_for_the_whole() {
    let register = empty().remove(0);
    register.load(&many()).unwrap();
    let path = register.url.strip_prefix("sqlite://").unwrap();
    SqliteConnection::establish(path)
        .unwrap()
        .batch_execute("UPDATE measures SET created_at = 'never' WHERE position = 3000")
        .unwrap();
    let state = web::Data::new(State::new(register.database.clone(), PUBLIC_URL, None));
    let app = test::init_service(server::app(state)).await;
    let ask = |url: &str| test::TestRequest::with_uri(url).to_request();
    for format in ["csv", "ndjson"] {
        let answer = test::call_service(&app, ask(&format!("/v1/measures.{format}"))).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(to_bytes(answer.into_body()).await.is_err(), "{format}");
    }
    for url in [
        "/v1/measures.xlsx",
        "/v1/measures.parquet",
        "/v1/dataset.zip",
        "/v1/measures.csv?position[gte]=2900",
    ] {
        let answer = register.get(url).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{url}");
    }
}

#[actix_web::test]
async fn the_register_is_packed_once_a_version() {
    let register = seeded().remove(0);
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
