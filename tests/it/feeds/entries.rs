//! What the entries of a feed tell, and where a corrected record stands.

use super::{
    FORMATS,
    readers::{content, entries, feed, names, title},
};
use crate::support::{self, Memory, PUBLIC_URL, empty, seeded};
use feed_rs::model::Feed;

/// The seeds, with the first indicator worded anew.
fn corrected() -> Memory {
    Memory::seeds().with(
        "measures.csv",
        "Elektron hökumət portalının mobil interfeysi və tətbiqinin təkmilləşdirilməsi ilə bağlı görülən tədbirlər,2016",
        "\"A & B <em> \"\"quoted\"\" 'single' ]]>\",2016",
    )
}

const CORRECTED: &str = "1.2 “Elektron hökumət” portalına çıxış imkanlarının asanlaşdırılması";

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
