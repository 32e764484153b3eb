//! Links as platforms pass them on: with parameters of their own, which change nothing.

use crate::support::{PUBLIC_URL, seeded};
use actix_web::http::StatusCode;

/// What is added before and behind the parameters of an address.
const BEFORE: &str = "fbclid=IwAR0abc&UTM_Source=n%C9%99%C5%9Fr&";
const BEHIND: &str =
    "&utm%5Fcampaign=a&gclid=1&yclid=2&msclkid=3&mc_cid=4&mc_eid=5&igshid=6&_=1700000000";

const ADDRESSES: [&str; 36] = [
    "/",
    "/v1",
    "/v1/measures?",
    "/v1/measures?agency=maliyye-nazirliyi&limit=2",
    "/v1/measures?q=korrupsiya&facets=plan&limit=3",
    "/v1/measures?limit=2&page=2",
    "/v1/measures.csv?plan=az-nap-2016-2018",
    "/v1/measures.ndjson?plan=az-nap-2016-2018",
    "/v1/measures.parquet",
    "/v1/agencies.xlsx",
    "/v1/measures.atom?plan=az-nap-2016-2018&limit=2",
    "/v1/measures.rss",
    "/v1/measures.feed.json",
    "/v1/measures.ics?plan=az-nap-2016-2018",
    "/v1/obligations.ics",
    "/v1/measures.csv-metadata.json",
    "/v1/measures/az-nap-2016-2018-5.4?include=plan",
    "/v1/measures/az-nap-2016-2018-5.4",
    "/v1/measures/az-nap-2016-2018-5.4/history",
    "/v1/measures/az-nap-2016-2018-5.4/citation.bib",
    "/v1/measures/stats?group_by=plan",
    "/v1/measures/stats.csv?group_by=plan",
    "/v1/plans/az-nap-2016-2018/scorecard?by=section",
    "/v1/changes?limit=2",
    "/v1/changes.atom?limit=2",
    "/v1/search?q=korrupsiya&limit=2",
    "/v1/citation",
    "/v1/dataset.zip",
    "/v1/dataset.xlsx",
    "/catalog.ttl",
    "/datapackage.json",
    "/.well-known/api-catalog",
    "/robots.txt",
    "/sitemap.xml",
    "/llms.txt",
    "/openapi.json",
];

#[actix_web::test]
async fn what_platforms_add_to_a_link_changes_no_answer() {
    for register in seeded() {
        for address in ADDRESSES {
            let (path, query) = address.split_once('?').unwrap_or((address, ""));
            let plain = register.get(address).await;
            assert_eq!(plain.status, StatusCode::OK, "{address}");
            let shared = format!("{path}?{BEFORE}{query}{BEHIND}");
            let answer = register.get(&shared).await;
            assert_eq!(answer.status, StatusCode::OK, "{shared}: {}", answer.text());
            for name in ["etag", "link", "content-type", "content-disposition"] {
                assert_eq!(answer.header(name), plain.header(name), "{shared}: {name}");
            }
            assert!(answer.body == plain.body, "{shared}");
        }
    }
}

#[actix_web::test]
async fn a_shared_link_leads_on_by_addresses_that_are_clean() {
    for register in seeded() {
        let url = "/v1/measures?utm_source=newsletter&plan=az-nap-2016-2018&_=17&limit=2";
        let links = register.json(url).await["links"].clone();
        let this = format!("{PUBLIC_URL}/v1/measures?plan=az-nap-2016-2018&limit=2");
        assert_eq!(links["self"], this);
        let alone = register.json("/v1/measures?fbclid=1").await["links"].clone();
        assert_eq!(alone["self"], format!("{PUBLIC_URL}/v1/measures"));
        let calendar = register.get("/v1/measures.ics?fbclid=1&plan=az-nap-2016-2018");
        assert!(!calendar.await.text().contains("fbclid"));
    }
}

#[actix_web::test]
async fn a_name_that_no_platform_adds_is_still_refused() {
    for register in seeded() {
        for query in [
            "utm=1",
            "clid=1",
            "fbclid[]=1",
            "__=1",
            "ref=1",
            "agncy=x&fbclid=1",
        ] {
            let answer = register.get(&format!("/v1/measures?{query}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(!answer.text().contains("`fbclid`"), "{}", answer.text());
        }
    }
}
