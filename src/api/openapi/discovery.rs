//! Operations of the catalogue, the citations and what stands at known places. The endpoint table names them.

use crate::{
    api::{
        openapi::{
            operation::{Operations, not_modified, operation, own},
            parameters::{id, reference},
        },
        response::headers::CSL_JSON,
    },
    database::model::resource::Resource,
};
use serde_json::{Value as Json, json};

const CACHED: [&str; 2] = ["if_none_match", "if_modified_since"];

/// `/v1/{resource}/{id}/citation`
pub fn citation(resource: &'static Resource) -> Operations {
    let name = resource.name.replace('_', " ");
    let mut parameters = vec![id(resource)];
    parameters.extend(CACHED.map(reference));
    let mut cite = operation(
        resource.name,
        &format!("get_{}_citation", resource.singular),
        &format!("Cite one of the {name}"),
        "Its title, the version of the dataset, the day of it, the address, the licence and the document \
         that it comes from. By `Accept`, or as `citation.txt`, `citation.bib`, `citation.csl.json`.",
        &parameters,
        "",
        &["400", "404", "406", "410", "503"],
    );
    cite["responses"]["200"]["content"] = citations();
    own(cite)
}

/// `/v1/{resource}.csv-metadata.json`
pub fn table_metadata(resource: &'static Resource) -> Operations {
    let name = resource.name.replace('_', " ");
    let example = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "tables": [{ "url": format!("http://127.0.0.1:8080/v1/{}.csv", resource.path()) }],
    });
    let mut metadata = operation(
        resource.name,
        &format!("get_{}_table_metadata", resource.name),
        &format!("Describe the CSV file of the {name}"),
        "Every column with its type, the primary key and the foreign keys, with the tables that they lead \
         to: CSV on the Web. The CSV file links here by `rel=\"describedby\"`.",
        &CACHED.map(reference),
        "",
        &["400", "503"],
    );
    metadata["responses"]["200"]["content"] =
        json!({ "application/csvm+json": { "schema": object(), "example": example } });
    own(metadata)
}

/// `/v1/citation`
pub fn citation_of_register() -> Operations {
    let mut cite = get(
        "register",
        "get_citation",
        "Cite the register",
        "By `Accept`, or as `/v1/citation.txt`, `/v1/citation.bib`, `/v1/citation.csl.json`.",
        &["400", "406", "503"],
    );
    cite["responses"]["200"]["content"] = citations();
    own(cite)
}

/// `/catalog`
pub fn catalogue() -> Operations {
    let mut catalogue = get(
        "register",
        "get_catalog",
        "Describe the register as a catalogue of open data",
        "By DCAT-AP 3.0.1: the catalogue, a dataset for the register and for each resource, with their \
         files, and this service. By `Accept`, or as `/catalog.jsonld`, `/catalog.ttl`, `/catalog.rdf`.",
        &["400", "406", "503"],
    );
    let turtle = "<http://127.0.0.1:8080/catalog> a <http://www.w3.org/ns/dcat#Catalog> .";
    catalogue["responses"]["200"]["content"] = json!({
        "application/ld+json": {
            "schema": object(),
            "example": { "@graph": [{ "@id": "http://127.0.0.1:8080/catalog" }] },
        },
        "text/turtle": { "schema": text(), "example": turtle },
        "application/rdf+xml": { "schema": text(), "example": "<rdf:RDF>…</rdf:RDF>" },
    });
    own(catalogue)
}

/// `/datapackage.json`
pub fn data_package() -> Operations {
    let mut package = get(
        "register",
        "get_data_package",
        "Describe the register as a Data Package",
        "The descriptor, with the address of a CSV file for each resource and all of its columns.",
        &["400", "406", "503"],
    );
    let example = json!({ "name": "aciq-plan", "resources": [{ "name": "measures" }] });
    package["responses"]["200"]["content"] =
        json!({ "application/json": { "schema": object(), "example": example } });
    own(package)
}

/// `/.well-known/api-catalog`
pub fn api_catalog() -> Operations {
    known_place(
        "get_api_catalog",
        "List the APIs",
        "By RFC 9727: this API, with what describes it, as a link set (RFC 9264).",
        "application/linkset+json",
        &json!({ "linkset": [{ "anchor": "http://127.0.0.1:8080/v1" }] }),
        &["400", "503"],
    )
}

/// `/.well-known/security.txt`
pub fn security() -> Operations {
    known_place(
        "get_security",
        "Say whom to tell of a weakness",
        "By RFC 9116. 404 where the settings of the service name no contact.",
        "text/plain",
        &json!("Contact: mailto:security@register.example\nExpires: 2027-11-21T00:00:00Z\n"),
        &["400", "404"],
    )
}

/// `/robots.txt`
pub fn robots() -> Operations {
    known_place(
        "get_robots",
        "Say what robots may read",
        "Everything; and where the sitemap is.",
        "text/plain",
        &json!("User-agent: *\nAllow: /\n\nSitemap: http://127.0.0.1:8080/sitemap.xml\n"),
        &["400"],
    )
}

/// `/sitemap.xml`
pub fn sitemap() -> Operations {
    known_place(
        "get_sitemap",
        "List the pages for search engines",
        "The pages for people, the lists and the catalogue.",
        "text/xml",
        &json!("<urlset><url><loc>http://127.0.0.1:8080/v1</loc></url></urlset>"),
        &["400", "503"],
    )
}

/// `/llms.txt`
pub fn llms() -> Operations {
    known_place(
        "get_llms",
        "Say in Markdown what this is",
        "For language models: what the register holds, the main paths with examples, how to cite.",
        "text/markdown",
        &json!("# Açıq Plan\n"),
        &["400", "503"],
    )
}

fn known_place(
    id: &str,
    summary: &str,
    about: &str,
    media_type: &str,
    example: &Json,
    problems: &[&str],
) -> Operations {
    let mut place = get("service", id, summary, about, problems);
    let schema = if example.is_string() {
        text()
    } else {
        object()
    };
    place["responses"]["200"]["content"] =
        json!({ media_type: { "schema": schema, "example": example } });
    own(place)
}

/// An operation without parameters of its own; what the settings alone say is never 304.
fn get(tag: &str, id: &str, summary: &str, about: &str, problems: &[&str]) -> Json {
    let parameters = CACHED.map(reference);
    let is_fixed = ["get_security", "get_robots"].contains(&id);
    let parameters = if is_fixed { &[][..] } else { &parameters };
    let mut operation = operation(tag, id, summary, about, parameters, "", problems);
    if tag == "service" && !is_fixed {
        operation["responses"]["304"] = not_modified();
    }
    operation
}

fn citations() -> Json {
    let address = "http://127.0.0.1:8080/v1/measures/az-nap-2016-2018-4.1.1";
    let csl = json!([{ "id": address, "type": "dataset", "title": "…", "URL": address }]);
    json!({
        "text/plain": {
            "schema": text(),
            "example": format!("“…”. Açıq Plan. Version 585, 2026-11-21. {address} (CC-BY-4.0).\n"),
        },
        "application/x-bibtex": {
            "schema": text(),
            "example": format!("@misc{{az-nap-2016-2018-4.1.1,\n  url = {{{address}}},\n}}\n"),
        },
        CSL_JSON: {
            "schema": { "type": "array", "minItems": 1, "maxItems": 1, "items": object() },
            "example": csl,
        },
    })
}

fn text() -> Json {
    json!({ "type": "string" })
}

fn object() -> Json {
    json!({ "type": "object" })
}
