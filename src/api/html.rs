//! HTML rendering: what the pages for people have in common. The first page, problems and the snapshot are made of it.

use crate::api::directory::List;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

pub const HTML: &str = "text/html; charset=utf-8";

const STYLE: &str = "body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; \
    font: 1rem/1.5 system-ui, sans-serif } code { overflow-wrap: anywhere } li { margin-bottom: .5rem }";

/// The SHA-256 of the style of the pages, in base64: what a browser is told to allow.
pub fn style_hash() -> String {
    BASE64.encode(&Sha256::digest(STYLE))
}

/// A page, with what its head says beside the title.
pub fn page(title: &str, head: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n{head}\
         <style>{STYLE}</style>\n<main>\n{body}</main>\n</html>\n"
    )
}

/// A text in HTML or XML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A list as an item of a page: what it holds, and links to its formats, which begin with `base`.
pub fn list_item(list: &List, base: &str, more: &[String]) -> String {
    let path = list.path.trim_start_matches('/');
    let formats = list.extensions.iter().map(|extension| {
        let name = match *extension {
            "xlsx" => "Excel",
            "atom" => "Atom feed",
            "rss" => "RSS feed",
            "ics" => "calendar",
            "parquet" => "Parquet",
            "feed.json" => "JSON Feed",
            "json" | "csv" | "ndjson" => &extension.to_uppercase(),
            extension => extension,
        };
        link(&format!("{base}{path}.{extension}"), name)
    });
    let links: Vec<String> = formats.chain(more.iter().cloned()).collect();
    let (name, about) = (path.trim_start_matches("v1/"), escaped(list.about));
    format!(
        "<li><strong>{name}</strong>: {about}<br>{}\n",
        links.join(", ")
    )
}

/// A link in a page.
pub fn link(address: &str, name: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(address), escaped(name))
}
