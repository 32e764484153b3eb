//! The search: what a query finds, how it is shown, and what is said where nothing is found.

use crate::support::{Memory, empty, generated_in_sqlite, path_of, seeded, texts};
use aciqplan::database::AnyConnection;
use actix_web::http::StatusCode;
use diesel::{connection::SimpleConnection, dsl::sql, prelude::*, sql_types::BigInt};

#[actix_web::test]
async fn a_word_is_found_in_any_form_however_it_is_typed() {
    for register in seeded() {
        let expected = register
            .ids("/v1/measures?q=%C5%9F%C9%99ffafl%C4%B1q&limit=500")
            .await;
        assert_eq!(expected.len(), 47);
        for typed in [
            "seffafliq",
            "SEFFAFLIQ",
            "%C5%9E%C6%8FFFAFLI%C4%9EIN",
            "seffafligin",
        ] {
            let found = register
                .ids(&format!("/v1/measures?q={typed}&limit=500"))
                .await;
            let (mut found, mut expected) = (found, expected.clone());
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{typed}");
        }
    }
}

#[actix_web::test]
async fn the_grammar_is_that_of_search_boxes() {
    for register in seeded() {
        let total = async |query: &str| {
            let url = format!(
                "/v1/measures?q={}",
                query.replace(' ', "%20").replace('"', "%22")
            );
            register.json(&url).await["meta"]["total"].as_i64().unwrap()
        };
        let (both, hotline, either) = (
            total("qaynar xett").await,
            total("qaynar").await,
            total("qaynar OR benefisiar").await,
        );
        assert_eq!(both, 4);
        assert_eq!(either, hotline + 1);
        assert_eq!(total("qaynar -161").await, hotline - 2);
        assert_eq!(total("\"xett qaynar\"").await, 0);
        assert_eq!(total("\"qaynar xett\"").await, 4);
        assert!(total("korrup*").await >= total("korrupsiya").await);
        assert_eq!(total("QHT").await, total("qeyri-hokumet teskilati").await);
        assert_eq!(
            total("benefisi").await,
            1,
            "the last word may be unfinished"
        );
    }
}

#[actix_web::test]
async fn odd_queries_are_answered_or_refused() {
    for register in seeded() {
        for odd in [
            "%22",
            "-",
            "***",
            "%22%22",
            "OR",
            "%27",
            "(",
            ")))",
            "%22a",
            "a%22b",
            "AND",
            "NOT",
            "NEAR(a%20b)",
            "a%20OR",
            "%3A*",
            "%E2%80%9C",
            "%F0%9F%98%80",
            "%00",
            "%5C",
            "a:b",
            "stems:x",
            "ve",
        ] {
            for path in [
                "/v1/measures",
                "/v1/search",
                "/v1/agencies/stats?group_by=kind&",
            ] {
                let mark = if path.ends_with('&') { "" } else { "?" };
                let answer = register.get(&format!("{path}{mark}q={odd}")).await;
                assert!(
                    answer.status == StatusCode::OK || answer.status == StatusCode::BAD_REQUEST,
                    "{odd}: {}",
                    answer.text()
                );
            }
        }
        let long = "a".repeat(10_000);
        assert_eq!(
            register.get(&format!("/v1/search?q={long}")).await.status,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            register.get("/v1/plans?q=x").await.status,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            register.get("/v1/search").await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[actix_web::test]
async fn beginnings_are_few_and_leave_most_words_out() {
    const PATHS: [&str; 4] = [
        "/v1/search?",
        "/v1/measures?",
        "/v1/measures.csv?",
        "/v1/measures/stats?group_by=plan&",
    ];
    let several = |number: usize, join: &str| vec!["ma*"; number].join(join);
    for register in seeded() {
        for path in PATHS {
            for (q, told) in [
                (
                    "a*".to_owned(),
                    "`a*` has one letter before `*`; give two at least",
                ),
                ("%C5%9F*".to_owned(), "one letter"),
                ("1*".to_owned(), "one letter"),
                ("a%CC%81*".to_owned(), "one letter"),
                ("-a*".to_owned(), "one letter"),
                ("dovlet+OR+b*".to_owned(), "`b*` has one letter"),
                ("%E4%B8%AD*+a*".to_owned(), "`a*` has one letter"),
                (several(9, "+"), "more than 8 words with `*`"),
                (several(9, "+OR+"), "more than 8 words with `*`"),
                (several(9, "+-"), "more than 8 words with `*`"),
            ] {
                let answer = register.get(&format!("{path}q={q}")).await;
                let (name, text) = (register.name, answer.text());
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} {q}: {text}");
                let reason = answer.json()["errors"][0]["reason"].clone();
                assert!(
                    reason.as_str().unwrap().contains(told),
                    "{name} {q}: {reason}"
                );
            }
            for q in [
                "ma*",
                "%E4%B8%AD*",
                "%E3%82%AB*",
                "%E3%81%AE*",
                "16*",
                "a-b*",
                "%22a*%22",
            ]
            .map(str::to_owned)
            .into_iter()
            .chain([several(8, "+OR+"), several(8, "+")])
            {
                let status = register.get(&format!("{path}q={q}")).await.status;
                assert_eq!(status, StatusCode::OK, "{} {path}q={q}", register.name);
            }
        }
    }
}

#[actix_web::test]
async fn the_best_match_comes_first_and_pages_lead_through_all() {
    for register in seeded() {
        let url = "/v1/measures?q=elektron%20xidm%C9%99t";
        let whole = register.ids(&format!("{url}&limit=500")).await;
        assert!(whole.len() > 7);
        let mut walked = Vec::new();
        let mut next = Some(format!("{url}&limit=3"));
        while let Some(url) = next {
            let page = register.json(&url).await;
            walked.extend(texts(&page["data"], "id"));
            next = path_of(&page["links"]["next"]);
        }
        assert_eq!(walked, whole);
        let second = register.json(&format!("{url}&limit=3&page=2")).await;
        assert_eq!(texts(&second["data"], "id"), whole[3..6]);
        let back = register.json(&format!("{url}&limit=3")).await;
        let second = register
            .json(&path_of(&back["links"]["next"]).unwrap())
            .await;
        let first = register
            .json(&path_of(&second["links"]["prev"]).unwrap())
            .await;
        assert_eq!(first["data"], back["data"]);
        // in the title before in the name of a body
        let exact = register.ids("/v1/measures?q=Rabit%C9%99").await;
        assert!(!exact.is_empty());
        let sorted = register.ids(&format!("{url}&sort=number&limit=500")).await;
        assert_eq!(sorted.len(), whole.len());
    }
}

#[actix_web::test]
async fn a_hit_shows_the_words_that_matched() {
    for register in seeded() {
        let body = register.json("/v1/search?q=benefisiar").await;
        let hit = body["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|hit| hit["resource"] == "measures")
            .unwrap();
        assert_eq!(hit["id"], "az-nap-2020-2022-3.8");
        assert_eq!(hit["field"], "title");
        assert!(
            hit["snippet"]
                .as_str()
                .unwrap()
                .contains("<mark>benefisiar</mark> mülkiyyətçi"),
            "{hit}"
        );
        assert_eq!(
            hit["url"],
            "http://register.example/v1/measures/az-nap-2020-2022-3.8"
        );
        let only = register
            .json("/v1/search?q=benefisiar&resource=status_entries")
            .await;
        assert!(
            texts(&only["data"], "resource")
                .iter()
                .all(|name| name == "status_entries")
        );
    }
}

#[actix_web::test]
async fn who_finds_nothing_is_told_the_nearest_words() {
    for register in seeded() {
        let body = register.json("/v1/measures?q=korupsiya").await;
        assert_eq!(body["meta"]["total"], 0);
        assert_eq!(body["meta"]["suggestions"][0], "korrupsiya");
        let found = register.json("/v1/measures?q=korrupsiya").await;
        assert!(found["meta"].get("suggestions").is_none());
    }
}

#[actix_web::test]
async fn the_index_follows_the_records() {
    for register in seeded() {
        assert_eq!(
            register.json("/v1/measures?q=zebra").await["meta"]["total"],
            0
        );
        let renamed = Memory::seeds().with(
            "agencies.csv",
            "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,,",
            "maliyye-nazirliyi,AZ,Zebra Nazirliyi,,",
        );
        register.load(&renamed).unwrap();
        assert_eq!(
            register.ids("/v1/agencies?q=zebra").await,
            ["maliyye-nazirliyi"]
        );
        assert_eq!(
            register.json("/v1/measures?q=zebra").await["meta"]["total"],
            4,
            "measures are found by their bodies"
        );
        register.load(&Memory::seeds()).unwrap();
        assert_eq!(
            register.json("/v1/measures?q=zebra").await["meta"]["total"],
            0
        );
    }
}

#[test]
fn an_index_of_all_records_is_whole() {
    let register = generated_in_sqlite(3000);
    let mut connection = register.database.connection().unwrap();
    let check = "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)";
    connection.batch_execute(check).unwrap();
    let count = |connection: &mut AnyConnection, of: &str| -> i64 {
        let count = sql::<BigInt>(&format!("(SELECT count(*) FROM {of})"));
        diesel::select(count).get_result(connection).unwrap()
    };
    let documents = count(&mut connection, "search_documents");
    assert_eq!(count(&mut connection, "search_index_docsize"), documents);
    assert!(documents > 6000, "{documents}");
    let measures = count(&mut connection, "search_index('resource : measures')");
    assert_eq!(measures, 3000, "found by the terms of the index");
}

#[actix_web::test]
async fn a_search_that_finds_nothing_goes_with_filters() {
    for register in seeded() {
        for filter in [
            "country=AZ",
            "title[contains]=e",
            "section=az-nap-2016-2018-s4",
            "sort=-title",
        ] {
            let url = format!("/v1/measures?q=executor&{filter}");
            assert_eq!(register.total(&url).await, 0, "{}: {url}", register.name);
        }
    }
}

#[actix_web::test]
async fn a_search_goes_with_filters_and_facets() {
    for register in seeded() {
        let url = "/v1/measures?q=m%C9%99lumat&plan=az-nap-2020-2022&facets=plan,section&limit=1";
        let body = register.json(url).await;
        let facets = body["meta"]["facets"].as_array().unwrap();
        assert_eq!(texts(&body["meta"]["facets"], "name"), ["plan", "section"]);
        let plans: i64 = facets[0]["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value["count"].as_i64().unwrap())
            .sum();
        let all = register.json("/v1/measures?q=m%C9%99lumat").await["meta"]["total"]
            .as_i64()
            .unwrap();
        assert_eq!(
            plans, all,
            "a facet is counted as if it were not narrowed itself"
        );
        let sections: i64 = facets[1]["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value["count"].as_i64().unwrap())
            .sum();
        assert_eq!(sections, body["meta"]["total"]);
        assert!(facets[1]["values"][0]["label"].is_string());
    }
}

/// Spellings of one title: with what nobody sees, with other white space, with what passes for a letter.
const SPELLINGS: [&str; 14] = [
    "Qwdövlət büdcəsinin şəffaflığı artırılsın",
    "Qwdövlət\u{a0}büdcəsinin\u{2009}şəffaflığı\u{202f}artırılsın",
    "Qwdövlət büd\u{ad}cəsinin şəf\u{ad}faflığı artırılsın",
    "Qwdöv\u{200b}lət büdcə\u{200c}sinin şəffaf\u{200d}lığı artırıl\u{2060}sın",
    "Qwdövlət büdcəsinin  şəffaflığı   artırılsın",
    "Qwdövlət büdcəsinin\nşəffaflığı\tartırılsın",
    "Qwdövlət\u{2028}büdcəsinin\u{85}şəffaflığı artırılsın",
    "Qwdövlət \u{200e}büdcəsinin\u{200f} \u{2066}şəffaflığı\u{2069} artırılsın",
    "Qwdövlət büdcəsinin şəffaflığı\u{fe0f} \u{feff}artırılsın\u{e0101}",
    "Qwdövlәt büdcәsinin şәffaflığı artırılsın",
    "QWDÖVLӘT BÜDCӘSİNİN ŞӘFFAFLIĞI ARTIRILSIN",
    "Qwdövlǝt büdcǝsinin şǝffaflığı artırılsın",
    "QWDÖVLƎT BÜDCƎSİNİN ŞƎFFAFLIĞI ARTIRILSIN",
    "Qwdo\u{308}vlət bu\u{308}dcəsi\u{307}nin șəffaflıg\u{306}ı artırılsın",
];

#[actix_web::test]
async fn a_title_is_found_by_each_spelling_of_it_however_it_is_spelt_in_the_record() {
    let rows = SPELLINGS.iter().enumerate();
    let package = rows.fold(Memory::seeds(), |package, (number, title)| {
        let row = format!(
            "spelt-{number:02},az-nap-2016-2018,,,\"{title}\",,,,{},az-nap-2016-2018-text,p",
            1000 + number
        );
        package.and("measures.csv", &row)
    });
    for register in empty() {
        register.load(&package).unwrap();
        let all: Vec<String> = (0..SPELLINGS.len())
            .map(|number| format!("spelt-{number:02}"))
            .collect();
        for spelling in SPELLINGS {
            let asked: String = form_urlencoded::byte_serialize(spelling.as_bytes()).collect();
            for question in [
                format!("title[contains]={asked}"),
                format!("title[prefix]={asked}"),
                format!("q={asked}"),
                format!("q=%22{asked}%22"),
            ] {
                let found = register
                    .ids(&format!("/v1/measures?{question}&sort=id"))
                    .await;
                assert_eq!(found, all, "{}: {question}", register.name);
            }
        }
        let first = register.json("/v1/measures/spelt-02").await["data"]["title"].clone();
        assert_eq!(first, SPELLINGS[2], "texts stay as they are");
        // names that read alike sort alike, and the id decides
        let sorted = register
            .ids("/v1/measures?title[prefix]=qwdovlet&sort=title")
            .await;
        let small: Vec<String> = sorted
            .into_iter()
            .filter(|id| id != "spelt-10" && id != "spelt-12")
            .collect();
        let expected: Vec<&String> = all
            .iter()
            .filter(|id| *id != "spelt-10" && *id != "spelt-12")
            .collect();
        assert_eq!(
            small.iter().collect::<Vec<_>>(),
            expected,
            "{}",
            register.name
        );
        let hits = register
            .json("/v1/search?q=%C5%9F%C6%8Ff%C2%ADfafl%C4%B1q&resource=measures&limit=100")
            .await;
        assert!(hits["meta"]["total"].as_u64() >= Some(14), "{hits}");
    }
}

#[actix_web::test]
async fn what_nobody_sees_in_a_question_asks_for_nothing() {
    for register in seeded() {
        for (plain, with_more) in [
            ("number=5.1", "number=%E2%80%8B5.1%EF%BB%BF"),
            ("plan=az-nap-2016-2018", "plan=az-nap-%C2%AD2016-2018"),
            (
                "id=az-nap-2016-2018-1.1",
                "id=%EF%BB%BFaz-nap-2016-2018-1.1",
            ),
            ("end_year=2016", "end_year=2016%E2%80%8E"),
            ("q=metodologiya*", "q=%EF%BB%BFmetodo%C2%ADlogiya*%E2%80%8B"),
            (
                "q=seffafliq+-dovlet",
                "q=%E2%80%8Bseffafliq+%E2%80%8B-dovlet",
            ),
        ] {
            let found = register.ids(&format!("/v1/measures?{plain}")).await;
            assert!(!found.is_empty(), "{plain}");
            let same = register.ids(&format!("/v1/measures?{with_more}")).await;
            assert_eq!(same, found, "{}: {with_more}", register.name);
        }
    }
}
