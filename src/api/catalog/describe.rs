//! The catalogue and its service, as DCAT-AP describes them.

use super::{
    datasets::{describe_register, describe_resource},
    facts::Facts,
    graph::Graph,
    properties::{
        AUTHORITY, describe_contact, describe_place, describe_publisher, describe_rights,
        describe_subject, describe_whole, modified,
    },
};
use crate::database::RESOURCES;
use serde_json::Value as Json;

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
