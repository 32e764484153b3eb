//! Facets and statistics: the counts are those of the lists.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use actix_web::http::StatusCode;
use serde_json::json;
use std::io::{self, Read};
use support::{seeded, texts};

#[actix_web::test]
async fn every_facet_counts_what_the_filter_finds() {
    for register in seeded() {
        for (path, name) in [
            ("/v1/measures", "agency"),
            ("/v1/measures", "role"),
            ("/v1/measures", "section"),
            ("/v1/measures", "end_year"),
            ("/v1/measures", "country"),
            ("/v1/status-entries", "completion"),
            ("/v1/status-entries", "plan"),
            ("/v1/agencies", "kind"),
            ("/v1/agencies", "plan"),
            ("/v1/assignments", "role"),
            ("/v1/activities", "measure"),
        ] {
            let body = register
                .json(&format!("{path}?facets={name}&limit=1"))
                .await;
            let values = body["meta"]["facets"][0]["values"].as_array().unwrap();
            assert!(!values.is_empty(), "{path} {name}");
            for value in values.iter().filter(|value| value["value"].is_string()) {
                // a section's own measures, without those of its subsections
                let filter = if name == "section" {
                    "section_id"
                } else {
                    name
                };
                let url = format!("{path}?{filter}={}", value["value"].as_str().unwrap());
                assert_eq!(
                    register.json(&url).await["meta"]["total"],
                    value["count"],
                    "{} {url}",
                    register.name
                );
            }
        }
        assert_eq!(
            register.get("/v1/measures?facets=titel").await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[actix_web::test]
async fn a_facet_is_counted_without_its_own_filter() {
    for register in seeded() {
        let url = "/v1/status-entries?completion=complete&facets=completion,basis&limit=1";
        let facets = register.json(url).await["meta"]["facets"].clone();
        let count = |facet: usize, value: &str| {
            let values = facets[facet]["values"].as_array().unwrap();
            values
                .iter()
                .find(|one| one["value"] == value)
                .map_or(0, |one| one["count"].as_i64().unwrap())
        };
        assert_eq!((count(0, "not_started"), count(0, "complete")), (2, 18));
        assert_eq!((count(1, "stated"), count(1, "coded")), (5, 13));
    }
}

#[actix_web::test]
async fn statistics_count_each_combination() {
    for register in seeded() {
        let body = register
            .json("/v1/status-entries/stats?group_by=completion,basis")
            .await;
        let groups = body["data"].as_array().unwrap();
        let counts: Vec<i64> = groups
            .iter()
            .map(|group| group["count"].as_i64().unwrap())
            .collect();
        assert_eq!(counts.iter().sum::<i64>(), 64);
        assert_eq!(
            groups[0]["group"]["completion"], "not_started",
            "levels stand in their order"
        );
        let levels = &groups[0]["levels"];
        assert_eq!(
            levels[0],
            json!({"level": "not_started", "label": "icra olunmayıb", "count": 2, "share": 1.0})
        );
        assert_eq!(
            texts(levels, "level"),
            [
                "not_started",
                "limited",
                "substantial",
                "complete",
                "withdrawn",
                "none"
            ],
            "in the order of the scale, also where no record has the level"
        );
        assert_eq!(levels[5]["label"], "səviyyə yoxdur");
        let table = register.get("/v1/measures/stats.csv?group_by=plan").await;
        assert_eq!(
            table.header("content-type"),
            "text/csv; charset=utf-8; header=present"
        );
        let mut reader = csv::Reader::from_reader(table.body.as_slice());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!((&rows[0][0], &rows[0][2]), ("az-nap-2016-2018", "59"));
        assert!(rows[0][1].contains("2016-2018"));
        for wrong in [
            "/v1/measures/stats",
            "/v1/measures/stats?group_by=x",
            "/v1/measures/stats?group_by=plan&limit=1",
            "/v1/measures/stats?group_by=plan&labels=true",
            "/v1/measures/stats?group_by=plan&agency=x",
        ] {
            assert_eq!(
                register.get(wrong).await.status,
                StatusCode::BAD_REQUEST,
                "{wrong}"
            );
        }
    }
}

#[actix_web::test]
async fn statistics_are_a_table_too_with_levels_and_their_shares() {
    for register in seeded() {
        let url = "/v1/status-entries/stats.csv?group_by=year,assessor";
        let csv = register.get(url).await;
        assert_eq!(
            csv.header("content-disposition"),
            "inline; filename=\"status-entries-stats-v639.csv\""
        );
        let header = "year,year_label,assessor,assessor_label,count,\
             not_started,limited,substantial,complete,withdrawn,none,\
             not_started_share,limited_share,substantial_share,complete_share,withdrawn_share,none_share";
        let row = "2021,,korrupsiyaya-qarsi-mubarize-uzre-komissiya,Korrupsiyaya qarşı mübarizə üzrə Komissiya,\
             64,2,15,27,18,0,2,0.0313,0.2344,0.4219,0.2813,0.0,0.0313";
        assert_eq!(csv.text(), format!("{header}\r\n{row}\r\n"));
        let for_excel = register.get(&format!("{url}&bom=true")).await;
        assert!(for_excel.body.starts_with("\u{feff}year".as_bytes()));

        let url = url.replace(".csv", ".xlsx");
        let book = register.get(&url).await;
        assert_eq!(
            book.header("content-disposition"),
            "attachment; filename=\"status-entries-stats-v639.xlsx\""
        );
        let mut archive = zip::ZipArchive::new(io::Cursor::new(book.body)).unwrap();
        let mut sheet = |number: u8| {
            let name = format!("xl/worksheets/sheet{number}.xml");
            let mut text = String::new();
            archive
                .by_name(&name)
                .unwrap()
                .read_to_string(&mut text)
                .unwrap();
            text
        };
        let counts = sheet(1);
        for name in header.split(',') {
            assert!(counts.contains(&format!("<t>{name}</t>")), "{name}");
        }
        for number in ["2021", "64", "0.4219"] {
            assert!(counts.contains(&format!("<v>{number}</v>")), "{number}");
        }
        let asked = "http://register.example/v1/status-entries/stats.xlsx?group_by=year%2Cassessor";
        assert!(sheet(2).contains(asked));
        let unlevelled = register
            .get("/v1/agencies/stats.csv?group_by=country")
            .await;
        assert_eq!(
            unlevelled.text().lines().next().unwrap(),
            "country,country_label,count"
        );
    }
}
