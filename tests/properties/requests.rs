//! Made-up requests: each is answered or refused, and by both databases alike.

use super::{
    runner,
    support::{Answer, PUBLIC_URL, Register, seeded},
};
use aciqplan::{api, config::Cli, server::Front};
use actix_web::{
    http::{Method, header::CONTENT_TYPE},
    rt::System,
    web::Data,
};
use clap::Parser;
use data_encoding::BASE64URL_NOPAD;
use proptest::{prelude::*, sample::Index, sample::select};
use serde_json::Value as Json;

/// Registers whose records have the same times, so that their answers are the same bytes.
fn alike() -> Vec<Register> {
    let registers = seeded();
    for register in &registers {
        register.backdate();
    }
    registers
}

/// What both registers answer; neither may fail, and what can be read as text must be the same.
async fn same_answer(registers: &[Register], url: &str) {
    let id = [("x-request-id", "the-same")];
    let mut answers: Vec<Answer> = Vec::new();
    for register in registers {
        let answer = register.ask(Method::GET, url, &id).await;
        let fine = answer.status.is_success() || answer.status.is_client_error();
        assert!(fine, "{} {url}: {}", register.name, answer.text());
        answers.push(answer);
    }
    let [ours, theirs] = answers.as_slice() else {
        panic!("two registers");
    };
    assert_eq!(ours.status, theirs.status, "{url}");
    let kind = ours.header(CONTENT_TYPE.as_str());
    assert_eq!(kind, theirs.header(CONTENT_TYPE.as_str()), "{url}");
    let is_text = ["text/", "json", "xml"].iter().any(|it| kind.contains(it));
    if is_text {
        assert_eq!(ours.text(), theirs.text(), "{url}");
    }
}

pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Ids of records, by the resource of their path.
const IDS: [(&str, &str); 4] = [
    ("measures", "az-nap-2016-2018-4.1.1"),
    ("plans", "az-nap-2020-2022"),
    ("agencies", "maliyye-nazirliyi"),
    ("sources", "az-nap-2016-2018"),
];

/// Every documented path that answers from the register, with what it takes: the name of each parameter, and
/// a value that is right.
fn documented() -> Vec<(String, Vec<(String, String)>)> {
    let document: Json = serde_json::from_str(&api::document_text()).unwrap();
    let named = &document["components"]["parameters"];
    let parameter = |parameter: &Json| {
        let reference = parameter["$ref"].as_str();
        let name = reference.and_then(|reference| reference.rsplit('/').next());
        let parameter = name.map_or(parameter, |name| &named[name]);
        let example = match &parameter["example"] {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let is_query = parameter["in"] == "query";
        is_query.then(|| (parameter["name"].as_str().unwrap().to_owned(), example))
    };
    let mut paths = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let is_of_register = !["/metrics", "/readyz", "/v1/dataset."]
            .iter()
            .any(|other| path.starts_with(other));
        if !is_of_register {
            continue;
        }
        let parameters = item["get"]["parameters"].as_array();
        let parameters = parameters.into_iter().flatten().filter_map(parameter);
        let id = IDS.iter().find(|(resource, _)| path.contains(resource));
        let path = path.replace("{id}", id.map_or("nothing", |(_, id)| id));
        paths.push((path, parameters.collect()));
    }
    paths
}

/// Values that are right somewhere.
const KNOWN: [&str; 18] = [
    "az-nap-2016-2018",
    "maliyye-nazirliyi",
    "executor",
    "complete",
    "2021",
    "2021-12-31",
    "true",
    "1.0",
    "AZ",
    "büdcə",
    "*",
    "OR",
    "2021-01-01T00:00:00Z",
    "plan,agency",
    "-title,id",
    "assignments.agency",
    "number,title",
    "csv",
];

/// Values that are right nowhere, or only look so.
const ODD: [&str; 22] = [
    "\0",
    "a\0b",
    "2021-02-30",
    "-1",
    "0",
    "9007199254740992",
    "9223372036854775807",
    "99999999999999999999",
    "1e3",
    "az",
    "İ",
    "%",
    "_",
    "\\",
    "\"",
    "'",
    "-",
    "{}",
    "[]",
    "null",
    "+262142-01-01",
    "-001-01-01",
];

/// What may stand where a value is expected.
fn any_value() -> impl Strategy<Value = String> {
    let known = || select(KNOWN.to_vec()).prop_map(str::to_owned);
    let odd = || select(ODD.to_vec()).prop_map(str::to_owned);
    let listed = proptest::collection::vec(prop_oneof![known(), odd()], 0..4);
    prop_oneof![
        2 => known(),
        3 => odd(),
        1 => listed.prop_map(|words| words.join(",")),
        2 => ".{0,12}",
        1 => "[0-9]{1,20}",
    ]
}

/// A path with parameters: known ones and others, with right values and wrong ones, encoded and not.
fn any_question() -> impl Strategy<Value = String> {
    let extension = prop_oneof![
        6 => Just(""),
        1 => select(vec![".csv", ".ndjson", ".json", ".xlsx", ".parquet", ".atom", ".feed.json", ".ics", ".x"]),
    ];
    let name = prop_oneof![
        6 => any::<Index>().prop_map(Ok),
        1 => "[a-z_]{0,6}(\\[[a-z]{0,7}\\])?".prop_map(Err),
    ];
    let value = prop_oneof![2 => Just(None), 5 => any_value().prop_map(Some)];
    let parameters = proptest::collection::vec((name, value), 0..4);
    let rest = prop_oneof![6 => Just(String::new()), 1 => "[!-~]{0,20}(%[0-9a-fA-F]{2}){0,3}"];
    (select(documented()), extension, parameters, rest).prop_map(
        |((path, known), extension, parameters, rest)| {
            let mut query = Vec::new();
            for (name, value) in parameters {
                let (name, example) = match name {
                    Ok(_) if known.is_empty() => continue,
                    Ok(index) => index.get(&known).clone(),
                    Err(odd) => (odd, String::new()),
                };
                let value = value.unwrap_or(example);
                query.push(format!("{}={}", encoded(&name), encoded(&value)));
            }
            // what no address may hold is left out
            let rest = rest.chars().filter(|sign| !"#\"<>`{}|\\^ ".contains(*sign));
            query.push(rest.collect());
            format!("{path}{extension}?{}", query.join("&"))
        },
    )
}

#[test]
fn any_query_is_answered_or_refused_alike() {
    let registers = alike();
    runner(400)
        .run(&any_question(), |url| {
            System::new().block_on(same_answer(&registers, &url));
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_question_to_the_texts_is_answered_or_refused_alike() {
    let registers = alike();
    let signs = [
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
        "„",
        "»",
        "--",
        "\u{301}",
        "ə\u{307}",
    ];
    let words = [
        "dövlət",
        "büdcə",
        "hesabat",
        "ictimai",
        "nazirliyi",
        "vətəndaş",
        "cəmiyyəti",
        "korrupsiyaya",
        "qarşı",
        "məlumat",
    ];
    let word = select(words.to_vec());
    let words = proptest::collection::vec(word.clone(), 2..4).prop_map(|words| words.join(" "));
    let piece = prop_oneof![
        3 => select(signs.to_vec()).prop_map(str::to_owned),
        2 => (select(vec!["", "-"]), words).prop_map(|(sign, words)| format!("{sign}\"{words}\" ")),
        1 => (word, 3..9_usize).prop_map(|(word, length)| {
            format!("{}* ", word.chars().take(length).collect::<String>())
        }),
        1 => "[^\\x00]{0,6}",
    ];
    let paths = [
        "/v1/search?q=",
        "/v1/search?resource=status_entries,agencies&limit=3&page=2&q=",
        "/v1/measures?q=",
        "/v1/measures?fields=id&sort=-title&q=",
        "/v1/agencies?facets=kind&q=",
        "/v1/status-entries.csv?q=",
        "/v1/measures/stats?group_by=plan&q=",
    ];
    let question = (
        proptest::collection::vec(piece, 0..8),
        select(vec!["", " "]),
        select(paths.to_vec()),
    );
    runner(100)
        .run(&question, |(pieces, between, path)| {
            let question = encoded(&pieces.join(between));
            System::new().block_on(same_answer(&registers, &format!("{path}{question}")));
            Ok(())
        })
        .unwrap();
}

/// Lists whose pages lead on, each by a cursor of its own kind.
const LISTS: [&str; 8] = [
    "/v1/measures?sort=title",
    "/v1/measures?sort=-number",
    "/v1/measures?sort=start_year,-title",
    "/v1/status-entries?sort=-published_on,completion",
    "/v1/agencies?sort=parent_id",
    "/v1/measures?q=korrupsiya",
    "/v1/measures.feed.json?plan=az-nap-2016-2018",
    "/v1/changes.feed.json?resource=measures",
];

/// The cursor that leads on from the first page of a list.
async fn cursor(register: &Register, list: &str) -> String {
    let page = register.json(&format!("{list}&limit=3")).await;
    let next = page["links"]["next"].as_str().or(page["next_url"].as_str());
    let next = next.unwrap_or_else(|| panic!("{list} does not lead on"));
    assert!(next.starts_with(PUBLIC_URL));
    let query = next.split_once('?').unwrap().1.as_bytes();
    let mut parameters = form_urlencoded::parse(query);
    let cursor = parameters.find(|(name, _)| name == "cursor").unwrap().1;
    cursor.into_owned()
}

#[test]
fn any_cursor_is_answered_or_refused_alike() {
    let registers = alike();
    let real: Vec<(String, &str)> = System::new().block_on(async {
        let mut real = Vec::new();
        for list in LISTS {
            let limited = registers[0].get(&format!("{list}&limit=3")).await;
            assert!(limited.status.is_success(), "{list}: {}", limited.text());
            real.push((cursor(&registers[0], list).await, list));
        }
        real
    });
    let text = prop_oneof![
        "[A-Za-z0-9_=-]{0,6}".prop_map(Change::Text),
        prop_oneof![
            "[\\[\\]{},:\"0-9a-z-]{0,6}",
            "[^\\x00]{0,3}",
            "-?[0-9]{15,25}"
        ]
        .prop_map(Change::Inside),
        any_cursor_value().prop_map(Change::Value),
    ];
    let index = any::<Index>;
    let change = (
        select(real),
        proptest::option::weighted(0.2, select(LISTS.to_vec())),
        (index(), index()),
        text,
    );
    runner(300)
        .run(&change, |((cursor, own), other, (from, to), change)| {
            let list = other.unwrap_or(own);
            let cursor = change.made(&cursor, from, to);
            let url = format!("{list}&limit=3&cursor={}", encoded(&cursor));
            System::new().block_on(same_answer(&registers, &url));
            Ok(())
        })
        .unwrap();
}

/// What is done to a cursor.
#[derive(Clone, Debug)]
enum Change {
    /// A part of it becomes this.
    Text(String),
    /// A part of what it says becomes this.
    Inside(String),
    /// One of the values at which the page ended becomes this.
    Value(Json),
}

impl Change {
    fn made(self, cursor: &str, from: Index, to: Index) -> String {
        let spliced = |mut bytes: Vec<u8>, text: &str| {
            let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            bytes.splice(from.min(to)..from.max(to), text.bytes());
            bytes
        };
        let inside = BASE64URL_NOPAD.decode(cursor.as_bytes()).unwrap();
        match self {
            Self::Text(text) => {
                String::from_utf8_lossy(&spliced(cursor.as_bytes().to_vec(), &text)).into_owned()
            }
            Self::Inside(text) => BASE64URL_NOPAD.encode(&spliced(inside, &text)),
            Self::Value(value) => {
                let mut inside: Json = serde_json::from_slice(&inside).unwrap();
                let values = inside["v"].as_array_mut().unwrap();
                let place = from.index(values.len());
                values[place] = value;
                BASE64URL_NOPAD.encode(inside.to_string().as_bytes())
            }
        }
    }
}

fn any_cursor_value() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any_value().prop_map(Json::from),
        Just(Json::Array(Vec::new())),
    ]
}

#[test]
fn any_headers_are_taken_or_refused() {
    let mut register = seeded().remove(0);
    register.peer = Some("127.0.0.1:4711".parse().unwrap());
    let names = [
        "accept",
        "accept-encoding",
        "if-none-match",
        "if-modified-since",
        "x-forwarded-for",
        "forwarded",
        "x-request-id",
        "content-length",
        "range",
        "host",
        "origin",
    ];
    let pieces = [
        "*/*",
        "text/csv",
        ";q=0.5",
        ";q=",
        ",",
        "*",
        "W/",
        "\"",
        "gzip",
        "br",
        "identity;q=0",
        "for=",
        "[::1]:80",
        "203.0.113.5",
        "Sat, 21 Nov 2026 08:00:00 GMT",
        "unknown",
        "18446744073709551616",
        "-1",
        "=",
        ";",
    ];
    let value = prop_oneof![
        3 => proptest::collection::vec(select(pieces.to_vec()), 0..6).prop_map(|pieces| pieces.concat()),
        1 => "[ -~]{0,40}",
    ];
    let headers = proptest::sample::subsequence(names.to_vec(), 1..4).prop_flat_map(move |names| {
        let values = proptest::collection::vec(value.clone(), names.len());
        (Just(names), values)
    });
    let method = select(vec![
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::POST,
    ]);
    let path = select(vec![
        "/v1/plans",
        "/v1/measures.csv?limit=1",
        "/",
        "/v1/plans.ics",
        "/healthz",
    ]);
    for header in ["x-forwarded-for", "forwarded"] {
        let settings = [
            "aciqplan",
            "--forwarded-header",
            header,
            "--rate-limit",
            "60000000",
            "--rate-limit-loopback",
        ];
        register.front = Data::new(Front::new(&Cli::parse_from(settings).serve.limits));
        runner(100)
            .run(
                &(method.clone(), path.clone(), headers.clone()),
                |(method, path, (names, values))| {
                    let headers: Vec<(&str, &str)> = names
                        .into_iter()
                        .zip(values.iter().map(String::as_str))
                        .collect();
                    let answer = System::new().block_on(register.ask(method, path, &headers));
                    let known = answer.status.is_success()
                        || answer.status.is_client_error()
                        || answer.status == 304;
                    prop_assert!(
                        known,
                        "{path} {headers:?}: {} {}",
                        answer.status,
                        answer.text()
                    );
                    Ok(())
                },
            )
            .unwrap();
    }
}
