//! What an answer may hold: embedded records, groups, mistakes, bytes. What is cut or refused is told.

use crate::support::{Answer, Memory, PUBLIC_URL, Register, empty, path_of, seeded, texts};
use actix_web::http::StatusCode;
use serde_json::Value as Json;

const PLAN: &str = "az-nap-2020-2022";

fn loaded(package: &Memory) -> Vec<Register> {
    let registers = empty();
    for register in &registers {
        register.load(package).unwrap();
    }
    registers
}

/// The seeds, with a plan that has many more sections.
fn many_sections() -> Memory {
    let section = |at: u32| format!("{PLAN}-x{at},{PLAN},,x{at},Title {at},{}", 1000 + at);
    let rows: Vec<String> = (1..=130).map(section).collect();
    Memory::seeds().and("sections.csv", &rows.join("\n"))
}

fn refused(answer: &Answer, name: &str) -> Json {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    let problem = answer.json();
    assert_eq!(problem["type"], format!("{PUBLIC_URL}/problems/{name}"));
    problem
}

#[actix_web::test]
async fn a_hundred_records_of_a_relation_stand_in_a_record_and_the_list_of_all_is_named() {
    for register in loaded(&many_sections()) {
        let all = format!("/v1/sections?plan_id={PLAN}");
        let total = register.total(&all).await;
        let first = register.ids(&format!("{all}&limit=100")).await;
        for url in [
            format!("/v1/plans/{PLAN}?include=sections"),
            format!("/v1/plans?id={PLAN}&include=sections"),
            format!("/v1/measures/{PLAN}-1.1?include=plan.sections"),
        ] {
            let body = register.json(&url).await;
            let record = body["data"].get(0).unwrap_or(&body["data"]);
            let plan = record.get("plan").unwrap_or(record);
            assert_eq!(texts(&plan["sections"], "id"), first, "{url}");
            let truncated = &body["meta"]["truncated"];
            assert_eq!(truncated.as_array().map(Vec::len), Some(1), "{url}");
            let relation = if url.contains("plan.") {
                "plan.sections"
            } else {
                "sections"
            };
            assert_eq!(truncated[0]["relation"], relation);
            assert_eq!(truncated[0]["id"], PLAN);
            assert_eq!(truncated[0]["shown"], 100);
            assert_eq!(truncated[0]["total"], total);
            assert_eq!(path_of(&truncated[0]["all"]).as_ref(), Some(&all));
        }
        let whole = register
            .json("/v1/plans/az-nap-2016-2018?include=sections")
            .await;
        assert!(whole["meta"].get("truncated").is_none());
    }
}

#[actix_web::test]
async fn an_answer_embeds_ten_thousand_records_and_says_what_would_fit() {
    for register in loaded(&many_sections()) {
        let url = "/v1/sections?limit=500&include=plan.sections";
        let problem = refused(&register.get(url).await, "bad-parameter");
        assert_eq!(problem["errors"][0]["parameter"], "include");
        let reason = problem["errors"][0]["reason"].as_str().unwrap();
        assert!(
            reason.starts_with("`plan.sections` would embed 14134 records, after 157 of"),
            "{reason}"
        );
        assert!(
            reason.contains("an answer embeds 10000 at most; ask for less"),
            "{reason}"
        );
        let (_, limit) = reason.split_once("`limit=").unwrap();
        let (limit, _) = limit.split_once('`').unwrap();
        let body = register
            .json(&format!("/v1/sections?limit={limit}&include=plan.sections"))
            .await;
        assert_eq!(body["data"].as_array().unwrap().len().to_string(), limit);
    }
}

#[actix_web::test]
async fn an_answer_that_is_not_streamed_has_a_bounded_length() {
    let text = "a".repeat(900_000);
    let plan = |at: u32| {
        format!("az-long-{at},AZ,strategy,Title {at},2020,2022,,,,{text},,az-decree-1859-2020")
    };
    let rows: Vec<String> = (1..=20).map(plan).collect();
    for register in loaded(&Memory::seeds().and("plans.csv", &rows.join("\n"))) {
        let problem = refused(&register.get("/v1/plans").await, "answer-too-long");
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains("more than 16 MiB. Ask for less"),
            "{detail}"
        );
        for url in ["/v1/plans?include=source", "/v1/plans?labels=true"] {
            refused(&register.get(url).await, "answer-too-long");
        }
        for url in [
            "/v1/plans?limit=5",
            "/v1/plans?fields=title",
            "/v1/plans.csv",
        ] {
            let answer = register.get(url).await;
            assert_eq!(answer.status, StatusCode::OK, "{url}");
        }
    }
}

#[actix_web::test]
async fn ten_thousand_groups_are_counted_and_more_are_refused_in_every_format() {
    let figure =
        |at: u32| format!("az-figure-{at},oppd,Label,{at},things,{at},az-decree-1859-2020,x");
    let rows = |most: u32| (1..=most).map(figure).collect::<Vec<_>>().join("\n");
    for register in loaded(&Memory::seeds().and("figures.csv", &rows(10_001))) {
        for url in [
            "/v1/figures/stats?group_by=value",
            "/v1/figures/stats.csv?group_by=value",
            "/v1/figures/stats.xlsx?group_by=value",
            "/v1/figures?facets=value",
        ] {
            let problem = refused(&register.get(url).await, "bad-parameter");
            let parameter = if url.contains("facets") {
                "facets"
            } else {
                "group_by"
            };
            assert_eq!(problem["errors"][0]["parameter"], parameter);
            let reason = problem["errors"][0]["reason"].as_str().unwrap();
            assert!(
                reason.contains("`value` has more than 10000 groups"),
                "{reason}"
            );
            assert!(
                reason.contains("narrow the records with filters"),
                "{reason}"
            );
        }
        let narrowed = "/v1/figures/stats?group_by=value&value[lte]=9000&value[gt]=0";
        assert_eq!(register.total(narrowed).await, 9000);
    }
}

#[actix_web::test]
async fn twenty_mistakes_are_told_and_the_others_counted() {
    for register in seeded() {
        let wrong = |count: usize| {
            let wrong: Vec<String> = (0..count).map(|at| format!("x{at}=1")).collect();
            format!("/v1/measures?{}", wrong.join("&"))
        };
        for (count, rest) in [
            (20, None),
            (21, Some(" 1 more is wrong.")),
            (1500, Some(" 1480 more are wrong.")),
        ] {
            let problem = refused(&register.get(&wrong(count)).await, "bad-parameter");
            assert_eq!(problem["errors"].as_array().unwrap().len(), 20);
            let detail = problem["detail"].as_str().unwrap();
            assert_eq!(rest.is_some(), detail.ends_with("wrong."), "{detail}");
            assert!(detail.ends_with(rest.unwrap_or_default()), "{detail}");
        }
    }
}
