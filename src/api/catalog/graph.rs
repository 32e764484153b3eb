//! A graph in the making: short names in, triples in a lasting order out.

use oxrdf::{Literal, NamedNode, Term, Triple};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::collections::{HashMap, HashSet};

/// The vocabularies, by the prefixes that stand for them here and in the files.
pub const PREFIXES: [(&str, &str); 12] = [
    ("adms", "http://www.w3.org/ns/adms#"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcatap", "http://data.europa.eu/r5r/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("geo", "http://www.opengis.net/ont/geosparql#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// What no IRI holds as it is.
const NOT_IN_IRIS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'<')
    .add(b'>')
    .add(b'"')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'\\')
    .add(b'^')
    .add(b'`');

/// Triples, each once.
#[derive(Default)]
pub struct Graph {
    triples: Vec<Triple>,
    known: HashSet<Triple>,
}

/// An address, or a name with one of the prefixes.
fn node(name: &str) -> NamedNode {
    let expanded = name.split_once(':').and_then(|(prefix, rest)| {
        let (_, vocabulary) = PREFIXES.iter().find(|(other, _)| *other == prefix)?;
        Some(format!("{vocabulary}{rest}"))
    });
    let iri = expanded.unwrap_or_else(|| name.to_owned());
    NamedNode::new(iri.as_str()).unwrap_or_else(|_| {
        let encoded = utf8_percent_encode(&iri, NOT_IN_IRIS).to_string();
        NamedNode::new_unchecked(encoded)
    })
}

impl Graph {
    fn add(&mut self, subject: &str, predicate: &str, object: impl Into<Term>) {
        let triple = Triple::new(node(subject), node(predicate), object);
        if self.known.insert(triple.clone()) {
            self.triples.push(triple);
        }
    }

    pub fn link(&mut self, subject: &str, predicate: &str, object: &str) {
        self.add(subject, predicate, node(object));
    }

    pub fn is_a(&mut self, subject: &str, class: &str) {
        self.link(subject, "rdf:type", class);
    }

    /// A text in no language, such as a name or an id.
    pub fn text(&mut self, subject: &str, predicate: &str, text: &str) {
        self.add(subject, predicate, Literal::new_simple_literal(text));
    }

    /// A text in a language; in none where the tag is no tag.
    pub fn say(&mut self, subject: &str, predicate: &str, text: &str, language: &str) {
        let literal = Literal::new_language_tagged_literal(text, language)
            .unwrap_or_else(|_| Literal::new_simple_literal(text));
        self.add(subject, predicate, literal);
    }

    pub fn value(&mut self, subject: &str, predicate: &str, value: &str, datatype: &str) {
        let literal = Literal::new_typed_literal(value, node(datatype));
        self.add(subject, predicate, literal);
    }

    /// Links to something of another vocabulary, and says what it is and what it is called: who reads
    /// the catalogue by itself need not fetch that vocabulary.
    pub fn refer(&mut self, subject: &str, predicate: &str, to: &str, class: &str, label: &str) {
        self.link(subject, predicate, to);
        self.is_a(to, class);
        let called = match class {
            "skos:Concept" => "skos:prefLabel",
            "skos:ConceptScheme" | "dct:Standard" | "dct:LicenseDocument" => "dct:title",
            _ => "rdfs:label",
        };
        self.say(to, called, label, "en");
    }

    /// The triples, those of one subject together, in the order in which the subjects came.
    pub fn into_triples(mut self) -> Vec<Triple> {
        let mut places = HashMap::new();
        for triple in &self.triples {
            let next = places.len();
            places.entry(triple.subject.clone()).or_insert(next);
        }
        self.triples.sort_by_key(|triple| places[&triple.subject]);
        self.triples
    }
}
