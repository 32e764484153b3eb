//! Made-up cursors: each is taken or refused, and by both databases alike.

use super::{
    alike::{alike, encoded, same_answer},
    runner,
    values::any_value,
};
use crate::support::{PUBLIC_URL, Register};
use actix_web::rt::System;
use data_encoding::BASE64URL_NOPAD;
use proptest::{prelude::*, sample::Index, sample::select};
use serde_json::Value as Json;

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
