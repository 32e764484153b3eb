//! The headers of answers, and the problems that bear some of them.

use crate::api::{
    error,
    openapi::schemas::{self, Object},
};

use serde_json::{Value as Json, json};

/// The headers of an answer that no cache keeps, beside those that it names itself: what is one client's.
const OWN: [&str; 3] = ["X-Request-Id", "RateLimit", "RateLimit-Policy"];

/// The headers of an answer that caches may keep.
pub const CACHED: [&str; 6] = [
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Vary",
    "Link",
    "Access-Control-Allow-Origin",
];

/// Every header: its name, what it says, an example.
const HEADERS: [(&str, &str, &str); 12] = [
    (
        "ETag",
        "Changes with the content; for `If-None-Match`.",
        "W/\"a47cd90be488e8f3278052a86fac888e\"",
    ),
    (
        "Last-Modified",
        "The end of the second in which the dataset last changed; not before that is over.",
        "Sat, 21 Nov 2026 08:00:00 GMT",
    ),
    (
        "Cache-Control",
        "How long the answer may be kept.",
        "public, max-age=60, stale-while-revalidate=600",
    ),
    (
        "Vary",
        "What of a request the answer depends on; without `Accept` where the extension of the path decides.",
        "Accept, Accept-Encoding",
    ),
    (
        "Link",
        "The pages of a list, as `links` has them; the licence; what to cite (RFC 8574).",
        "<https://creativecommons.org/licenses/by/4.0/>; rel=\"license\", \
         <http://127.0.0.1:8080/v1>; rel=\"cite-as\"",
    ),
    (
        "Content-Disposition",
        "What a file is to be called.",
        "inline; filename=\"measures-v604.csv\"",
    ),
    (
        "Content-Range",
        "Which bytes of the file these are, and how many there are in all.",
        "bytes 0-1023/146515",
    ),
    (
        "Access-Control-Allow-Origin",
        "Any page may read the answer.",
        "*",
    ),
    ("Retry-After", "Seconds to wait before the next try.", "5"),
    (
        "X-Request-Id",
        "The id of the request: that which it brought, where that is a plain word of up to 128 \
         letters, digits and `-._~:+/=@`, else a new one.",
        "0af7651916cd43dd8448eb211c80319c",
    ),
    (
        "RateLimit",
        "Where requests are limited: how many more (`r`), and in how many seconds it is as many as \
         ever (`t`). Each 100 ms of work take one more.",
        "\"default\";r=199;t=1",
    ),
    (
        "RateLimit-Policy",
        "Where requests are limited: how many (`q`) in how many seconds (`w`).",
        "\"default\";q=200;w=20",
    ),
];

/// Every header, by its name.
pub fn headers() -> Object {
    let header = |(name, about, example): (&str, &str, &str)| {
        let schema = json!({ "type": "string" });
        let header = json!({ "description": about, "schema": schema, "example": example });
        (name.to_owned(), header)
    };
    HEADERS.into_iter().map(header).collect()
}

/// Adds the headers to an answer that no cache keeps.
pub fn add_own(answer: &mut Json) {
    add(answer, &OWN);
}

/// Adds headers to an answer.
pub fn add(answer: &mut Json, names: &[&str]) {
    for name in names {
        answer["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
}

/// The answers that all operations share: that the client has it, and the problems by their status; where
/// several problems have one status, all of them are told.
pub fn responses() -> Object {
    let mut not_modified = json!({ "description": "The answer is the one that the client has." });
    add(&mut not_modified, &CACHED);
    let mut problems = Object::new();
    problems.insert("NotModified".to_owned(), not_modified);
    for kind in error::KINDS
        .iter()
        .filter(|kind| kind.name != "method-not-allowed")
    {
        let status = kind.status.as_u16();
        let about = format!("{}. {}", kind.title, kind.about);
        let problem = problems
            .entry(format!("Problem{status}"))
            .or_insert(Json::Null);
        if let Some(other) = problem["description"].as_str() {
            problem["description"] = format!("{other}\n\n{about}").into();
            continue;
        }
        *problem = json!({
            "description": about,
            "content": { "application/problem+json": { "schema": schemas::reference("Problem") } },
        });
        if matches!(status, 429 | 503) {
            add(problem, &["Retry-After"]);
        }
        add_own(problem);
    }
    problems
}
