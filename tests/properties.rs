//! What holds of any request and any package.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::database::{self, resource::Kind};
use actix_web::rt::System;
use proptest::{
    prelude::*,
    string::string_regex,
    test_runner::{Config, FileFailurePersistence, TestRunner},
};
use std::cell::Cell;
use support::{Memory, Register, empty, path_of, refusals, seeded, texts};

/// Tries this many cases, or as many as `PROPTEST_CASES` says. The seeds of those that ever failed are
/// kept beside this file, and tried first.
fn runner(cases: u32) -> TestRunner {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/properties.seeds");
    let asked_for = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config::default();
    TestRunner::new(Config {
        cases: if asked_for { config.cases } else { cases },
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(seeds))),
        source_file: Some(file!()),
        ..config
    })
}

/// Any list: a resource, columns to sort by, a filter or none, and a page size.
fn any_list() -> impl Strategy<Value = (String, i64)> {
    let resource = 0..database::RESOURCES.len();
    (
        resource,
        any::<proptest::sample::Index>(),
        any::<proptest::sample::Index>(),
        any::<[bool; 3]>(),
        1..40_i64,
    )
        .prop_map(
            |(resource, first, second, [down, also_down, filtered], limit)| {
                let resource = database::RESOURCES[resource];
                let sortable: Vec<_> = resource
                    .columns
                    .iter()
                    .filter(|column| column.sort_column.is_some())
                    .collect();
                let sign = |down| if down { "-" } else { "" };
                let (first, second) = (first.get(&sortable), second.get(&sortable));
                let mut url = format!(
                    "/v1/{}?sort={}{},{}{}",
                    resource.path(),
                    sign(down),
                    first.name,
                    sign(also_down),
                    second.name
                );
                let nullable = resource
                    .columns
                    .iter()
                    .find(|column| column.nullable && column.kind != Kind::List);
                if let (Some(column), true) = (nullable, filtered) {
                    url = format!("{url}&{}[missing]={also_down}", column.name);
                }
                (url, limit)
            },
        )
}

/// The ids that following `next` from the first page gives.
async fn walk(
    register: &Register,
    url: &str,
    limit: i64,
    mut between: impl FnMut(usize),
) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(format!("{url}&limit={limit}"));
    while let Some(url) = next {
        let page = register.json(&url).await;
        ids.extend(texts(&page["data"], "id"));
        between(ids.len());
        next = path_of(&page["links"]["next"]);
    }
    ids
}

#[test]
fn following_the_cursor_gives_every_record_once_in_order() {
    for register in seeded() {
        runner(60)
            .run(&any_list(), |(url, limit)| {
                System::new().block_on(async {
                    let whole = register.ids(&format!("{url}&limit=500")).await;
                    let walked = walk(&register, &url, limit, |_| ()).await;
                    assert_eq!(walked, whole, "{url} by {limit}");
                });
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn following_the_cursor_misses_nothing_while_records_are_added() {
    for register in seeded() {
        let added = Cell::new(0);
        runner(8)
            .run(&(any::<bool>(), 3..30_i64), |(down, limit)| {
                let url = format!("/v1/agencies?sort={}name", if down { "-" } else { "" });
                System::new().block_on(async {
                    let before = register.ids(&format!("{url}&limit=500")).await;
                    let walked = walk(&register, &url, limit, |_| {
                        added.set(added.get() + 1);
                        let added = added.get();
                        let name = format!("{} body", ["A", "Ə", "M", "Z"][added % 4]);
                        register
                            .load(&Memory::seeds().and(
                                "agencies.csv",
                                &format!("added-{added},,{name},,other,,,[]"),
                            ))
                            .unwrap();
                    })
                    .await;
                    let old: Vec<&String> =
                        walked.iter().filter(|id| before.contains(id)).collect();
                    assert_eq!(old, before.iter().collect::<Vec<_>>(), "{url} by {limit}");
                    let mut once = walked.clone();
                    once.sort();
                    once.dedup();
                    assert_eq!(once.len(), walked.len(), "a record came twice");
                });
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn any_query_is_answered_or_refused() {
    let registers = seeded();
    let names = "limit|cursor|page|sort|fields|include|agency|role|plan|section|number|title|start_year|created_at|divergence|id";
    let odd = format!(
        "({names})?(\\[(gte|ne|contains|prefix|missing|x)\\])?=?[a-z0-9,.%\\-&=_ ]{{0,12}}(%[0-9a-fA-F]{{2}}){{0,4}}"
    );
    let query = prop_oneof![
        string_regex(&odd).unwrap(),
        string_regex("[!-~]{0,60}").unwrap()
    ];
    runner(300)
        .run(
            &(
                query,
                proptest::sample::select(vec![
                    "/v1/measures",
                    "/v1/changes",
                    "/v1/agencies/maliyye-nazirliyi",
                    "/v1",
                ]),
            ),
            |(query, path)| {
                let query: String = query
                    .chars()
                    .filter(|c| {
                        !matches!(
                            c,
                            '#' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' | '^' | ' '
                        )
                    })
                    .collect();
                System::new().block_on(async {
                    let mut bodies = Vec::new();
                    for register in &registers {
                        let answer = register.get(&format!("{path}?{query}")).await;
                        assert!(
                            answer.status.is_success() || answer.status.is_client_error(),
                            "{path}?{query}: {}",
                            answer.status
                        );
                        bodies.push((answer.status, answer.json()["errors"].clone()));
                    }
                    assert_eq!(bodies[0], bodies[1], "{path}?{query}");
                });
                Ok(())
            },
        )
        .unwrap();
}

/// The status and the ids that both registers must give alike.
async fn same_answer(registers: &[Register], url: &str) {
    let mut answers = Vec::new();
    for register in registers {
        let answer = register.get(url).await;
        assert!(
            answer.status.is_success() || answer.status.is_client_error(),
            "{} {url}: {}",
            register.name,
            answer.text()
        );
        let body = answer.json();
        answers.push((answer.status, body["data"].clone(), body["errors"].clone()));
    }
    for (ours, theirs) in answers.iter().zip(&answers[1..]) {
        assert_eq!(ours.0, theirs.0, "{url}");
        assert_eq!(ours.2, theirs.2, "{url}");
        let ids = |data: &serde_json::Value| data.as_array().map(|_| texts(data, "id"));
        assert_eq!(ids(&ours.1), ids(&theirs.1), "{url}");
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn any_question_is_answered_or_refused_alike() {
    let registers = seeded();
    let signs = vec![
        "\"",
        "-",
        "*",
        "OR",
        "AND",
        "NOT",
        "NEAR(",
        "(",
        ")",
        ":",
        "^",
        "'",
        "\\",
        "stems:",
        "&",
        "|",
        "!",
        "<->",
        "büdcə",
        "nazirliyinin",
        "QHT",
        "2.1",
        "İ",
        "ı",
    ];
    let piece = prop_oneof![
        3 => proptest::sample::select(signs).prop_map(str::to_owned),
        1 => "[^\\x00]{0,6}",
    ];
    let question = (
        proptest::collection::vec(piece, 0..8),
        proptest::sample::select(vec!["", " "]),
        proptest::sample::select(vec!["/v1/measures", "/v1/agencies", "/v1/status-entries"]),
    );
    runner(100)
        .run(&question, |(pieces, between, path)| {
            let question = encoded(&pieces.join(between));
            System::new().block_on(same_answer(
                &registers,
                &format!("{path}?fields=id&sort=id&q={question}"),
            ));
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_cursor_is_answered_or_refused_alike() {
    let registers = seeded();
    let sorts = ["title", "-number", "start_year,-title", "id"];
    let real: Vec<(&str, String)> = System::new().block_on(async {
        let mut real = Vec::new();
        for sort in sorts {
            let page = registers[0]
                .json(&format!("/v1/measures?limit=3&sort={sort}"))
                .await;
            let next = path_of(&page["links"]["next"]).unwrap();
            let query = next.split_once('?').unwrap().1.as_bytes();
            let cursor = form_urlencoded::parse(query).find(|(name, _)| name == "cursor");
            real.push((sort, cursor.unwrap().1.into_owned()));
        }
        real
    });
    let encoding = data_encoding::BASE64URL_NOPAD;
    let index = any::<proptest::sample::Index>;
    let change = (
        proptest::sample::select(real),
        proptest::sample::select(sorts.to_vec()),
        (index(), index()),
        prop_oneof![
            "[A-Za-z0-9_=-]{0,6}".prop_map(|text| (false, text)),
            prop_oneof!["[\\[\\]{},:\"0-9a-z-]{0,6}", "[^\\x00]{0,3}"]
                .prop_map(|text| (true, text)),
        ],
    );
    runner(150)
        .run(
            &change,
            |((_, cursor), sort, (from, to), (inside, text))| {
                let decoded = encoding.decode(cursor.as_bytes()).ok().filter(|_| inside);
                let mut bytes = decoded.unwrap_or_else(|| cursor.clone().into_bytes());
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                bytes.splice(from.min(to)..from.max(to), text.bytes());
                let cursor = if inside {
                    encoding.encode(&bytes)
                } else {
                    String::from_utf8_lossy(&bytes).into_owned()
                };
                let url = format!(
                    "/v1/measures?fields=id&limit=3&sort={sort}&cursor={}",
                    encoded(&cursor)
                );
                System::new().block_on(same_answer(&registers, &url));
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn any_bytes_as_a_package_are_taken_or_told() {
    let names: Vec<String> = Memory::seeds().0.into_keys().collect();
    let file = proptest::sample::select(names);
    runner(200)
        .run(
            &(
                file,
                proptest::collection::vec(any::<u8>(), 0..200),
                any::<proptest::sample::Index>(),
                any::<bool>(),
            ),
            |(name, bytes, place, whole)| {
                let mut package = Memory::seeds();
                let old = package.0.get_mut(&name).unwrap();
                if whole {
                    *old = bytes;
                } else {
                    let place = place.index(old.len());
                    old.splice(place..place, bytes);
                }
                package.problems(); // must return
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn any_texts_come_out_as_they_went_in() {
    let text = "[^\\x00\\s]([^\\x00]{0,30}[^\\x00\\s])?";
    for register in empty() {
        let number = Cell::new(0);
        runner(25)
            .run(
                &(text, proptest::collection::vec("[^\\x00]{1,20}", 0..4)),
                |(name, aliases)| {
                    number.set(number.get() + 1);
                    let mut row = csv::Writer::from_writer(Vec::new());
                    let aliases = serde_json::to_string(&aliases).unwrap();
                    let id = format!("any-{}", number.get());
                    row.write_record([id.as_str(), "", &name, "", "other", "", "", &aliases])
                        .unwrap();
                    let row = String::from_utf8(row.into_inner().unwrap()).unwrap();
                    let package = Memory::seeds().and("agencies.csv", row.trim_end_matches('\n'));
                    register.load(&package).unwrap();
                    let folder = tempfile::TempDir::new().unwrap();
                    aciqplan::package::export(
                        &mut register.database.connection().unwrap(),
                        folder.path(),
                    )
                    .unwrap();
                    let exported =
                        std::fs::read_to_string(folder.path().join("agencies.csv")).unwrap();
                    prop_assert!(exported.contains(&row), "{row}");
                    let counts = register
                        .load(&aciqplan::package::Folder::new(folder.path()))
                        .unwrap();
                    prop_assert_eq!((counts.created, counts.corrected), (0, 0));
                    Ok(())
                },
            )
            .unwrap();
    }
}

#[test]
fn text_with_white_space_around_it_is_refused() {
    for register in empty() {
        let told =
            refusals(register.load(&Memory::seeds().and("agencies.csv", "x,, padded,,other,,,[]")));
        assert!(
            told[0].contains("white space at its start or end"),
            "{told:?}"
        );
    }
}
