//! The catalogue is the same in every syntax and on both databases.

use super::readers::turtle;
use crate::support::seeded;
use actix_web::http::{Method, StatusCode};
use oxjsonld::JsonLdParser;
use oxrdf::Triple;
use oxrdfxml::RdfXmlParser;
use std::collections::HashSet;

#[actix_web::test]
async fn every_syntax_says_the_same_by_extension_and_by_accept() {
    for register in seeded() {
        let mut said = Vec::new();
        for (extension, media_type, content_type) in [
            ("jsonld", "application/ld+json", "application/ld+json"),
            ("ttl", "text/turtle", "text/turtle; charset=utf-8"),
            (
                "rdf",
                "application/rdf+xml",
                "application/rdf+xml; charset=utf-8",
            ),
        ] {
            let answer = register.get(&format!("/catalog.{extension}")).await;
            assert_eq!(answer.header("content-type"), content_type);
            let accept = [("accept", media_type)];
            let by_accept = register.ask(Method::GET, "/catalog", &accept).await;
            assert_eq!(by_accept.body, answer.body, "{media_type}");
            let triples: HashSet<Triple> = match extension {
                "jsonld" => JsonLdParser::new()
                    .for_slice(&answer.body)
                    .map(|quad| Triple::from(quad.unwrap()))
                    .collect(),
                "ttl" => turtle(&answer.body),
                _ => RdfXmlParser::new()
                    .for_slice(&answer.body)
                    .map(Result::unwrap)
                    .collect(),
            };
            said.push(triples);
        }
        assert!(said[0].len() > 1000, "{}", said[0].len());
        assert!(said[0] == said[1] && said[1] == said[2]);
        let default = register.get("/catalog").await;
        assert_eq!(default.header("content-type"), "application/ld+json");
        assert_eq!(default.body, register.get("/catalog.jsonld").await.body);
        let other = [("accept", "image/png")];
        let refused = register.ask(Method::GET, "/catalog", &other).await;
        assert_eq!(refused.status, StatusCode::NOT_ACCEPTABLE);
        assert_eq!(
            register.get("/catalog.xml").await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            register.get("/catalog?x=1").await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

#[actix_web::test]
async fn both_databases_give_the_same_bytes() {
    let mut bodies = Vec::new();
    for register in seeded() {
        // The moments of the loads differ, and nothing else.
        let text = register.get("/catalog.ttl").await.text();
        let lines = text.lines().filter(|line| !line.contains("dct:modified"));
        bodies.push(lines.map(str::to_owned).collect::<Vec<_>>());
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]));
}
