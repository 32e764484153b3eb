//! The datasets of the catalogue: the whole register, and each resource.

use super::{
    distributions::{of_register, of_resource},
    facts::Facts,
    graph::Graph,
    properties::{
        AUTHORITY, describe_contact, describe_place, describe_publisher, describe_subject,
        describe_whole, languages, modified,
    },
};
use crate::database::{RESOURCES, model::resource::Resource};

/// The dataset that is the whole register.
pub fn describe_register(graph: &mut Graph, facts: &Facts, dataset: &str) {
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
pub fn describe_resource(graph: &mut Graph, facts: &Facts, resource: &Resource, at: Option<&str>) {
    let dataset = &facts.own(resource.path());
    graph.is_a(dataset, "dcat:Dataset");
    for (title, language) in resource.behaviour.titles.into_iter().zip(["en", "az"]) {
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
