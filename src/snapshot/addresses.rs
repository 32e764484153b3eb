//! The addresses of files, in the place of those of the service.

use std::collections::HashMap;

/// The public address of the service while it is asked for texts: of a domain that cannot exist (RFC
/// 6761), so that wherever it stands it is an address of the service.
pub const SERVICE: &str = "http://snapshot.invalid";

/// The addresses of pages that have files of their own, with these files.
pub type Pages = HashMap<String, String>;

/// The text with `before` and a file for each address of the service.
pub fn rewritten(text: &str, before: &str, pages: &Pages) -> String {
    let mut rewritten = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(SERVICE) {
        rewritten.push_str(&rest[..start]);
        rest = &rest[start + SERVICE.len()..];
        let ends = |letter: char| letter.is_whitespace() || "\"<>\\)}".contains(letter);
        let end = rest.find(ends).unwrap_or(rest.len());
        let address = rest[..end].replace("&amp;", "&");
        rest = &rest[end..];
        let file = pages.get(&address).cloned();
        let file = file.unwrap_or_else(|| file_of(&address));
        rewritten.extend([before, &file]);
    }
    rewritten.push_str(rest);
    rewritten
}

/// The file of an address: of a list with parameters, the list.
fn file_of(address: &str) -> String {
    let (address, place) = match address.split_once('#') {
        Some((address, place)) => (address, format!("#{place}")),
        None => (address, String::new()),
    };
    let path = address.split('?').next().unwrap_or_default();
    let path = path.trim_matches('/');
    let file = match path.split('/').collect::<Vec<_>>().as_slice() {
        [""] => String::new(),
        ["v1"] => "v1/index.json".to_owned(),
        ["docs"] => "index.html".to_owned(),
        ["catalog"] => "catalog.jsonld".to_owned(),
        ["v1", "citation"] | ["v1", _, _, "citation"] => format!("{path}.txt"),
        ["v1", _, _, "history" | "scorecard"] => format!("{path}.json"),
        ["v1", list] if !list.contains('.') => format!("{path}.json"),
        // an id has points too, so it has no extension that a path could be asked for
        ["v1", _, id] if id.strip_suffix(".json").is_none() => format!("{path}.json"),
        _ => path.to_owned(),
    };
    file + &place
}

#[cfg(test)]
mod tests {
    use super::{Pages, rewritten};

    #[test]
    fn an_address_becomes_that_of_a_file_and_what_surrounds_it_stays() {
        let pages = Pages::from([(
            "/v1/changes?page=2".to_owned(),
            "v1/changes-2.json".to_owned(),
        )]);
        for (text, expected) in [
            (
                "url = {http://snapshot.invalid/v1/plans/a.1},",
                "url = {/v1/plans/a.1.json},",
            ),
            (
                "<http://snapshot.invalid/catalog#plans>",
                "</catalog.jsonld#plans>",
            ),
            (
                "(http://snapshot.invalid/v1/plans?a=b&amp;c=d)",
                "(/v1/plans.json)",
            ),
            (
                "\"http://snapshot.invalid/v1/changes?page=2\"",
                "\"/v1/changes-2.json\"",
            ),
            (
                "http://snapshot.invalid/v1/plans/a/citation x",
                "/v1/plans/a/citation.txt x",
            ),
            ("http://snapshot.invalid/v1/plans.csv", "/v1/plans.csv"),
            ("http://snapshot.invalid/", "/"),
        ] {
            assert_eq!(rewritten(text, "/", &pages), expected);
        }
    }
}
