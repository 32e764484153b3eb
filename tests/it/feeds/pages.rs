//! The pages of feeds: what they are, where they lead, what they take, and that all formats agree.

use super::{
    FORMATS, LISTS,
    readers::{entries, feed, ids, json_ids},
};
use crate::support::{PUBLIC_URL, empty, pair, seeded};
use actix_web::http::{Method, StatusCode};

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
async fn an_unchanged_feed_is_not_sent_again() {
    for register in seeded() {
        register.backdate();
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
            feed(&register, &format!("/{link}")).await;
            found += 1;
        }
        assert_eq!(found, 3);
    }
}

#[actix_web::test]
async fn both_databases_give_the_same_feeds() {
    let Some([sqlite, postgres]) = pair(seeded()) else {
        return;
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
