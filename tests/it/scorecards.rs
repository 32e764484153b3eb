//! Scorecards, and the columns of measures that follow from the same rule: each measure counts once.

use crate::support::{Memory, Register, seeded, texts};
use actix_web::http::StatusCode;
use serde_json::{Value as Json, json};

const CARD: &str = "/v1/plans/az-nap-2020-2022/scorecard";
const COMMISSION: &str = "korrupsiyaya-qarsi-mubarize-uzre-komissiya";
const REVIEWER: &str = "konstitusiya-arasdirmalar-fondu";
const MINISTRY: &str = "maliyye-nazirliyi";

/// A row of `status_entries.csv`: a level that is coded, or `-` and the reason why there is none.
fn entry(measure: &str, assessor: &str, kind: &str, year: i32, level: &str) -> String {
    let id = format!("az-nap-2020-2022-{measure}-{year}-{assessor}");
    let start = format!("{id},az-nap-2020-2022-{measure},{assessor},{kind},{year}");
    let said = match level.strip_prefix('-') {
        Some(reason) => format!(",{reason},,,"),
        None => format!("{level},,coded,a part,only a part"),
    };
    format!("{start},{said},,,az-report-2021,,")
}

fn with(rows: &[String]) -> Memory {
    Memory::seeds().and("status_entries.csv", &rows.join("\n"))
}

/// The card of a kind of assessor.
fn card<'a>(of: &'a Json, kind: &str) -> &'a Json {
    let cards = of["cards"].as_array().unwrap();
    let found = cards.iter().find(|card| card["assessor_kind"] == kind);
    found.unwrap_or_else(|| panic!("no card of {kind}: {of}"))
}

/// The counts of the levels, in the order of the scale.
fn counts(card: &Json) -> Vec<i64> {
    let levels = card["levels"].as_array().unwrap();
    let counts = levels.iter().map(|level| level["count"].as_i64().unwrap());
    counts.collect()
}

async fn scorecard(register: &Register, query: &str) -> Json {
    register.json(&format!("{CARD}{query}")).await["data"].clone()
}

/// The columns of a measure that follow from its entries.
async fn derived(register: &Register, measure: &str) -> [Json; 4] {
    let url = format!("/v1/measures/az-nap-2020-2022-{measure}");
    let record = register.json(&url).await["data"].clone();
    [
        "completion_self_reported",
        "completion_independent",
        "divergence",
        "last_status_year",
    ]
    .map(|name| record[name].clone())
}

/// Reports on 2022 for all 64 measures but 1.1: complete, by who reported on 2021.
fn second_report(register_measures: &[String]) -> Vec<String> {
    let numbers = register_measures
        .iter()
        .map(|id| id.strip_prefix("az-nap-2020-2022-").unwrap());
    let numbers = numbers.filter(|number| *number != "1.1");
    numbers
        .map(|number| entry(number, COMMISSION, "self_report", 2022, "complete"))
        .collect()
}

#[actix_web::test]
async fn a_scorecard_says_how_far_a_plan_came_and_by_whose_word() {
    for register in seeded() {
        let whole = scorecard(&register, "").await;
        assert_eq!(whole["measures"], 64);
        assert_eq!(whole["year"], Json::Null);
        assert_eq!(
            whole["coverage"],
            json!([{"year": 2021, "measures": 64, "share": 1.0}])
        );
        assert_eq!(texts(&whole["cards"], "assessor_kind"), ["self_report"]);
        let own = card(&whole, "self_report");
        assert_eq!(counts(own), [2, 15, 27, 18, 0, 2]);
        assert_eq!(
            own["levels"][3],
            json!({"level": "complete", "label": "tam icra", "count": 18, "share": 0.2813})
        );
        assert_eq!(own["levels"][5]["level"], "none");
        assert_eq!(own["missing"], json!({"unclear": 2}));
        assert_eq!(
            (&own["measures"], &own["reported"]),
            (&64.into(), &64.into())
        );
        assert_eq!(own["disagree"], 0);
        assert_eq!(
            own["assessors"],
            json!([{"id": COMMISSION, "label": "Korrupsiyaya qarşı mübarizə üzrə Komissiya", "measures": 64}])
        );
        for (wrong, status) in [
            (format!("{CARD}?by=x"), StatusCode::BAD_REQUEST),
            (format!("{CARD}?year=last"), StatusCode::BAD_REQUEST),
            (format!("{CARD}?jear=2021"), StatusCode::BAD_REQUEST),
            ("/v1/plans/x/scorecard".to_owned(), StatusCode::NOT_FOUND),
            (
                "/v1/measures/az-nap-2020-2022-2.1/scorecard".to_owned(),
                StatusCode::NOT_FOUND,
            ),
        ] {
            assert_eq!(register.get(&wrong).await.status, status, "{wrong}");
        }
    }
}

#[actix_web::test]
async fn where_nobody_reported_none_says_so() {
    for register in seeded() {
        let url = "/v1/plans/az-nap-2016-2018/scorecard?by=section";
        let whole = register.json(url).await["data"].clone();
        assert_eq!(counts(card(&whole, "self_report")), [0, 0, 0, 0, 0, 59]);
        assert_eq!(card(&whole, "self_report")["levels"][5]["share"], 1.0);
        assert_eq!(card(&whole, "self_report")["assessors"], json!([]));
        let groups = whole["groups"].as_array().unwrap();
        let measures = groups.iter().map(|group| group["measures"].as_i64());
        assert_eq!(measures.flatten().sum::<i64>(), 59, "the groups add up");
        // a body without measures has shares too
        let url = format!("/v1/agencies/{REVIEWER}/scorecard");
        let nobody = register.json(&url).await["data"].clone();
        assert_eq!(card(&nobody, "self_report")["levels"][5]["share"], 0.0);
    }
}

#[actix_web::test]
async fn a_measure_counts_once_when_a_second_report_is_there() {
    for register in seeded() {
        let url = "/v1/measures?plan=az-nap-2020-2022&limit=100";
        let measures = register.ids(url).await;
        register.load(&with(&second_report(&measures))).unwrap();
        let whole = scorecard(&register, "?by=section").await;
        let own = card(&whole, "self_report");
        assert_eq!(
            counts(own),
            [0, 0, 0, 64, 0, 0],
            "64 measures show 64: 63 of 2022 and one of 2021"
        );
        assert_eq!(own["missing"], json!({}), "of the entries that count");
        assert_eq!(own["assessors"][0]["measures"], 64);
        assert_eq!(
            whole["coverage"][1],
            json!({"year": 2022, "measures": 63, "share": 0.9844})
        );
        let groups = whole["groups"].as_array().unwrap();
        assert_eq!(groups.len(), 9);
        for group in groups {
            let counts = counts(card(group, "self_report"));
            assert_eq!(counts.iter().sum::<i64>(), group["measures"], "{group}");
            let list = format!("/v1/measures?section={}", group["value"].as_str().unwrap());
            assert_eq!(register.total(&list).await, group["measures"], "{list}");
        }
        let before = scorecard(&register, "?year=2021").await;
        assert_eq!(before["year"], 2021);
        assert_eq!(
            counts(card(&before, "self_report")),
            [2, 15, 27, 18, 0, 2],
            "the year as it was"
        );
        let after = scorecard(&register, "?year=2022").await;
        assert_eq!(counts(card(&after, "self_report")), [0, 0, 0, 63, 0, 1]);
        assert_eq!(card(&after, "self_report")["reported"], 63);
        let never = scorecard(&register, "?year=2030").await;
        assert_eq!(counts(card(&never, "self_report")), [0, 0, 0, 0, 0, 64]);

        let years = scorecard(&register, "?by=year").await;
        let groups = years["groups"].as_array().unwrap();
        assert_eq!(texts(&years["groups"], "value"), ["2021", "2022"]);
        let of_year = |at: usize| counts(card(&groups[at], "self_report"));
        assert_eq!(of_year(0), [2, 15, 27, 18, 0, 2]);
        assert_eq!(of_year(1), [0, 0, 0, 63, 0, 1]);

        let complete = "/v1/measures?completion_self_reported=complete";
        assert_eq!(register.total(complete).await, 64, "{}", register.name);
        let stats = "/v1/measures/stats?group_by=plan&plan=az-nap-2020-2022";
        let stats = register.json(stats).await["data"][0].clone();
        assert_eq!(stats["count"], 64);
        assert_eq!(counts(&stats), [0, 0, 0, 64, 0, 0]);
    }
}

#[actix_web::test]
async fn another_body_may_report_on_the_next_year() {
    for register in seeded() {
        let rows = [
            entry("2.1", MINISTRY, "self_report", 2022, "limited"),
            entry("2.2", MINISTRY, "self_report", 2022, "-not_reported"),
        ];
        register.load(&with(&rows)).unwrap();
        let whole = scorecard(&register, "?by=assessor").await;
        let own = card(&whole, "self_report");
        assert_eq!(counts(own).iter().sum::<i64>(), 64);
        assert_eq!(own["reported"], 64);
        assert_eq!(own["disagree"], 0, "they speak of different years");
        assert_eq!(
            own["missing"]["not_reported"], 1,
            "the latest entry counts, with a level or without"
        );
        assert_eq!(texts(&own["assessors"], "id"), [COMMISSION, MINISTRY]);
        let [level, _, _, year] = derived(&register, "2.1").await;
        assert_eq!((level, year), (json!("limited"), json!(2022)));
        let [level, _, _, year] = derived(&register, "2.2").await;
        assert_eq!((level, year), (Json::Null, json!(2022)));
        let groups = whole["groups"].as_array().unwrap();
        let measures: Vec<&Json> = groups.iter().map(|group| &group["measures"]).collect();
        assert_eq!(measures, [64, 2], "what each assessor reported on");
        assert_eq!(
            counts(card(&groups[0], "self_report")),
            [2, 15, 27, 18, 0, 2],
            "by its own words"
        );
        assert_eq!(counts(card(&groups[1], "self_report")), [0, 1, 0, 0, 0, 1]);
    }
}

#[actix_web::test]
async fn independent_reviews_have_a_card_of_their_own_in_every_group() {
    for register in seeded() {
        let rows = [
            entry("2.1", REVIEWER, "independent", 2021, "limited"),
            entry("2.3", REVIEWER, "independent", 2021, "withdrawn"),
            entry("2.3", MINISTRY, "media", 2021, "limited"),
        ];
        register.load(&with(&rows)).unwrap();
        let whole = scorecard(&register, "?by=section").await;
        assert_eq!(
            texts(&whole["cards"], "assessor_kind"),
            ["self_report", "independent", "media"]
        );
        let review = card(&whole, "independent");
        assert_eq!(counts(review), [0, 1, 0, 0, 1, 62]);
        assert_eq!(review["reported"], 2);
        assert_eq!(
            whole["divergence"],
            json!({"compared": 1, "equal": 0, "above": 1, "below": 0}),
            "what was withdrawn is not on the scale"
        );
        let groups = whole["groups"].as_array().unwrap();
        for group in groups {
            let counts = counts(card(group, "independent"));
            assert_eq!(counts.iter().sum::<i64>(), group["measures"]);
        }
        let second = groups
            .iter()
            .find(|group| group["value"] == "az-nap-2020-2022-s2");
        let second = card(second.unwrap(), "independent");
        assert_eq!(counts(second), [0, 1, 0, 0, 1, 10]);
        for by in ["agency", "plan", "year"] {
            let whole = scorecard(&register, &format!("?by={by}")).await;
            let groups = whole["groups"].as_array().unwrap();
            let reviewed = |group: &&Json| card(group, "independent")["reported"] != 0;
            assert!(groups.iter().any(|group| reviewed(&group)), "by={by}");
        }
    }
}

#[actix_web::test]
async fn of_several_assessors_of_a_year_the_publisher_counts_then_the_executor_then_the_lowest() {
    for register in seeded() {
        // 2.1 is `stated` by the Commission, 2.2 `coded` and published by it
        let rows = [
            entry("2.1", REVIEWER, "self_report", 2021, "not_started"),
            entry("2.1", MINISTRY, "self_report", 2021, "limited"),
        ];
        let coded = entry("1.1", MINISTRY, "self_report", 2021, "not_started");
        let rows = [&rows[..], &[coded]].concat();
        let executor = format!("x,az-nap-2020-2022-2.1,{MINISTRY},executor,1,The Ministry");
        let package = |rows: &[String]| with(rows).and("assignments.csv", &executor);
        register.load(&package(&rows)).unwrap();
        let whole = scorecard(&register, "").await;
        assert_eq!(card(&whole, "self_report")["disagree"], 2);
        assert_eq!(
            counts(card(&whole, "self_report")).iter().sum::<i64>(),
            64,
            "each counts once all the same"
        );
        let [level, ..] = derived(&register, "1.1").await;
        assert_eq!(level, "complete", "the level that the publisher coded");
        let [level, ..] = derived(&register, "2.1").await;
        assert_eq!(level, "limited", "the level of the body that executes it");

        // without the executor's word the lowest counts
        let id = format!("az-nap-2020-2022-2.1-2021-{MINISTRY}");
        let withdrawal = format!("gone,status_entries,{id},entered by mistake,");
        let rows = [rows[0].clone(), rows[2].clone()];
        let without = package(&rows).and("withdrawals.csv", &withdrawal);
        register.load(&without).unwrap();
        let [level, ..] = derived(&register, "2.1").await;
        assert_eq!(level, "not_started", "the lowest");
        assert_eq!(
            card(&scorecard(&register, "").await, "self_report")["disagree"],
            2
        );
    }
}

#[actix_web::test]
async fn whose_word_counts_follows_from_what_is_corrected() {
    for register in seeded() {
        let row = entry("1.1", MINISTRY, "self_report", 2021, "not_started");
        let package = with(&[row]);
        register.load(&package).unwrap();
        let [level, ..] = derived(&register, "1.1").await;
        assert_eq!(level, "complete", "the Commission publishes the report");
        let other = format!(",report,{MINISTRY},");
        let report = format!(",report,{COMMISSION},");
        let package = package.with("sources.csv", &report, &other);
        register.load(&package).unwrap();
        let [level, ..] = derived(&register, "1.1").await;
        assert_eq!(level, "not_started", "{}: the Ministry does", register.name);
    }
}

#[actix_web::test]
async fn the_columns_of_a_measure_follow_when_its_latest_entry_changes() {
    for register in seeded() {
        let latest = entry("2.1", MINISTRY, "self_report", 2022, "limited");
        let review = entry("2.1", REVIEWER, "independent", 2022, "limited");
        let both = with(&[latest.clone(), review.clone()]);
        register.load(&both).unwrap();
        let expected = [json!("limited"), json!("limited"), json!(0), json!(2022)];
        assert_eq!(derived(&register, "2.1").await, expected);

        let corrected = latest.replace(",limited,,coded", ",substantial,,coded");
        register.load(&with(&[corrected, review.clone()])).unwrap();
        let expected = [
            json!("substantial"),
            json!("limited"),
            json!(1),
            json!(2022),
        ];
        assert_eq!(derived(&register, "2.1").await, expected);

        // without a level
        let empty = entry("2.1", MINISTRY, "self_report", 2022, "-not_reported");
        register.load(&with(&[empty, review.clone()])).unwrap();
        let expected = [Json::Null, json!("limited"), Json::Null, json!(2022)];
        assert_eq!(derived(&register, "2.1").await, expected);

        // to another measure, and away
        let moved = latest.replace(",az-nap-2020-2022-2.1,", ",az-nap-2020-2022-2.2,");
        register.load(&with(&[moved, review])).unwrap();
        assert_eq!(derived(&register, "2.1").await[0], "complete");
        assert_eq!(derived(&register, "2.2").await[0], "limited");
        let ids = [MINISTRY, REVIEWER].map(|who| format!("az-nap-2020-2022-2.1-2022-{who}"));
        let gone = ids.map(|id| format!("{id}-gone,status_entries,{id},entered by mistake,"));
        let package = Memory::seeds().and("withdrawals.csv", &gone.join("\n"));
        register.load(&package).unwrap();
        let expected = [json!("complete"), Json::Null, Json::Null, json!(2021)];
        assert_eq!(
            derived(&register, "2.1").await,
            expected,
            "{}",
            register.name
        );
        assert_eq!(derived(&register, "2.2").await[3], 2021);
    }
}

#[actix_web::test]
async fn a_body_answers_for_the_bodies_that_it_replaced() {
    for register in seeded() {
        let agency =
            "/v1/agencies/qeyri-hokumet-teskilatlarina-dovlet-desteyi-agentliyi/scorecard?by=plan";
        let card = register.json(agency).await["data"].clone();
        assert_eq!(card["counted"].as_array().unwrap().len(), 2);
        assert_eq!(
            card["measures"], 5,
            "those of the council that came before it"
        );
        assert_eq!(card["groups"][0]["value"], "az-nap-2016-2018");
        // all bodies of its measures, itself with all of them
        let agency = format!("/v1/agencies/{MINISTRY}/scorecard?by=agency");
        let card = register.json(&agency).await["data"].clone();
        let groups = card["groups"].as_array().unwrap();
        let own = groups.iter().find(|group| group["value"] == MINISTRY);
        assert_eq!(own.unwrap()["measures"], card["measures"]);
        assert!(groups.len() > 1, "those that it does them with");
    }
}
