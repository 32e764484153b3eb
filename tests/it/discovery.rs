//! What programs look for at known places is there, and every answer of data names its licence.

use crate::support::{PUBLIC_URL, path_of, seeded};
use actix_web::http::StatusCode;

const LICENCE: &str = "<https://creativecommons.org/licenses/by/4.0/>; rel=\"license\"";

#[actix_web::test]
async fn every_answer_of_data_names_its_licence_and_what_to_cite() {
    for register in seeded() {
        let whole = format!("<{PUBLIC_URL}/v1>; rel=\"cite-as\"");
        for url in [
            "/v1",
            "/v1/measures.atom",
            "/v1/status-entries.rss",
            "/v1/changes.feed.json",
            "/v1/measures?limit=2",
            "/v1/changes?limit=2",
            "/v1/measures/az-nap-2016-2018-4.1.1/history",
            "/datapackage.json",
            "/catalog",
            "/v1/citation",
            "/v1/plans.csv-metadata.json",
        ] {
            let answer = register.get(url).await;
            let links: Vec<&str> = answer.header("link").split(", ").collect();
            assert!(links.contains(&LICENCE), "{url}: {links:?}");
            assert!(links.contains(&whole.as_str()), "{url}: {links:?}");
        }
        let record = format!("{PUBLIC_URL}/v1/measures/az-nap-2016-2018-4.1.1");
        for path in ["", ".json", "?include=plan", "/citation"] {
            let url = format!("/v1/measures/az-nap-2016-2018-4.1.1{path}");
            let answer = register.get(&url).await;
            let links: Vec<&str> = answer.header("link").split(", ").collect();
            assert!(links.contains(&LICENCE), "{url}: {links:?}");
            let cite_as = format!("<{record}>; rel=\"cite-as\"");
            assert!(links.contains(&cite_as.as_str()), "{url}: {links:?}");
        }
        let list = register.get("/v1/measures?limit=2").await;
        assert!(
            list.header("link").contains("rel=\"next\""),
            "the pages are still there"
        );
    }
}

#[actix_web::test]
async fn the_catalogue_of_apis_leads_to_what_describes_this_one() {
    for register in seeded() {
        let answer = register.get("/.well-known/api-catalog").await;
        assert_eq!(
            answer.header("content-type"),
            "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\""
        );
        assert!(answer.header("link").contains("rel=\"api-catalog\""));
        let linkset = answer.json()["linkset"].clone();
        assert_eq!(
            linkset[0]["anchor"],
            format!("{PUBLIC_URL}/.well-known/api-catalog")
        );
        assert_eq!(linkset[0]["item"][0]["href"], linkset[1]["anchor"]);
        for relation in ["service-desc", "service-doc", "service-meta", "status"] {
            for target in linkset[1][relation].as_array().unwrap() {
                let path = path_of(&target["href"]).unwrap();
                let answer = register.get(&path).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}");
                let kind = target["type"].as_str().unwrap();
                assert!(answer.header("content-type").starts_with(kind), "{path}");
            }
        }
    }
}

#[actix_web::test]
async fn security_txt_names_the_contact_of_the_settings_for_a_year() {
    for mut register in seeded() {
        let path = "/.well-known/security.txt";
        assert_eq!(register.get(path).await.status, StatusCode::NOT_FOUND);
        register.contact = Some("mailto:security@register.example".to_owned());
        let answer = register.get(path).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        let text = answer.text();
        let field = |name: &str| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap().to_owned()
        };
        assert_eq!(field("Contact"), "mailto:security@register.example");
        assert_eq!(field("Canonical"), format!("{PUBLIC_URL}{path}"));
        let expires = chrono::DateTime::parse_from_rfc3339(&field("Expires")).unwrap();
        let days = (expires.to_utc() - chrono::Utc::now()).num_days();
        assert!((363..=365).contains(&days), "{days}");
    }
}

#[actix_web::test]
async fn the_sitemap_names_pages_that_are_there() {
    for register in seeded() {
        let robots = register.get("/robots.txt").await.text();
        assert_eq!(
            robots,
            format!("User-agent: *\nAllow: /\n\nSitemap: {PUBLIC_URL}/sitemap.xml\n")
        );
        let sitemap = register.get("/sitemap.xml").await;
        assert!(sitemap.header("content-type").starts_with("text/xml"));
        let text = sitemap.text();
        let pages = text
            .split("<loc>")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap());
        let pages: Vec<&str> = pages.collect();
        for page in ["/", "/v1/status-entries", "/catalog", "/docs/"] {
            assert!(
                pages.contains(&format!("{PUBLIC_URL}{page}").as_str()),
                "{page}"
            );
        }
        for page in pages {
            let path = page.strip_prefix(PUBLIC_URL).unwrap();
            assert_eq!(register.get(path).await.status, StatusCode::OK, "{path}");
        }
    }
}

#[actix_web::test]
async fn llms_txt_leads_to_paths_that_are_there() {
    for register in seeded() {
        let text = register.get("/llms.txt").await.text();
        let title = "# Açıq Plan: Azerbaijan's National Action Plans on open government\n\n> What";
        assert!(text.starts_with(title), "{text}");
        let links = text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap());
        let links: Vec<&str> = links.collect();
        assert!(links.len() > 20);
        for link in links {
            let path = link.strip_prefix(PUBLIC_URL).unwrap();
            assert_eq!(register.get(path).await.status, StatusCode::OK, "{path}");
        }
    }
}

#[actix_web::test]
async fn the_welcome_page_tells_programs_where_to_go() {
    for register in seeded() {
        let page = register.get("/").await.text();
        assert!(page.contains("For machines: "));
        let links = page.split("<link rel=\"").skip(1);
        let links: Vec<(&str, &str)> = links
            .map(|rest| {
                let (relation, rest) = rest.split_once("\" href=\"").unwrap();
                (relation, rest.split('"').next().unwrap())
            })
            .collect();
        for relation in [
            "alternate",
            "describedby",
            "service-desc",
            "service-doc",
            "license",
        ] {
            assert!(
                links.iter().any(|(other, _)| *other == relation),
                "{relation}"
            );
        }
        for (_, href) in links {
            if let Some(path) = href.strip_prefix(PUBLIC_URL) {
                assert_eq!(register.get(path).await.status, StatusCode::OK, "{path}");
            }
        }
    }
}

#[actix_web::test]
async fn a_parameter_that_means_nothing_here_is_refused() {
    for register in seeded() {
        for path in [
            "/datapackage.json",
            "/robots.txt",
            "/sitemap.xml",
            "/llms.txt",
            "/v1/citation",
        ] {
            let answer = register.get(&format!("{path}?limit=1")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        }
    }
}
