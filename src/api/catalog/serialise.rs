//! The catalogue's graph as JSON-LD, Turtle and RDF/XML.

use super::graph::PREFIXES;
use crate::api::request::accept::Form;
use oxjsonld::JsonLdSerializer;
use oxrdf::{GraphNameRef, Triple};
use oxrdfxml::RdfXmlSerializer;
use oxttl::TurtleSerializer;
use std::io;

/// A syntax of RDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    JsonLd,
    Turtle,
    RdfXml,
}

/// Every syntax, with its extension and its media type.
pub const SYNTAXES: &[Form<Syntax>] = &[
    (Syntax::JsonLd, "jsonld", "application/ld+json"),
    (Syntax::Turtle, "ttl", "text/turtle"),
    (Syntax::RdfXml, "rdf", "application/rdf+xml"),
];

impl Syntax {
    /// The media type, with the character set where readers would take a text for Latin-1 without it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::JsonLd => "application/ld+json",
            Self::Turtle => "text/turtle; charset=utf-8",
            Self::RdfXml => "application/rdf+xml; charset=utf-8",
        }
    }

    /// The triples as text.
    pub fn write(self, triples: &[Triple]) -> String {
        let bytes = match self {
            Self::JsonLd => json_ld(triples),
            Self::Turtle => turtle(triples),
            Self::RdfXml => rdf_xml(triples),
        };
        // Writing into memory does not fail.
        String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }
}

fn json_ld(triples: &[Triple]) -> io::Result<Vec<u8>> {
    let mut serializer = JsonLdSerializer::new();
    for (prefix, vocabulary) in PREFIXES {
        serializer = with(serializer, |it| it.with_prefix(prefix, vocabulary));
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in triples {
        writer.serialize_quad(triple.as_ref().in_graph(GraphNameRef::DefaultGraph))?;
    }
    writer.finish()
}

fn turtle(triples: &[Triple]) -> io::Result<Vec<u8>> {
    let mut serializer = TurtleSerializer::new();
    for (prefix, vocabulary) in PREFIXES {
        serializer = with(serializer, |it| it.with_prefix(prefix, vocabulary));
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in triples {
        writer.serialize_triple(triple)?;
    }
    writer.finish()
}

fn rdf_xml(triples: &[Triple]) -> io::Result<Vec<u8>> {
    let mut serializer = RdfXmlSerializer::new();
    for (prefix, vocabulary) in PREFIXES {
        serializer = with(serializer, |it| it.with_prefix(prefix, vocabulary));
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in triples {
        writer.serialize_triple(triple)?;
    }
    writer.finish()
}

/// With a prefix; without it where the serialiser takes it for no IRI, which none of ours is.
fn with<S: Clone, E>(serializer: S, add: impl FnOnce(S) -> Result<S, E>) -> S {
    add(serializer.clone()).unwrap_or(serializer)
}
