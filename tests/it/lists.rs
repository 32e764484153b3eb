//! Lists: filters, order, pages, and what is embedded.

use crate::support::{path_of, seeded, texts};
use actix_web::http::StatusCode;
use std::collections::BTreeSet;

#[actix_web::test]
async fn the_order_of_the_document_is_the_default() {
    for register in seeded() {
        let url = "/v1/measures?plan=az-nap-2020-2022&section=az-nap-2020-2022-s1";
        let body = register.json(url).await;
        let expected = [
            "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10",
        ];
        assert_eq!(texts(&body["data"], "number"), expected);
        let entries = "/v1/status-entries?section=az-nap-2020-2022-s1&limit=3&sort=-measure_id";
        let body = register.json(entries).await;
        let expected = [
            "az-nap-2020-2022-1.10",
            "az-nap-2020-2022-1.9",
            "az-nap-2020-2022-1.8",
        ];
        assert_eq!(texts(&body["data"], "measure_id"), expected);
    }
}

#[actix_web::test]
async fn names_sort_by_the_azerbaijani_alphabet_and_without_their_quotation_marks() {
    for register in seeded() {
        let body = register
            .json("/v1/agencies?limit=500&kind=ministry,state_company")
            .await;
        let names = texts(&body["data"], "name");
        let place = |start: &str| {
            names
                .iter()
                .position(|name| name.starts_with(start))
                .unwrap()
        };
        assert!(place("“Azərsu”") < place("Ədliyyə"), "{names:?}");
        assert!(place("Ədliyyə") < place("İqtisadiyyat"), "{names:?}");
        assert!(place("İqtisadiyyat") < place("Maliyyə"), "{names:?}");
    }
}

#[actix_web::test]
async fn a_filter_by_column_takes_values_and_operators() {
    for register in seeded() {
        for (url, total) in [
            ("/v1/measures?plan=az-nap-2016-2018&end_year=2016", 4),
            ("/v1/measures?plan=az-nap-2016-2018&end_year=2016,2017", 20),
            ("/v1/measures?plan=az-nap-2016-2018&end_year[lt]=2018", 20),
            ("/v1/measures?plan=az-nap-2016-2018&end_year[lte]=2016", 4),
            ("/v1/measures?plan=az-nap-2016-2018&end_year[gt]=2016", 55),
            ("/v1/measures?plan=az-nap-2016-2018&end_year[gte]=2018", 39),
            ("/v1/measures?plan=az-nap-2016-2018&end_year[ne]=2018", 20),
            ("/v1/measures?indicator[missing]=false", 59),
            ("/v1/measures?indicator[missing]=true", 82),
            ("/v1/measures?number[prefix]=4.1.", 3),
            ("/v1/measures?number=4.1.1", 1),
            ("/v1/plans?adopted_on[gte]=2020-02-27", 1),
            ("/v1/plans?adopted_on[gt]=2020-02-27", 0),
            ("/v1/agencies?name[contains]=MALIYYE", 2),
            ("/v1/measures?title[contains]=100%25", 0),
            ("/v1/measures?title[contains]=_", 0),
        ] {
            assert_eq!(register.total(url).await, total, "{} {url}", register.name);
        }
    }
}

#[actix_web::test]
async fn without_a_value_includes_those_that_have_none() {
    for register in seeded() {
        let all = register.json("/v1/status-entries").await["meta"]["total"]
            .as_i64()
            .unwrap();
        let complete = register
            .json("/v1/status-entries?completion=complete")
            .await["meta"]["total"]
            .as_i64()
            .unwrap();
        let others = register
            .json("/v1/status-entries?completion[ne]=complete")
            .await["meta"]["total"]
            .as_i64()
            .unwrap();
        assert!(complete > 0);
        assert_eq!(all, complete + others);
    }
}

#[actix_web::test]
async fn filters_that_go_the_same_way_hold_of_the_same_body() {
    for register in seeded() {
        // 8.1 names the Prosecutor General as recommended, and executors beside it
        let recommended =
            "/v1/measures?agency=bas-prokurorluq&role=recommended&number=8.1&plan=az-nap-2016-2018";
        assert_eq!(register.json(recommended).await["meta"]["total"], 1);
        let executor = "/v1/measures?agency=bas-prokurorluq&role=executor&plan=az-nap-2016-2018";
        assert_eq!(register.json(executor).await["meta"]["total"], 0);
    }
}

#[actix_web::test]
async fn a_section_stands_for_its_subsections_too() {
    for register in seeded() {
        assert_eq!(
            register
                .json("/v1/measures?section=az-nap-2016-2018-s4")
                .await["meta"]["total"],
            6
        );
        assert_eq!(
            register
                .json("/v1/measures?section_id=az-nap-2016-2018-s4.1")
                .await["meta"]["total"],
            3
        );
    }
}

#[actix_web::test]
async fn derived_columns_filter_and_sort_like_any_other() {
    for register in seeded() {
        let body = register
            .json("/v1/measures?completion_self_reported=not_started&last_status_year=2021")
            .await;
        assert_eq!(texts(&body["data"], "number"), ["5.1", "6.4"]);
        let body = register
            .json("/v1/measures?sort=-completion_self_reported&limit=500")
            .await;
        let levels = texts(&body["data"], "completion_self_reported");
        let mut sorted = levels.clone();
        sorted.sort_by(|a, b| (a == "null").cmp(&(b == "null")).then(b.cmp(a)));
        assert_eq!(levels, sorted, "{}", register.name);
        assert_eq!(levels.last().unwrap(), "null");
    }
}

#[actix_web::test]
async fn pages_lead_on_and_back() {
    for register in seeded() {
        let first = register.json("/v1/plans?limit=2").await;
        assert_eq!(first["meta"]["total"], 3);
        assert!(first["links"]["prev"].is_null());
        let second = register
            .json(&path_of(&first["links"]["next"]).unwrap())
            .await;
        assert_eq!(texts(&second["data"], "id").len(), 1);
        assert!(second["links"]["next"].is_null());
        let back = register
            .json(&path_of(&second["links"]["prev"]).unwrap())
            .await;
        assert_eq!(back["data"], first["data"]);
        assert!(back["links"]["prev"].is_null());
        let again = register
            .json(&path_of(&back["links"]["next"]).unwrap())
            .await;
        assert_eq!(again["data"], second["data"]);
        let by_number = register.json("/v1/plans?limit=2&page=2").await;
        assert_eq!(by_number["data"], second["data"]);
        assert!(by_number["links"]["next"].is_null());
    }
}

#[actix_web::test]
async fn a_limit_over_the_most_is_read_as_the_most_and_said() {
    for register in seeded() {
        let body = register.json("/v1/measures?limit=100000").await;
        assert_eq!(body["meta"]["limit"], 500);
        assert_eq!(body["data"].as_array().unwrap().len(), 141);
    }
}

#[actix_web::test]
async fn fields_and_includes_shape_the_records() {
    for register in seeded() {
        let url = "/v1/measures/az-nap-2016-2018-4.1.1?fields=number&include=section.plan,assignments.agency";
        let record = register.json(url).await["data"].clone();
        let keys: Vec<&String> = record.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "number", "assignments", "section"]);
        assert_eq!(record["section"]["plan"]["id"], "az-nap-2016-2018");
        assert_eq!(record["assignments"].as_array().unwrap().len(), 3);
        assert_eq!(record["assignments"][1]["agency"]["kind"], "group");
    }
}

#[actix_web::test]
async fn everything_wrong_is_told_at_once_with_the_nearest_right() {
    for register in seeded() {
        let url = "/v1/measures?agncy=x&limit=0&sort=titel&fields=nmber&include=asignments\
                   &completion_self_reported=complet&start_year[gte]=soon&end_year[contains]=1\
                   &title[ne]=a&section_id[contains]=s4&plan=az-nap-2016-2019&kind=";
        let answer = register.get(url).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let errors = answer.json()["errors"].clone();
        let told = texts(&errors, "parameter")
            .into_iter()
            .zip(texts(&errors, "reason"));
        let expected = [
            ("kind", "has no value"),
            ("agncy", "did you mean `agency`?"),
            ("limit", "`0` is no whole number from 1 up"),
            ("sort", "did you mean `title`?"),
            ("fields", "did you mean `number`?"),
            ("include", "did you mean `assignments`?"),
            ("completion_self_reported", "did you mean `complete`?"),
            ("start_year[gte]", "`soon` is no whole number"),
            (
                "end_year[contains]",
                "the operators of `end_year` are `ne`, `gte`, `lte`, `gt`, `lt`, `missing`",
            ),
            (
                "title[ne]",
                "the operators of `title` are `contains`, `prefix`",
            ),
            (
                "section_id[contains]",
                "the operators of `section_id` are `ne`, `prefix`, `missing`",
            ),
            ("plan", "did you mean `az-nap-2016-2018`?"),
        ];
        for ((parameter, reason), (name, words)) in told.zip(expected) {
            assert_eq!(parameter, name);
            assert!(reason.contains(words), "{parameter}: {reason}");
        }
        assert_eq!(errors.as_array().unwrap().len(), expected.len());
    }
}

#[actix_web::test]
async fn a_wrong_id_is_told_beside_all_else_whatever_the_format() {
    for register in seeded() {
        for (url, wrong) in [
            ("/v1/measures?facets=role", vec!["number", "sort", "agency"]),
            (
                "/v1/measures.csv?limit=3&page=x",
                vec!["limit", "page", "number", "sort", "agency"],
            ),
            (
                "/v1/measures.parquet?include=plan",
                vec!["include", "number", "sort", "agency"],
            ),
            (
                "/v1/measures.ics?cursor=x",
                vec!["cursor", "number", "sort", "agency"],
            ),
            (
                "/v1/measures.atom?lang=en",
                vec!["sort", "number", "agency"],
            ),
            (
                "/v1/measures/stats?group_by=x",
                vec!["number", "group_by", "sort", "agency"],
            ),
        ] {
            let answer = register
                .get(&format!("{url}&agency=x&number=&sort=titel"))
                .await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
            let told = texts(&answer.json()["errors"], "parameter");
            let (told, wrong): (BTreeSet<_>, BTreeSet<_>) = (
                told.iter().map(String::as_str).collect(),
                wrong.into_iter().collect(),
            );
            assert_eq!(told, wrong, "{url}");
        }
    }
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused_and_never_fails() {
    for register in seeded() {
        for query in [
            "title=a%00b",
            "title=%ff",
            "limit=1.5",
            "limit=-1",
            "limit=9999999999999999999",
            "page=0",
            "page=x",
            "cursor=AAAA",
            "cursor=!",
            "cursor=eyJvIjoieCIsInYiOltdfQ",
            "page=1&page=2",
            "sort=",
            "sort=-",
            "sort=--id",
            "fields=,",
            "include=..",
            "include=plan.predecessor.predecessor.predecessor",
            "start_year=1,,2",
            "created_at[gte]=yesterday",
            // What the databases order otherwise than this program, so that no page would end there.
            "created_at[gte]=%2B10000-1-1",
            "created_at[gte]=9999-12-31T23:59:59-01:00",
            "created_at[gte]=2026-11-21T08:00:00.0000001Z",
            "created_at[lte]=2026-11-21T08:00:60Z",
            "id=%20",
            "plan=,",
            "role=executor,",
            "=",
            "=1",
            "a",
            "limit",
            "country=Azerbaijan",
        ] {
            let answer = register.get(&format!("/v1/measures?{query}")).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{query}: {}",
                answer.text()
            );
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
}

#[actix_web::test]
async fn the_next_cursor_leads_through_a_list_to_its_end() {
    for register in seeded() {
        for list in [
            "/v1/measures?plan=az-nap-2016-2018&limit=20",
            "/v1/measures?q=plan&limit=5",
        ] {
            let mut url = list.to_owned();
            let mut ids = Vec::new();
            let total = loop {
                let body = register.json(&url).await;
                ids.extend(texts(&body["data"], "id"));
                let next = &body["meta"]["next_cursor"];
                assert_eq!(next.is_null(), body["links"]["next"].is_null(), "{url}");
                let Some(cursor) = next.as_str() else {
                    break body["meta"]["total"].clone();
                };
                assert!(
                    body["links"]["next"]
                        .as_str()
                        .unwrap()
                        .ends_with(&format!("cursor={cursor}"))
                );
                url = format!("{list}&cursor={cursor}");
            };
            assert_eq!(ids.len(), total, "{list}");
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), total, "{list}");
        }
        // by `page` it is there too; where no cursor leads on, there is none
        let body = register.json("/v1/plans?limit=1&page=1").await;
        assert!(body["meta"]["next_cursor"].is_string());
        for url in ["/v1/changes?limit=1", "/v1/search?q=plan&limit=1"] {
            assert_eq!(
                register.json(url).await["meta"].get("next_cursor"),
                None,
                "{url}"
            );
        }
    }
}
