//! A snapshot outlives the service: every link in its files leads to one of its files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use support::{Register, seeded, texts};

const SITE: &str = "http://archive.example/plans";

/// The files, by their paths below the folder.
async fn snapshot(register: &Register, public_url: &str) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let written = aciqplan::snapshot::write(register.database.clone(), folder.path(), public_url);
    let written = written.await.unwrap();
    let mut files = BTreeMap::new();
    read(folder.path(), "", &mut files);
    assert_eq!(files.len(), written);
    files
}

fn read(folder: &Path, path: &str, files: &mut BTreeMap<String, String>) {
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
            let bytes = fs::read(entry.path()).unwrap();
            files.insert(path, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

/// The files that a file links to; what is relative, seen from it.
fn links(path: &str, text: &str) -> BTreeSet<String> {
    let mut links = BTreeSet::new();
    let text = text.replace("\r\n ", "");
    for part in text.split(SITE).skip(1) {
        let end = part.find(|one: char| one.is_whitespace() || "\"<>\\)".contains(one));
        links.insert(part[..end.unwrap_or(part.len())].to_owned());
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if Path::new(path).extension() == Some("html".as_ref()) {
        for part in text.split("href=\"").skip(1) {
            let (link, _) = part.split_once('"').unwrap();
            links.insert(format!("{folder}/{link}"));
        }
    }
    let file = |link: String| match link.trim_start_matches('/') {
        "" => "index.html".to_owned(),
        link => link.to_owned(),
    };
    links.into_iter().map(file).collect()
}

#[actix_web::test]
async fn every_link_leads_to_a_file_and_every_file_is_found() {
    for register in seeded() {
        let files = snapshot(&register, SITE).await;
        let mut found = BTreeSet::from(["index.html".to_owned()]);
        let mut to_read = vec!["index.html".to_owned()];
        while let Some(path) = to_read.pop() {
            let text = files
                .get(&path)
                .unwrap_or_else(|| panic!("{path} is missing"));
            for link in links(&path, text) {
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
        for (path, text) in &files {
            assert!(!text.contains("snapshot.invalid"), "{path}");
        }
        for path in [
            "v1/index.json",
            "openapi.json",
            "v1/measures.atom",
            "v1/measures-2.rss",
            "v1/changes-2.json",
            "v1/changes-2.feed.json",
            "v1/obligations.ics",
            "v1/status-entries/index.html",
            "v1/measures/az-nap-2016-2018-4.1.1.json",
        ] {
            assert!(files.contains_key(path), "{path}");
        }
    }
}

#[actix_web::test]
async fn a_file_has_what_an_answer_has() {
    for register in seeded() {
        let files = snapshot(&register, SITE).await;
        let json = |path: &str| -> Json { serde_json::from_str(&files[path]).unwrap() };
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
        }
        let first = json("v1/changes.json");
        assert_eq!(first["links"]["next"], format!("{SITE}/v1/changes-2.json"));
        let second = json("v1/changes-2.json");
        let total = first["meta"]["total"].as_u64().unwrap();
        let rows = |page: &Json| page["data"].as_array().unwrap().len() as u64;
        assert_eq!(rows(&first) + rows(&second), total);
        assert_eq!(second["links"]["next"], Json::Null);
        assert_eq!(second["links"]["first"], format!("{SITE}/v1/changes.json"));
        let feed = feed_rs::parser::parse(files["v1/measures-2.atom"].as_bytes()).unwrap();
        assert_eq!(feed.entries.len(), 50);
        let link = |rel: &str| {
            let mut links = feed.links.iter();
            let link = links.find(|link| link.rel.as_deref() == Some(rel)).unwrap();
            link.href.clone()
        };
        assert_eq!(link("self"), format!("{SITE}/v1/measures-2.atom"));
        assert_eq!(link("next"), format!("{SITE}/v1/measures-3.atom"));
        assert_eq!(link("previous"), format!("{SITE}/v1/measures.atom"));
        for line in files["v1/measures.ics"].split_terminator("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
    }
}

#[actix_web::test]
async fn without_an_address_links_begin_at_the_root() {
    let register = &seeded()[0];
    let files = snapshot(register, "").await;
    let index: Json = serde_json::from_str(&files["v1/index.json"]).unwrap();
    let lists = texts(&index["data"]["resources"], "url");
    assert!(
        lists.contains(&"/v1/status-entries.json".to_owned()),
        "{lists:?}"
    );
    for list in lists {
        assert!(files.contains_key(list.trim_start_matches('/')), "{list}");
    }
    let feed: Json = serde_json::from_str(&files["v1/measures.feed.json"]).unwrap();
    assert_eq!(feed["next_url"], "/v1/measures-2.feed.json");
}
