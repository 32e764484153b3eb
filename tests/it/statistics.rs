//! Facets and statistics: the counts are those of the lists.

use crate::support::{Memory, Register, seeded, texts};
use actix_web::http::StatusCode;
use serde_json::{Value as Json, json};
use std::io::{self, Read};

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

/// The count of a value of the first facet of a list; `None` where the facet does not tell it.
async fn told(register: &Register, url: &str, value: Json) -> Option<i64> {
    let facet = register.json(&format!("{url}&limit=1")).await["meta"]["facets"][0].clone();
    let values = facet["values"].as_array().unwrap();
    let found = values.iter().find(|one| one["value"] == value);
    found.map(|one| one["count"].as_i64().unwrap())
}

#[actix_web::test]
async fn a_facet_counts_the_rows_that_the_filters_beside_it_ask_for() {
    for register in seeded() {
        let justice = json!("edliyye-nazirliyi");
        let list = "/v1/measures?role=recommended&agency=edliyye-nazirliyi";
        assert_eq!(register.total(list).await, 0);
        let url = "/v1/measures?role=recommended&facets=agency";
        assert_eq!(told(&register, url, justice.clone()).await, None);
        let url = "/v1/measures?role=executor&facets=agency";
        let list = "/v1/measures?role=executor&agency=edliyye-nazirliyi";
        let count = told(&register, url, justice).await;
        assert_eq!(register.total(list).await, json!(count));
        let url = "/v1/obligations?role=recipient&facets=force";
        for force in ["binding", "recommended"] {
            assert_eq!(told(&register, url, json!(force)).await, None, "{force}");
        }
    }
}

#[actix_web::test]
async fn records_without_a_value_are_told_as_such() {
    for register in seeded() {
        // 59 of the 141 measures have bodies, 64 were reported on
        let url = "/v1/measures?facets=agency";
        assert_eq!(told(&register, url, Json::Null).await, Some(82));
        let url = "/v1/measures?facets=assessor";
        assert_eq!(told(&register, url, Json::Null).await, Some(77));
        let url = "/v1/measures?plan=az-nap-2016-2018&role=executor&facets=agency";
        assert_eq!(
            told(&register, url, Json::Null).await,
            None,
            "each of them has such a body"
        );
    }
}

#[actix_web::test]
async fn a_section_counts_what_is_below_it_as_its_filter_does() {
    for register in seeded() {
        let parent = json!("az-nap-2016-2018-s4");
        let url = "/v1/measures?facets=section";
        assert_eq!(
            told(&register, url, parent.clone()).await,
            None,
            "no measure is in it itself"
        );
        let measure = "az-nap-2016-2018-x,az-nap-2016-2018,az-nap-2016-2018-s4,,X,,2016,2018,900,az-nap-2016-2018-text,";
        let package = Memory::seeds().and("measures.csv", measure);
        register.load(&package).unwrap();
        let list = "/v1/measures?section=az-nap-2016-2018-s4";
        assert_eq!(register.total(list).await, 7);
        assert_eq!(told(&register, url, parent).await, Some(7));
        let child = json!("az-nap-2016-2018-s4.1");
        assert_eq!(told(&register, url, child).await, Some(3));
        let stats = "/v1/measures/stats?group_by=section&plan=az-nap-2016-2018";
        let groups = register.json(stats).await["data"].clone();
        let groups = groups.as_array().unwrap();
        let group = groups
            .iter()
            .find(|group| group["group"]["section"] == "az-nap-2016-2018-s4");
        assert_eq!(group.unwrap()["count"], 7);
        assert_eq!(group.unwrap()["levels"][5]["count"], 7, "levels add up");
    }
}
