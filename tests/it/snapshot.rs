//! A snapshot outlives the service: every link in its files leads to one of its files.

use crate::support::{Register, seeded, texts};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Read},
    path::Path,
};

const SITE: &str = "http://archive.example/plans";
/// What is found without a link to it.
const KNOWN_PLACES: [&str; 4] = [
    "index.html",
    "llms.txt",
    "robots.txt",
    ".well-known/api-catalog",
];

/// The files, by their paths below the folder.
type Files = BTreeMap<String, Vec<u8>>;

async fn snapshot(register: &Register, public_url: &str) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let written = aciqplan::snapshot::write(register.database.clone(), folder.path(), public_url);
    let written = written.await.unwrap();
    let mut files = BTreeMap::new();
    read(folder.path(), "", &mut files);
    assert_eq!(files.len(), written);
    files
}

fn read(folder: &Path, path: &str, files: &mut Files) {
    for entry in fs::read_dir(folder.join(path)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if path.is_empty() {
            name
        } else {
            format!("{path}/{name}")
        };
        if entry.path().is_dir() {
            read(folder, &path, files);
        } else {
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

fn text(files: &Files, path: &str) -> String {
    let bytes = files
        .get(path)
        .unwrap_or_else(|| panic!("{path} is missing"));
    String::from_utf8(bytes.clone()).unwrap_or_else(|_| panic!("{path} is no text"))
}

fn json(files: &Files, path: &str) -> Json {
    serde_json::from_str(&text(files, path)).unwrap()
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(path).extension().and_then(|it| it.to_str());
    extension.is_some_and(|extension| extensions.contains(&extension))
}

/// What a file says, unpacked where it is an archive; nothing where it is a table in binary.
fn contents(path: &str, bytes: &[u8]) -> String {
    if has_extension(path, &["parquet", "sqlite"]) {
        return String::new();
    }
    if !has_extension(path, &["zip", "xlsx"]) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
    let mut texts = String::new();
    for number in 0..archive.len() {
        archive
            .by_index(number)
            .unwrap()
            .read_to_string(&mut texts)
            .unwrap();
    }
    texts
}

/// The paths that a file links to; what is relative, seen from it.
fn links(path: &str, text: &str) -> BTreeSet<String> {
    let mut links = BTreeSet::new();
    let text = text.replace("\r\n ", "");
    for part in text.split(SITE).skip(1) {
        let ends = |one: char| one.is_whitespace() || "\"<>\\)}#".contains(one) || one.is_control();
        links.insert(part[..part.find(ends).unwrap_or(part.len())].to_owned());
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if has_extension(path, &["html"]) {
        for part in text.split("href=\"").skip(1) {
            let (link, _) = part.split_once('"').unwrap();
            links.insert(format!("{folder}/{link}"));
        }
    }
    links.iter().map(|link| resolved(link)).collect()
}

/// The path without `..` and slashes around it.
fn resolved(link: &str) -> String {
    let mut names = Vec::new();
    for name in link.split('/').filter(|name| !name.is_empty()) {
        match name {
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

/// The file that a web server gives: of a folder, its index.
fn served(files: &Files, link: String) -> String {
    let index = resolved(&format!("{link}/index.html"));
    if files.contains_key(&index) {
        index
    } else {
        link
    }
}

#[actix_web::test]
async fn every_link_leads_to_a_file_and_a_file_has_what_an_answer_has() {
    for register in seeded() {
        let files = snapshot(&register, SITE).await;
        every_link_leads_to_a_file_and_every_file_is_found(&files);
        a_file_has_what_an_answer_has(&register, &files).await;
    }
}

fn every_link_leads_to_a_file_and_every_file_is_found(files: &Files) {
    let mut found: BTreeSet<String> = KNOWN_PLACES.map(str::to_owned).into();
    let mut to_read: Vec<String> = found.iter().cloned().collect();
    while let Some(path) = to_read.pop() {
        let bytes = files
            .get(&path)
            .unwrap_or_else(|| panic!("{path} is missing"));
        for link in links(&path, &contents(&path, bytes)) {
            let link = served(files, link);
            if found.insert(link.clone()) {
                to_read.push(link);
            }
        }
    }
    let all: BTreeSet<String> = files.keys().cloned().collect();
    assert_eq!(
        all.difference(&found).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    for (path, bytes) in files {
        assert!(
            !contents(path, bytes).contains("snapshot.invalid"),
            "{path}"
        );
    }
    for path in [
        "v1/index.json",
        "openapi.json",
        "catalog.rdf",
        "sitemap.xml",
        "v1/measures.csv-metadata.json",
        "v1/measures.atom",
        "v1/measures-2.rss",
        "v1/changes-2.json",
        "v1/changes-2.feed.json",
        "v1/obligations.ics",
        "v1/citation.bib",
        "v1/status-entries/index.html",
        "v1/measures/az-nap-2016-2018-4.1.1.json",
        "v1/measures/az-nap-2016-2018-4.1.1/citation.csl.json",
        "v1/measures/az-nap-2016-2018-4.1.1/history.json",
        "v1/plans/az-nap-2020-2022/scorecard.json",
    ] {
        assert!(files.contains_key(path), "{path}");
    }
    // What is compressed in itself names the site too.
    for path in ["v1/measures.xlsx", "v1/dataset.zip", "v1/dataset.xlsx"] {
        let found = links(path, &contents(path, &files[path]));
        assert!(found.contains(path), "{path}: {found:?}");
    }
    for path in ["v1/dataset.sqlite", "v1/measures.parquet"] {
        let text = String::from_utf8_lossy(&files[path]);
        assert!(text.contains(&format!("{SITE}/{path}")), "{path}");
    }
}

async fn a_file_has_what_an_answer_has(register: &Register, files: &Files) {
    let json = |path: &str| json(files, path);
    let list = json("v1/measures.json");
    let answer = register.json("/v1/measures?limit=500").await;
    assert_eq!(list["data"], answer["data"]);
    assert_eq!(list["meta"], answer["meta"]);
    for id in texts(&answer["data"], "id") {
        let answer = register.json(&format!("/v1/measures/{id}")).await;
        assert_eq!(
            json(&format!("v1/measures/{id}.json"))["data"],
            answer["data"]
        );
        let history = register.json(&format!("/v1/measures/{id}/history")).await;
        assert_eq!(
            json(&format!("v1/measures/{id}/history.json"))["data"],
            history["data"]
        );
    }
    let scorecard = register.json("/v1/plans/az-nap-2020-2022/scorecard").await;
    assert_eq!(
        json("v1/plans/az-nap-2020-2022/scorecard.json")["data"],
        scorecard["data"]
    );
    let first = json("v1/changes.json");
    assert_eq!(first["links"]["next"], format!("{SITE}/v1/changes-2.json"));
    let second = json("v1/changes-2.json");
    let total = first["meta"]["total"].as_u64().unwrap();
    let rows = |page: &Json| page["data"].as_array().unwrap().len() as u64;
    assert_eq!(rows(&first) + rows(&second), total);
    assert_eq!(second["links"]["next"], Json::Null);
    assert_eq!(second["links"]["first"], format!("{SITE}/v1/changes.json"));
    let feed = feed_rs::parser::parse(files["v1/measures-2.atom"].as_slice()).unwrap();
    assert_eq!(feed.entries.len(), 50);
    let link = |rel: &str| {
        let mut links = feed.links.iter();
        let link = links.find(|link| link.rel.as_deref() == Some(rel)).unwrap();
        link.href.clone()
    };
    assert_eq!(link("self"), format!("{SITE}/v1/measures-2.atom"));
    assert_eq!(link("next"), format!("{SITE}/v1/measures-3.atom"));
    assert_eq!(link("previous"), format!("{SITE}/v1/measures.atom"));
    for line in text(files, "v1/measures.ics").split_terminator("\r\n") {
        assert!(line.len() <= 75, "{line}");
    }
}

#[actix_web::test]
async fn without_an_address_links_begin_at_the_root() {
    let register = &seeded()[0];
    let files = snapshot(register, "").await;
    let index = json(&files, "v1/index.json");
    let lists = texts(&index["data"]["resources"], "url");
    assert!(
        lists.contains(&"/v1/status-entries.json".to_owned()),
        "{lists:?}"
    );
    for list in lists {
        assert!(files.contains_key(list.trim_start_matches('/')), "{list}");
    }
    let feed = json(&files, "v1/measures.feed.json");
    assert_eq!(feed["next_url"], "/v1/measures-2.feed.json");
    // A search engine takes whole addresses only.
    assert!(!files.contains_key("sitemap.xml"));
    // The folder is a Data Package as it stands: paths in it begin beside the descriptor.
    let descriptor = json(&files, "datapackage.json");
    for path in texts(&descriptor["resources"], "path") {
        assert!(files.contains_key(&path), "{path}");
    }
    let about = contents("v1/measures.xlsx", &files["v1/measures.xlsx"]);
    assert!(about.contains("/v1/measures.xlsx"));
    assert!(!about.contains("http://snapshot"));
}
