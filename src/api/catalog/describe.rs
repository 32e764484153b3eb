//! The catalogue, its datasets and its service, as DCAT-AP describes them.

use super::{
    codes,
    distributions::{of_register, of_resource},
    facts::Facts,
    graph::Graph,
    titles::titles,
};
use crate::database::{RESOURCES, resource::Resource};
use serde_json::Value as Json;

const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";

/// The catalogue with everything in it.
pub fn catalogue(facts: &Facts) -> Graph {
    let graph = &mut Graph::default();
    let catalogue = facts.address("/catalog");
    let home = facts.address("/");
    graph.is_a(&catalogue, "dcat:Catalog");
    describe_whole(graph, facts, &catalogue);
    describe_place(graph, facts, &catalogue);
    describe_rights(graph, facts, &catalogue);
    graph.refer(
        &catalogue,
        "foaf:homepage",
        &home,
        "foaf:Document",
        "Açıq Plan",
    );
    let themes = format!("{AUTHORITY}/data-theme");
    graph.refer(
        &catalogue,
        "dcat:themeTaxonomy",
        &themes,
        "skos:ConceptScheme",
        "Data theme",
    );
    if let Some(created) = facts
        .register
        .descriptor
        .get("created")
        .and_then(Json::as_str)
    {
        let day = created.get(..10).unwrap_or(created);
        graph.value(&catalogue, "dct:issued", day, "xsd:date");
    }
    modified(graph, &catalogue, facts.updated().as_deref());
    describe_publisher(graph, facts, &catalogue);
    graph.link(&catalogue, "dcat:service", &facts.own("service"));
    let whole = facts.own("register");
    graph.link(&catalogue, "dcat:dataset", &whole);
    for resource in RESOURCES {
        graph.link(&catalogue, "dcat:dataset", &facts.own(resource.path()));
    }
    describe_register(graph, facts, &whole);
    for (place, resource) in RESOURCES.into_iter().enumerate() {
        describe_resource(graph, facts, resource, facts.changed(place));
    }
    describe_service(graph, facts);
    std::mem::take(graph)
}

/// The dataset that is the whole register.
fn describe_register(graph: &mut Graph, facts: &Facts, dataset: &str) {
    graph.is_a(dataset, "dcat:Dataset");
    describe_whole(graph, facts, dataset);
    graph.text(dataset, "dcat:version", &facts.register.version.to_string());
    modified(graph, dataset, facts.updated().as_deref());
    describe_dataset(graph, facts, dataset);
    for resource in RESOURCES {
        graph.link(dataset, "dct:hasPart", &facts.own(resource.path()));
    }
    of_register(graph, facts, dataset);
}

/// The dataset of one resource.
fn describe_resource(graph: &mut Graph, facts: &Facts, resource: &Resource, at: Option<&str>) {
    let dataset = &facts.own(resource.path());
    graph.is_a(dataset, "dcat:Dataset");
    for (title, language) in titles(resource.name) {
        graph.say(dataset, "dct:title", title, language);
    }
    graph.say(dataset, "dct:description", resource.about, "en");
    modified(graph, dataset, at);
    describe_dataset(graph, facts, dataset);
    of_resource(graph, facts, dataset, resource);
}

/// What all datasets have in common.
fn describe_dataset(graph: &mut Graph, facts: &Facts, dataset: &str) {
    graph.text(dataset, "dct:identifier", dataset);
    describe_subject(graph, facts, dataset);
    describe_publisher(graph, facts, dataset);
    describe_contact(graph, facts, dataset);
    describe_place(graph, facts, dataset);
    for language in languages(facts) {
        graph.refer(
            dataset,
            "dct:language",
            &language.0,
            "dct:LinguisticSystem",
            &language.1,
        );
    }
    if let Some((first, last)) = facts.years {
        let years = facts.own("years");
        graph.link(dataset, "dct:temporal", &years);
        graph.is_a(&years, "dct:PeriodOfTime");
        graph.value(
            &years,
            "dcat:startDate",
            &format!("{first:04}-01-01"),
            "xsd:date",
        );
        graph.value(
            &years,
            "dcat:endDate",
            &format!("{last:04}-12-31"),
            "xsd:date",
        );
    }
    // A plan or a report is taken in when it is published, which is no fixed day.
    let frequency = format!("{AUTHORITY}/frequency/IRREG");
    graph.refer(
        dataset,
        "dct:accrualPeriodicity",
        &frequency,
        "dct:Frequency",
        "irregular",
    );
    let public = format!("{AUTHORITY}/access-right/PUBLIC");
    graph.refer(
        dataset,
        "dct:accessRights",
        &public,
        "dct:RightsStatement",
        "public",
    );
    let home = facts.address("/");
    graph.refer(
        dataset,
        "dcat:landingPage",
        &home,
        "foaf:Document",
        "Açıq Plan",
    );
    describe_sources(graph, facts, dataset);
}

/// The documents that the words come from.
fn describe_sources(graph: &mut Graph, facts: &Facts, dataset: &str) {
    if facts.sources.is_empty() {
        return;
    }
    let titles: Vec<&str> = facts
        .sources
        .iter()
        .map(|(_, title)| title.as_str())
        .collect();
    let said = format!("Taken from the documents: {}", titles.join("; "));
    let statement = facts.own("sources-of-all");
    graph.refer(
        dataset,
        "dct:provenance",
        &statement,
        "dct:ProvenanceStatement",
        &said,
    );
    for (id, _) in &facts.sources {
        let source = facts.address(&format!("/v1/sources/{id}"));
        graph.link(dataset, "prov:wasDerivedFrom", &source);
    }
}

/// The service.
fn describe_service(graph: &mut Graph, facts: &Facts) {
    let service = &facts.own("service");
    graph.is_a(service, "dcat:DataService");
    graph.say(service, "dct:title", "The API of Açıq Plan", "en");
    graph.say(service, "dct:title", "Açıq Plan API-si", "az");
    let about = "Lists, records, changes and downloads over HTTP; no key is needed.";
    graph.say(service, "dct:description", about, "en");
    graph.link(service, "dcat:endpointURL", &facts.address("/v1"));
    graph.link(
        service,
        "dcat:endpointDescription",
        &facts.address("/openapi.json"),
    );
    let docs = facts.address("/docs/");
    graph.refer(
        service,
        "foaf:page",
        &docs,
        "foaf:Document",
        "Every parameter",
    );
    let standard = "https://spec.openapis.org/oas/v3.1.0";
    graph.refer(
        service,
        "dct:conformsTo",
        standard,
        "dct:Standard",
        "OpenAPI 3.1.0",
    );
    describe_subject(graph, facts, service);
    describe_publisher(graph, facts, service);
    describe_contact(graph, facts, service);
    describe_rights(graph, facts, service);
    let public = format!("{AUTHORITY}/access-right/PUBLIC");
    graph.refer(
        service,
        "dct:accessRights",
        &public,
        "dct:RightsStatement",
        "public",
    );
    graph.link(service, "dcat:servesDataset", &facts.own("register"));
    for resource in RESOURCES {
        graph.link(service, "dcat:servesDataset", &facts.own(resource.path()));
    }
}

/// Title, description and languages of the whole, as its package gives them.
fn describe_whole(graph: &mut Graph, facts: &Facts, subject: &str) {
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

fn describe_subject(graph: &mut Graph, facts: &Facts, subject: &str) {
    for (keyword, language) in facts.told("keywords") {
        graph.say(subject, "dcat:keyword", &keyword, &language);
    }
    let theme = format!("{AUTHORITY}/data-theme/GOVE");
    let label = "Government and public sector";
    graph.refer(subject, "dcat:theme", &theme, "skos:Concept", label);
}

fn describe_place(graph: &mut Graph, facts: &Facts, subject: &str) {
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
fn describe_publisher(graph: &mut Graph, facts: &Facts, subject: &str) {
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

fn describe_contact(graph: &mut Graph, facts: &Facts, subject: &str) {
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
fn languages(facts: &Facts) -> Vec<(String, String)> {
    let tags = facts
        .register
        .descriptor
        .get("languages")
        .and_then(Json::as_array);
    let tags = tags.into_iter().flatten().filter_map(Json::as_str);
    tags.filter_map(|tag| Some((codes::language(tag)?, tag.to_owned())))
        .collect()
}

fn modified(graph: &mut Graph, subject: &str, at: Option<&str>) {
    if let Some(at) = at {
        graph.value(subject, "dct:modified", at, "xsd:dateTime");
    }
}
