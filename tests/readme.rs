//! The README tells the truth: each answer in it is a part of the real one.

mod support;

use aciqplan::config::Cli;
use clap::CommandFactory;
use serde_json::Value as Json;
use support::seeded;

const README: &str = include_str!("../README.md");
const REQUEST: &str = "curl -sg 'http://127.0.0.1:8080";

/// A request of the README and the answer below it.
struct Example {
    path: String,
    answer: Json,
}

/// Every request that is followed by an answer.
fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut asked: Option<String> = None;
    let mut lines = README.lines();
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

/// Where the README says what the answer does not: the first place, and both values.
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
async fn every_answer_in_the_readme_is_a_part_of_the_real_one() {
    let examples = examples();
    assert!(examples.len() >= 10, "{} examples", examples.len());
    for register in seeded() {
        for Example { path, answer } in &examples {
            // A problem is an answer too: the README shows one.
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
fn every_setting_of_the_service_is_in_the_readme_with_its_default() {
    let command = Cli::command();
    let serve = command.find_subcommand("serve").expect("there is `serve`");
    let flags: Vec<_> = serve
        .get_arguments()
        .filter(|flag| flag.get_long() != Some("help"))
        .collect();
    assert!(flags.len() > 15, "{}", flags.len());
    for flag in flags {
        let (Some(long), Some(variable)) = (flag.get_long(), flag.get_env()) else {
            panic!("{} has no flag or no variable", flag.get_id());
        };
        let names = flag
            .get_value_names()
            .filter(|_| flag.get_action().takes_values());
        let value = names.map_or_else(String::new, |names| format!(" {}", names.join("")));
        let start = format!("| `--{long}{value}` | `{}`", variable.display());
        let line = README.lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no line begins with {start}"));
        let defaults: Vec<_> = flag
            .get_default_values()
            .iter()
            .map(|value| value.display().to_string())
            .collect();
        let is_told_in_words = ["--public-url", "--cache-bytes", "--file-cache-bytes"]
            .contains(&format!("--{long}").as_str());
        if !defaults.is_empty() && !is_told_in_words {
            assert!(
                line.contains(&format!("| `{}` |", defaults.join(","))),
                "{line}: {defaults:?}"
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
