//! The parameters that several resources, or none, have in common.

use crate::{
    api::{
        handlers::{
            changes, scorecard,
            search::{DEFAULT_HITS, MAX_HITS, searched},
        },
        openapi::parameters::{
            parameter, required,
            values::{some, truth, whole, word},
        },
        request::parameters::{DEFAULT_LIMIT, MAX_INTEGER, MAX_LIMIT, MAX_PAGE},
    },
    database::model::enums::Action,
};
use serde_json::{Value as Json, json};

/// A parameter and its name among the components.
type Named = (&'static str, Json);

/// The parameters of several operations.
pub fn components() -> Vec<(String, Json)> {
    let parameters = of_pages()
        .into_iter()
        .chain(of_changes())
        .chain(of_downloads())
        .chain(of_questions())
        .chain(of_caches());
    parameters
        .map(|(name, parameter)| (name.to_owned(), parameter))
        .collect()
}

fn of_pages() -> [Named; 3] {
    let limit = format!(
        "The most records of a page: {DEFAULT_LIMIT} unless it is given. More than {MAX_LIMIT} is read as {MAX_LIMIT}."
    );
    let limit = parameter("limit", &limit, whole(1, Some(MAX_INTEGER)), Some("10"));
    let cursor = parameter(
        "cursor",
        "Where the page starts: `meta.next_cursor` of an answer with the same `sort` and the same `q`.",
        json!({ "type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$" }),
        None,
    );
    let page = parameter(
        "page",
        "The number of the page, instead of a cursor. Records that come or go meanwhile shift the pages.",
        whole(1, Some(MAX_PAGE)),
        Some("1"),
    );
    [("limit", limit), ("cursor", cursor), ("page", page)]
}

fn of_changes() -> [Named; 3] {
    let since = parameter(
        "since",
        "Only changes with a higher number: the `dataset_version` or the last `number` of an earlier answer; \
         all of them unless it is given.",
        whole(0, Some(MAX_INTEGER)),
        Some("500"),
    );
    let resource = parameter(
        "resource",
        "Only changes of this resource.",
        word(&changes::resource_names()),
        Some("measures"),
    );
    let action = parameter(
        "action",
        "Only changes of this kind.",
        word(&changes::ACTIONS.map(Action::as_str)),
        Some("created"),
    );
    [("since", since), ("resource", resource), ("action", action)]
}

/// The words to search for.
fn search_query() -> Json {
    parameter(
        "q",
        "Words to search for, in any inflected form and without regard to case and diacritics; all \
         must be met. `\"exact phrase\"`, `-without`, `prefix*` (of two letters at least, or one in Chinese and \
         Japanese; 8 at most), `OR`. The best match comes first, unless more than 5000 records match.",
        json!({ "type": "string", "minLength": 1, "maxLength": 1000, "pattern": r"^[^\x00]+$" }),
        Some(WORDS),
    )
}

const WORDS: &str = "qaynar xətt";

/// The parameters of the search and of scorecards.
fn of_questions() -> [Named; 7] {
    let searched: Vec<&str> = searched().iter().map(|resource| resource.name).collect();
    let by = parameter(
        "by",
        "Divide the measures by this; see `groups`. A section counts without its subsections, so that the groups \
         add up; a measure with several bodies counts for each.",
        word(&scorecard::BY),
        Some("section"),
    );
    let year = parameter(
        "year",
        "Count what was said of this year. Without it the latest entry of each measure counts.",
        whole(1900, Some(2200)),
        Some("2021"),
    );
    let resource = parameter(
        "resource",
        "Only records of these resources, separated by commas.",
        some(&word(&searched)),
        Some("measures"),
    );
    let limit = format!(
        "The most hits of a page: {DEFAULT_HITS} unless it is given. More than {MAX_HITS} is read as {MAX_HITS}."
    );
    let limit = parameter("limit", &limit, whole(1, Some(MAX_INTEGER)), Some("10"));
    let page = parameter(
        "page",
        "The number of the page.",
        whole(1, Some(1000)),
        Some("1"),
    );
    [
        ("by", by),
        ("scorecard_year", year),
        ("q", search_query()),
        ("search_q", required(search_query(), WORDS)),
        ("search_resource", resource),
        ("search_limit", limit),
        ("search_page", page),
    ]
}

/// The headers by which a client says what it has.
fn of_caches() -> [Named; 2] {
    let header = |name: &str, about: &str| {
        let mut header = parameter(name, about, json!({ "type": "string" }), None);
        header["in"] = "header".into();
        header
    };
    [
        (
            "if_none_match",
            header(
                "If-None-Match",
                "The `ETag` of an earlier answer, `W/\"a47cd90be488e8f3278052a86fac888e\"`: 304 where the answer \
                 would be the same.",
            ),
        ),
        (
            "if_modified_since",
            header(
                "If-Modified-Since",
                "The `Last-Modified` of an earlier answer, `Sat, 21 Nov 2026 08:00:00 GMT`: 304 where nothing has \
                 changed since.",
            ),
        ),
    ]
}

/// The parameters that shape a download.
fn of_downloads() -> [Named; 4] {
    let truth = |name: &str, about: &str| parameter(name, about, truth(), Some("true"));
    [
        (
            "labels",
            truth(
                "labels",
                "`true`: after each column of ids one with the name or title of the record that it refers to, \
                 `plan_label` after `plan_id`. In every format.",
            ),
        ),
        (
            "bom",
            truth(
                "bom",
                "`true`: begins with a byte order mark, which Excel tells UTF-8 by. In CSV; the other formats need none.",
            ),
        ),
        (
            "excel",
            truth(
                "excel",
                "`true`: as Excel reads it without asking. It begins with a byte order mark, its separator is that of \
                 `lang`, and a text that a spreadsheet would take for a formula, a number, a date, a time or a truth \
                 gets an apostrophe before it: `'1.10`. So does a text that begins with one, and a last column, `guard`, \
                 says so, that what reads the file again can take them away. In CSV; XLSX needs none of it and is the \
                 better way to Excel.",
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
                Some("az"),
            ),
        ),
    ]
}
