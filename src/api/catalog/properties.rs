//! What the catalogue, its datasets and its service say alike: titles, subjects, places, people, rights.

use super::{codes, facts::Facts, graph::Graph};
use serde_json::Value as Json;

pub const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";

/// Title, description and languages of the whole, as its package gives them.
pub fn describe_whole(graph: &mut Graph, facts: &Facts, subject: &str) {
    for (property, predicate) in [("title", "dct:title"), ("description", "dct:description")] {
        let told = facts.told(property);
        for (text, language) in &told {
            graph.say(subject, predicate, text, language);
        }
        if told.is_empty() {
            // An empty register has none, and the standard wants one.
            graph.text(subject, predicate, "Açıq Plan");
        }
    }
    for (iri, label) in languages(facts) {
        graph.refer(
            subject,
            "dct:language",
            &iri,
            "dct:LinguisticSystem",
            &label,
        );
    }
}

pub fn describe_subject(graph: &mut Graph, facts: &Facts, subject: &str) {
    for (keyword, language) in facts.told("keywords") {
        graph.say(subject, "dcat:keyword", &keyword, &language);
    }
    let theme = format!("{AUTHORITY}/data-theme/GOVE");
    let label = "Government and public sector";
    graph.refer(subject, "dcat:theme", &theme, "skos:Concept", label);
}

pub fn describe_place(graph: &mut Graph, facts: &Facts, subject: &str) {
    for code in &facts.countries {
        if let Some(country) = codes::country(code) {
            graph.refer(subject, "dct:spatial", &country, "dct:Location", code);
            for (predicate, text) in ["dcat:bbox", "dcat:centroid"]
                .into_iter()
                .zip(codes::extent(code).into_iter().flatten())
            {
                graph.value(&country, predicate, &text, "geo:wktLiteral");
            }
        }
    }
}

/// Who publishes: as the package says, else this program in its own name.
pub fn describe_publisher(graph: &mut Graph, facts: &Facts, subject: &str) {
    let publisher = &facts.own("publisher");
    let told = facts.register.publisher();
    let property = |name: &str| told.and_then(|told| told.get(name)?.as_str());
    graph.link(subject, "dct:publisher", publisher);
    graph.is_a(publisher, "foaf:Agent");
    let name = property("title").or(property("organization"));
    graph.text(publisher, "foaf:name", name.unwrap_or("Açıq Plan"));
    if let Some(kind) = property("type") {
        let label = kind.rsplit('/').next().unwrap_or_default();
        graph.refer(publisher, "dct:type", kind, "skos:Concept", label);
    }
    if let Some(path) = property("path").filter(|path| path.contains("://")) {
        graph.refer(publisher, "foaf:homepage", path, "foaf:Document", path);
    }
}

pub fn describe_contact(graph: &mut Graph, facts: &Facts, subject: &str) {
    let Some(address) = &facts.contact else {
        return;
    };
    let contact = &facts.own("contact");
    graph.link(subject, "dcat:contactPoint", contact);
    graph.is_a(contact, "vcard:Kind");
    let publisher = facts.register.publisher();
    let name = publisher.and_then(|publisher| publisher.get("title")?.as_str());
    graph.text(contact, "vcard:fn", name.unwrap_or("Açıq Plan"));
    let is_mail = address.starts_with("mailto:");
    let means = if is_mail {
        "vcard:hasEmail"
    } else {
        "vcard:hasURL"
    };
    graph.link(contact, means, address);
}

/// The licence.
pub fn describe_rights(graph: &mut Graph, facts: &Facts, subject: &str) {
    let Some(url) = facts.register.licence_url() else {
        return;
    };
    let name = facts.register.licence().unwrap_or_default();
    let licence = facts.register.descriptor.get("licenses");
    let title = licence.and_then(|licences| licences[0]["title"].as_str());
    graph.refer(
        subject,
        "dct:license",
        url,
        "dct:LicenseDocument",
        title.unwrap_or(name),
    );
    let kind = match name {
        "CC-BY-4.0" | "CC-BY-3.0" | "ODC-BY-1.0" => "Attribution",
        "CC0-1.0" | "ODC-PDDL-1.0" => "PublicDomain",
        _ => return,
    };
    let iri = format!("http://purl.org/adms/licencetype/{kind}");
    graph.refer(url, "dct:type", &iri, "skos:Concept", kind);
}

/// The languages of the texts: addresses and tags.
pub fn languages(facts: &Facts) -> Vec<(String, String)> {
    let tags = facts
        .register
        .descriptor
        .get("languages")
        .and_then(Json::as_array);
    let tags = tags.into_iter().flatten().filter_map(Json::as_str);
    tags.filter_map(|tag| Some((codes::language(tag)?, tag.to_owned())))
        .collect()
}

pub fn modified(graph: &mut Graph, subject: &str, at: Option<&str>) {
    if let Some(at) = at {
        graph.value(subject, "dct:modified", at, "xsd:dateTime");
    }
}
