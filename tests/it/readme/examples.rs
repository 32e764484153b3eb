//! Requests and the answers below them: each answer is a part of the real one.

use super::manual;
use crate::support::seeded;
use serde_json::Value as Json;

const REQUEST: &str = "curl -sg 'http://127.0.0.1:8080";

/// A request of a document and the answer below it.
struct Example {
    path: String,
    answer: Json,
}

/// Every request of a document with its answer.
fn examples(text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut asked: Option<String> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix(REQUEST) {
            let path = rest.strip_suffix('\'').expect("a request ends the line");
            let before = asked.replace(path.to_owned());
            assert_eq!(before, None, "this request has no answer");
        } else if line == "```json" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let path = asked.take().expect("an answer follows a request");
            let answer = serde_json::from_str(&block.join("\n"))
                .unwrap_or_else(|error| panic!("the answer to {path} is no JSON: {error}"));
            examples.push(Example { path, answer });
        }
    }
    assert_eq!(asked, None, "this request has no answer");
    examples
}

/// Where the document says what the answer does not: the first place, and both values.
fn difference(at: &str, told: &Json, real: &Json) -> Option<String> {
    match (told, real) {
        (Json::Object(told), Json::Object(real)) => told.iter().find_map(|(key, told)| {
            let at = format!("{at}.{key}");
            match real.get(key) {
                Some(real) => difference(&at, told, real),
                None => Some(format!("{at} is not in the answer")),
            }
        }),
        (Json::Array(told), Json::Array(real)) => {
            told.iter().enumerate().find_map(|(index, told)| {
                let at = format!("{at}[{index}]");
                match real.get(index) {
                    Some(real) => difference(&at, told, real),
                    None => Some(format!("{at} is not in the answer")),
                }
            })
        }
        _ => (told != real).then(|| format!("{at} is {real}, not {told}")),
    }
}

#[actix_web::test]
async fn every_answer_in_the_documents_is_a_part_of_the_real_one() {
    let manual = manual();
    let examples = manual.iter().map(|document| examples(&document.text));
    let examples: Vec<Example> = examples.flatten().collect();
    assert!(examples.len() >= 16, "{} examples", examples.len());
    for register in seeded() {
        for Example { path, answer } in &examples {
            // A problem is an answer too: one is shown.
            let real = register.get(path).await.json();
            assert_eq!(
                difference("answer", answer, &real),
                None,
                "{} {path}",
                register.name
            );
        }
    }
}

#[test]
fn a_difference_is_found_wherever_it_is() {
    let real = serde_json::json!({ "data": [{ "number": "5.1", "title": "x" }], "total": 1 });
    for told in [
        serde_json::json!({}),
        serde_json::json!({ "data": [] }),
        serde_json::json!({ "data": [{ "number": "5.1" }], "total": 1 }),
    ] {
        assert_eq!(difference("answer", &told, &real), None);
    }
    for (told, found) in [
        (
            serde_json::json!({ "data": [{ "number": "5.2" }] }),
            "answer.data[0].number is \"5.1\", not \"5.2\"",
        ),
        (
            serde_json::json!({ "data": [{}, {}] }),
            "answer.data[1] is not in the answer",
        ),
        (
            serde_json::json!({ "count": 1 }),
            "answer.count is not in the answer",
        ),
        (
            serde_json::json!({ "data": {} }),
            "answer.data is [{\"number\":\"5.1\",\"title\":\"x\"}], not {}",
        ),
    ] {
        assert_eq!(difference("answer", &told, &real).as_deref(), Some(found));
    }
}
