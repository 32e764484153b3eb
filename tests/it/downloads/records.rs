//! Which records and columns a download holds, the same in every format.

use super::{
    FORMATS, many,
    readers::{count, parquet},
};
use crate::support::{empty, seeded, seeded_in_sqlite};
use actix_web::http::StatusCode;
use arrow_array::cast::AsArray;
use serde_json::Value as Json;

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
    let register = seeded_in_sqlite();
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
