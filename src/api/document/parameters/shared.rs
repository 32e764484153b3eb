//! The parameters that several paths take.

use super::{
    super::{
        DEFAULT_HITS, MAX_HITS, Object, changes,
        given::{DEFAULT_LIMIT, MAX_INTEGER, MAX_LIMIT, MAX_PAGE},
        scorecard, searched,
    },
    parameter, search_query,
    values::{one_of, whole},
};
use crate::database::vocabulary::Action;
use serde_json::{Value as Json, json};

/// The parameters of several operations.
pub fn shared() -> Object {
    let limit =
        format!("The most records of a page. More than {MAX_LIMIT} is read as {MAX_LIMIT}.");
    let resources = json!({ "type": "string", "enum": changes::resource_names() });
    let actions = json!({ "type": "string", "enum": changes::ACTIONS.map(Action::as_str) });
    let parameters = [
        (
            "limit",
            parameter(
                "limit",
                &limit,
                whole(1, Some(MAX_INTEGER), Some(DEFAULT_LIMIT)),
                Some(10.into()),
            ),
        ),
        (
            "cursor",
            parameter(
                "cursor",
                "Where the page starts: taken from `links.next` or `links.prev` of an answer with the same `sort` and the same `q`.",
                json!({ "type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$" }),
                None,
            ),
        ),
        (
            "page",
            parameter(
                "page",
                "The number of the page, instead of a cursor. Records that come or go meanwhile shift the pages.",
                whole(1, Some(MAX_PAGE), None),
                Some(1.into()),
            ),
        ),
        (
            "since",
            parameter(
                "since",
                "Only changes with a higher number: the `dataset_version` or the last `number` of an earlier answer.",
                whole(0, Some(MAX_INTEGER), Some(0)),
                Some(500.into()),
            ),
        ),
        (
            "resource",
            parameter(
                "resource",
                "Only changes of this resource.",
                resources,
                Some("measures".into()),
            ),
        ),
        (
            "action",
            parameter(
                "action",
                "Only changes of this kind.",
                actions,
                Some("created".into()),
            ),
        ),
    ];
    parameters
        .into_iter()
        .chain(of_downloads())
        .chain(of_questions())
        .chain(of_caches())
        .map(|(name, parameter)| (name.to_owned(), parameter))
        .collect()
}

/// The parameters of the search and of scorecards.
fn of_questions() -> [(&'static str, Json); 6] {
    let searched: Vec<&str> = searched().iter().map(|resource| resource.name).collect();
    [
        (
            "by",
            parameter(
                "by",
                "Divide the measures by this; see `groups`. A section counts without its subsections, so that the groups \
                 add up; a measure with several bodies counts for each.",
                json!({ "type": "string", "enum": scorecard::BY }),
                Some("section".into()),
            ),
        ),
        (
            "scorecard_year",
            parameter(
                "year",
                "Count what was said of this year. Without it the latest entry of each measure counts.",
                whole(1900, Some(2200), None),
                Some(2021.into()),
            ),
        ),
        ("search_q", search_query(true)),
        (
            "search_resource",
            parameter(
                "resource",
                "Only records of these resources, separated by commas.",
                one_of(&searched.join("|")),
                Some("measures".into()),
            ),
        ),
        (
            "search_limit",
            parameter(
                "limit",
                &format!("The most hits of a page. More than {MAX_HITS} is read as {MAX_HITS}."),
                whole(1, Some(MAX_INTEGER), Some(DEFAULT_HITS)),
                Some(10.into()),
            ),
        ),
        (
            "search_page",
            parameter(
                "page",
                "The number of the page.",
                whole(1, Some(1000), Some(1)),
                Some(1.into()),
            ),
        ),
    ]
}

/// The headers by which a client says what it has.
fn of_caches() -> [(&'static str, Json); 2] {
    let header = |name: &str, about: &str, example: &str| {
        let mut header = parameter(
            name,
            about,
            json!({ "type": "string" }),
            Some(example.into()),
        );
        header["in"] = "header".into();
        header
    };
    [
        (
            "if_none_match",
            header(
                "If-None-Match",
                "The `ETag` of an earlier answer: 304 where the answer would be the same.",
                "W/\"a47cd90be488e8f3278052a86fac888e\"",
            ),
        ),
        (
            "if_modified_since",
            header(
                "If-Modified-Since",
                "The `Last-Modified` of an earlier answer: 304 where nothing has changed since.",
                "Sat, 21 Nov 2026 08:00:00 GMT",
            ),
        ),
    ]
}

/// The parameters that shape a download.
fn of_downloads() -> [(&'static str, Json); 4] {
    [
        (
            "labels",
            parameter(
                "labels",
                "`true`: after each column of ids one with the name or title of the record that it refers to, \
                 `plan_label` after `plan_id`. In every format.",
                json!({ "type": "boolean", "default": false }),
                Some(true.into()),
            ),
        ),
        (
            "bom",
            parameter(
                "bom",
                "`true`: begins with a byte order mark, which Excel tells UTF-8 by. In CSV; the other formats need none.",
                json!({ "type": "boolean", "default": false }),
                Some(true.into()),
            ),
        ),
        (
            "excel",
            parameter(
                "excel",
                "`true`: as Excel reads it without asking. It begins with a byte order mark, its separator is that of \
                 `lang`, and a text that a spreadsheet would take for a formula, a number, a date, a time or a truth \
                 gets an apostrophe before it: `'1.10`. In CSV; XLSX needs none of it and is the better way to Excel.",
                json!({ "type": "boolean", "default": false }),
                Some(true.into()),
            ),
        ),
        (
            "lang",
            parameter(
                "lang",
                "The language of the spreadsheet's settings, for CSV with `excel=true`: in `en` and other languages \
                 that write 1.5 the separator is the comma, in `az` and others that write 1,5 the semicolon. By \
                 default the language of the register.",
                json!({ "type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$", "maxLength": 35 }),
                Some("az".into()),
            ),
        ),
    ]
}
