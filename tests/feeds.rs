//! Feeds: Atom, RSS and JSON Feed say the same, newest change first, and readers understand them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use actix_web::http::{Method, StatusCode};
use feed_rs::model::{Entry, Feed};
use serde_json::Value as Json;
use support::{Memory, PUBLIC_URL, Register, empty, seeded};

const FORMATS: [(&str, &str); 3] = [
    ("atom", "application/atom+xml"),
    ("rss", "application/rss+xml"),
    ("feed.json", "application/feed+json"),
];
const LISTS: [&str; 3] = ["measures", "status-entries", "changes"];

async fn feed(register: &Register, url: &str) -> Feed {
    let answer = register.get(url).await;
    assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.text());
    feed_rs::parser::parse(answer.body.as_slice()).unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// The entries of every page.
async fn entries(register: &Register, url: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut next = Some(url.to_owned());
    while let Some(url) = next {
        let page = feed(register, &url).await;
        next = page
            .links
            .iter()
            .find(|link| link.rel.as_deref() == Some("next"))
            .map(|link| link.href.strip_prefix(PUBLIC_URL).unwrap().to_owned());
        entries.extend(page.entries);
    }
    entries
}

fn ids(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.id.as_str()).collect()
}

fn names(entry: &Entry) -> Vec<Option<&str>> {
    let authors = entry.authors.iter();
    authors.map(|author| author.name.as_deref()).collect()
}

fn title(entry: &Entry) -> &str {
    &entry.title.as_ref().unwrap().content
}

fn content(entry: &Entry) -> &str {
    entry.content.as_ref().unwrap().body.as_deref().unwrap()
}

/// The seeds, with the first indicator worded anew.
fn corrected() -> Memory {
    Memory::seeds().with(
        "measures.csv",
        "Elektron hökumət portalının mobil interfeysi və tətbiqinin təkmilləşdirilməsi ilə bağlı görülən tədbirlər,2016",
        "A & B <em> \"quoted\" 'single' ]]>,2016",
    )
}

const CORRECTED: &str = "1.2 “Elektron hökumət” portalına çıxış imkanlarının asanlaşdırılması";

#[actix_web::test]
async fn every_feed_is_read_and_says_what_it_is() {
    for register in seeded() {
        for list in LISTS {
            for (extension, media_type) in FORMATS {
                let url = format!("/v1/{list}.{extension}");
                let answer = register.get(&url).await;
                assert_eq!(
                    answer.header("content-type"),
                    format!("{media_type}; charset=utf-8")
                );
                let feed = feed(&register, &url).await;
                assert_eq!(feed.entries.len(), 50, "{url}");
                let accept = [("accept", media_type)];
                let by_accept = register
                    .ask(Method::GET, &format!("/v1/{list}"), &accept)
                    .await;
                assert_eq!(by_accept.body, answer.body, "{url}");
            }
        }
        let atom = feed(&register, "/v1/measures.atom").await;
        assert_eq!(atom.language.as_deref(), Some("az"));
        let link = |rel: &str, kind: &str| {
            let mut links = atom.links.iter();
            let link = links.find(|link| {
                link.rel.as_deref() == Some(rel) && link.media_type.as_deref() == Some(kind)
            });
            link.unwrap_or_else(|| panic!("no {rel}")).href.clone()
        };
        let own = "application/atom+xml";
        assert_eq!(link("self", own), format!("{PUBLIC_URL}/v1/measures.atom"));
        assert_eq!(link("alternate", "text/html"), format!("{PUBLIC_URL}/"));
        assert_eq!(
            link("alternate", "application/json"),
            format!("{PUBLIC_URL}/v1/measures")
        );
        assert!(link("next", own).starts_with(&format!("{PUBLIC_URL}/v1/measures.atom?cursor=")));
        let rss = register.get("/v1/measures.rss").await.text();
        assert!(rss.contains("<language>az</language>"), "{rss}");
        assert!(rss.contains("rel=\"self\""), "{rss}");
        let json = register.json("/v1/measures.feed.json?limit=2").await;
        assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(json["language"], "az");
        assert_eq!(
            json["feed_url"],
            format!("{PUBLIC_URL}/v1/measures.feed.json?limit=2")
        );
        assert_eq!(json["home_page_url"], format!("{PUBLIC_URL}/"));
    }
}

#[actix_web::test]
async fn the_next_links_lead_through_everything_that_matches() {
    for register in seeded() {
        let expected = [
            (
                "measures",
                "plan=az-nap-2020-2022",
                "/v1/measures?plan=az-nap-2020-2022",
            ),
            (
                "status-entries",
                "year=2021&completion=substantial",
                "/v1/status-entries?year=2021&completion=substantial",
            ),
            (
                "changes",
                "resource=obligations",
                "/v1/changes?resource=obligations",
            ),
        ];
        for (list, filter, json) in expected {
            let total = register.json(json).await["meta"]["total"].as_u64().unwrap();
            assert!(total > 3, "{json}");
            for (extension, _) in FORMATS {
                let url = format!("/v1/{list}.{extension}?{filter}&limit=3");
                let mut found = if extension == "feed.json" {
                    json_ids(&register, &url).await
                } else {
                    let entries = entries(&register, &url).await;
                    ids(&entries).into_iter().map(str::to_owned).collect()
                };
                found.sort_unstable();
                found.dedup();
                assert_eq!(found.len() as u64, total, "{url}");
            }
        }
    }
}

async fn json_ids(register: &Register, url: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(url.to_owned());
    while let Some(url) = next {
        let page = register.json(&url).await;
        ids.extend(support::texts(&page["items"], "id"));
        next = match &page["next_url"] {
            Json::Null => None,
            link => support::path_of(link),
        };
    }
    ids
}

#[actix_web::test]
async fn a_search_is_a_feed_too() {
    for register in seeded() {
        let total =
            register.json("/v1/measures?q=seffafliq&limit=1").await["meta"]["total"].clone();
        let found = json_ids(&register, "/v1/measures.feed.json?q=seffafliq&limit=4").await;
        assert!(found.len() > 4);
        assert_eq!(total, found.len());
        let entries = entries(&register, "/v1/measures.atom?q=seffafliq&limit=4").await;
        assert_eq!(ids(&entries), found);
    }
}

#[actix_web::test]
async fn an_entry_tells_who_said_what_of_which_measure() {
    for register in empty() {
        // the plan names no body for its measures
        let assignment = "az-nap-2020-2022-1.1-maliyye-nazirliyi,az-nap-2020-2022-1.1,maliyye-nazirliyi,executor,1,Maliyyə Nazirliyi";
        let seeds = Memory::seeds().and("assignments.csv", assignment);
        register.load(&seeds).unwrap();
        let url = "/v1/status-entries.atom?measure=az-nap-2020-2022-1.1&year=2021";
        let entries = entries(&register, url).await;
        let [entry] = entries.as_slice() else {
            panic!("{} entries", entries.len())
        };
        assert!(title(entry).starts_with("1.1 "), "{}", title(entry));
        assert!(
            title(entry).ends_with("(2021: complete)"),
            "{}",
            title(entry)
        );
        assert_eq!(
            entry.summary.as_ref().unwrap().content,
            "beynəlxalq təcrübə nəzərə alınmaqla metodologiya hazırlanmışdır"
        );
        let said = content(entry);
        assert!(said.contains("<p>Bu bəndin icrası ilə bağlı"), "{said}");
        assert!(said.contains(", bənd 1.1</p>"), "{said}");
        let assessor = "/v1/agencies/korrupsiyaya-qarsi-mubarize-uzre-komissiya";
        let assessor = register.json(assessor).await;
        assert_eq!(names(entry), [assessor["data"]["name"].as_str()]);
        let id = "az-nap-2020-2022-1.1-2021-korrupsiyaya-qarsi-mubarize-uzre-komissiya";
        assert_eq!(
            entry.links[0].href,
            format!("{PUBLIC_URL}/v1/status-entries/{id}")
        );
        let terms = entry
            .categories
            .iter()
            .map(|category| category.term.as_str());
        let terms: Vec<&str> = terms.collect();
        assert_eq!(
            terms,
            [
                "az-nap-2020-2022",
                "az-nap-2020-2022-s1",
                "maliyye-nazirliyi"
            ]
        );
        assert_eq!(
            entry.categories[0].label.as_deref(),
            Some("Açıq hökumətin təşviqinə dair 2020-2022-ci illər üçün Milli Fəaliyyət Planı")
        );
    }
}

#[actix_web::test]
async fn a_measure_tells_who_promised_it_and_who_must_do_it() {
    for register in seeded() {
        let adopted = "/v1/measures.feed.json?plan=az-nap-2020-2022&limit=1";
        let adopted = register.json(adopted).await;
        assert_eq!(
            support::texts(&adopted["items"][0]["authors"], "name"),
            ["Azərbaycan Respublikasının Prezidenti"]
        );
        let published = "/v1/measures.feed.json?plan=az-ogp-platform-2017-2020&limit=1";
        let published = register.json(published).await;
        let platform = "/v1/agencies/aciq-hokumetin-tesviqine-dair-hokumet-vetendas-cemiyyeti-dialoqu-platformasi";
        let platform = register.json(platform).await;
        assert_eq!(
            published["items"][0]["authors"][0],
            serde_json::json!({ "name": platform["data"]["name"] })
        );
        // of this plan the source tells neither who adopted nor who published it
        let url = "/v1/measures.feed.json?agency=maliyye-nazirliyi&number=5.4";
        let feed = register.json(url).await;
        let item = &feed["items"][0];
        let authors = support::texts(&item["authors"], "name");
        assert!(
            authors.contains(&"Maliyyə Nazirliyi".to_owned()),
            "{authors:?}"
        );
        let tags = item["tags"].as_array().unwrap();
        assert!(tags.contains(&"Maliyyə Nazirliyi".into()), "{tags:?}");
        let said = item["content_html"].as_str().unwrap();
        assert!(said.contains("<p>Məsul qurumlar:</p><ul><li>"), "{said}");
        assert!(said.contains("<li>Maliyyə Nazirliyi</li>"), "{said}");
    }
}

#[actix_web::test]
async fn a_corrected_record_rises_to_the_top_under_its_old_id() {
    for register in empty() {
        register.load(&Memory::seeds()).unwrap();
        for (extension, _) in FORMATS {
            let url = format!("/v1/measures.{extension}?limit=500");
            let top = feed(&register, &url).await.entries[0].clone();
            assert!(!title(&top).starts_with(CORRECTED), "{}", title(&top));
        }
        register.backdate();
        let url = "/v1/measures.atom?limit=500";
        let before = feed(&register, url).await;
        register.load(&corrected()).unwrap();
        let after = feed(&register, url).await;
        let top = &after.entries[0];
        assert!(title(top).starts_with(CORRECTED), "{}", title(top));
        let old = before.entries.iter().find(|entry| entry.id == top.id);
        let old = old.expect("the same id");
        assert!(top.updated > old.updated);
        assert_eq!(top.published, old.published);
        assert_eq!(after.updated, top.updated);
        assert_eq!(after.id, before.id);
        let sorted = |feed: &Feed| {
            let mut ids: Vec<String> = feed.entries.iter().map(|entry| entry.id.clone()).collect();
            ids.sort();
            ids
        };
        assert_eq!(sorted(&after), sorted(&before));
        for (extension, _) in FORMATS {
            let url = format!("/v1/measures.{extension}?limit=1");
            let again = feed(&register, &url).await.entries.remove(0);
            assert_eq!(again.id, top.id, "{extension}");
            let changes = feed(&register, &format!("/v1/changes.{extension}?limit=1")).await;
            let change = title(&changes.entries[0]);
            assert!(
                change.starts_with("measures, corrected: 1.2 “Elektron"),
                "{change}"
            );
        }
    }
}

#[actix_web::test]
async fn any_text_keeps_a_feed_well_formed() {
    for register in seeded() {
        register.load(&corrected()).unwrap();
        for (extension, _) in FORMATS {
            let url = format!("/v1/measures.{extension}?limit=1");
            let entry = feed(&register, &url).await.entries.remove(0);
            let said = content(&entry);
            assert!(
                said.contains("A &amp; B &lt;em&gt; &quot;quoted&quot; 'single' ]]&gt;"),
                "{extension}: {said}"
            );
        }
        let url = "/v1/measures.atom?title[contains]=%3Cb%3E%26%22";
        let answer = register.get(url).await.text();
        assert!(
            answer.contains("(title[contains]=&lt;b&gt;&amp;"),
            "{answer}"
        );
        assert!(feed(&register, url).await.entries.is_empty());
    }
}

#[actix_web::test]
async fn an_unchanged_feed_is_not_sent_again() {
    for register in seeded() {
        for list in LISTS {
            for (extension, _) in FORMATS {
                let url = format!("/v1/{list}.{extension}?limit=2");
                let answer = register.get(&url).await;
                let tag = answer.header("etag");
                let modified = answer.header("last-modified");
                for condition in [("if-none-match", tag), ("if-modified-since", modified)] {
                    let again = register.ask(Method::GET, &url, &[condition]).await;
                    assert_eq!(
                        again.status,
                        StatusCode::NOT_MODIFIED,
                        "{url} {condition:?}"
                    );
                    assert!(again.body.is_empty());
                }
            }
        }
    }
}

#[actix_web::test]
async fn what_shapes_a_page_of_json_is_refused() {
    for register in seeded() {
        for parameter in ["sort=title", "page=2", "fields=id", "include=plan"] {
            for list in LISTS {
                let url = format!("/v1/{list}.atom?{parameter}");
                let answer = register.get(&url).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
                let name = parameter.split('=').next().unwrap();
                assert_eq!(answer.json()["errors"][0]["parameter"], name);
                let reason = answer.json()["errors"][0]["reason"].to_string();
                assert!(reason.contains("newest change first"), "{reason}");
            }
        }
        for url in [
            "/v1/measures.atom?agency=no-such-body",
            "/v1/measures.atom?titel=a",
            "/v1/measures.atom?cursor=forged",
            "/v1/changes.rss?cursor=forged",
            "/v1/changes?cursor=forged",
        ] {
            let answer = register.get(url).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
        }
        let answer = register.get("/v1/agencies.atom").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

#[actix_web::test]
async fn an_empty_register_has_empty_feeds() {
    for register in empty() {
        for list in LISTS {
            for (extension, _) in FORMATS {
                let feed = feed(&register, &format!("/v1/{list}.{extension}")).await;
                assert!(feed.entries.is_empty());
            }
        }
    }
}

#[actix_web::test]
async fn the_welcome_page_leads_to_the_feeds() {
    for register in seeded() {
        let page = register.get("/").await.text();
        let mut found = 0;
        for part in page.split("type=\"application/atom+xml\"").skip(1) {
            let (_, link) = part.split_once("href=\"").unwrap();
            let (link, _) = link.split_once('"').unwrap();
            feed(&register, link.strip_prefix(PUBLIC_URL).unwrap()).await;
            found += 1;
        }
        assert_eq!(found, 3);
    }
}

#[actix_web::test]
async fn both_databases_give_the_same_feeds() {
    let registers = seeded();
    let [sqlite, postgres] = registers.as_slice() else {
        panic!("two databases")
    };
    sqlite.backdate();
    postgres.backdate();
    for list in LISTS {
        for (extension, _) in FORMATS {
            let url = format!("/v1/{list}.{extension}?limit=500");
            let sqlite = sqlite.get(&url).await;
            let postgres = postgres.get(&url).await;
            for header in ["etag", "last-modified", "link", "content-type"] {
                assert_eq!(sqlite.header(header), postgres.header(header), "{url}");
            }
            assert!(sqlite.body == postgres.body, "{url}");
        }
    }
}
