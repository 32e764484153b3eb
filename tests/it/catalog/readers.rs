//! The catalogue as readers see it, and the vocabularies that it is written in.

use crate::support::Register;
use actix_web::http::StatusCode;
use oxrdf::Triple;
use oxttl::TurtleParser;
use std::collections::{BTreeSet, HashSet};

pub const DCAT: &str = "http://www.w3.org/ns/dcat#";
pub const DCT: &str = "http://purl.org/dc/terms/";
pub const FOAF: &str = "http://xmlns.com/foaf/0.1/";
pub const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
pub const EU: &str = "http://publications.europa.eu/resource/authority";

/// A parsed catalogue.
pub struct Catalogue(pub HashSet<Triple>);

impl Catalogue {
    pub async fn of(register: &Register) -> Self {
        let answer = register.get("/catalog.ttl").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        Self(turtle(&answer.body))
    }

    /// The values of a property: addresses in angle brackets, texts with their language.
    pub fn values(&self, subject: &str, predicate: &str) -> BTreeSet<String> {
        let subject = format!("<{subject}>");
        let of = self.0.iter().filter(|triple| {
            triple.subject.to_string() == subject && triple.predicate.as_str() == predicate
        });
        of.map(|triple| triple.object.to_string()).collect()
    }

    /// What is of a class.
    pub fn of_type(&self, class: &str) -> Vec<String> {
        let is = |triple: &&Triple| {
            triple.predicate.as_str() == TYPE && triple.object.to_string() == format!("<{class}>")
        };
        let mut found: Vec<String> = self
            .0
            .iter()
            .filter(is)
            .map(|triple| triple.subject.to_string().replace(['<', '>'], ""))
            .collect();
        found.sort();
        found
    }
}

pub fn turtle(body: &[u8]) -> HashSet<Triple> {
    TurtleParser::new()
        .for_slice(body)
        .map(Result::unwrap)
        .collect()
}

/// One value and no other.
pub fn one(value: &str) -> BTreeSet<String> {
    BTreeSet::from([value.to_owned()])
}
