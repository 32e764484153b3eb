//! The catalogue says what DCAT-AP wants, and the same in every syntax; the packages' metadata too.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::package;
use actix_web::http::{Method, StatusCode};
use oxjsonld::JsonLdParser;
use oxrdf::{Term, Triple};
use oxrdfxml::RdfXmlParser;
use oxttl::TurtleParser;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashSet};
use support::{PUBLIC_URL, Register, empty, seeded};

const DCAT: &str = "http://www.w3.org/ns/dcat#";
const DCT: &str = "http://purl.org/dc/terms/";
const FOAF: &str = "http://xmlns.com/foaf/0.1/";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const EU: &str = "http://publications.europa.eu/resource/authority";

/// A parsed catalogue.
struct Catalogue(HashSet<Triple>);

impl Catalogue {
    async fn of(register: &Register) -> Self {
        let answer = register.get("/catalog.ttl").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        Self(turtle(&answer.body))
    }

    /// The values of a property: addresses in angle brackets, texts with their language.
    fn values(&self, subject: &str, predicate: &str) -> BTreeSet<String> {
        let subject = format!("<{subject}>");
        let of = self.0.iter().filter(|triple| {
            triple.subject.to_string() == subject && triple.predicate.as_str() == predicate
        });
        of.map(|triple| triple.object.to_string()).collect()
    }

    fn of_type(&self, class: &str) -> Vec<String> {
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

fn turtle(body: &[u8]) -> HashSet<Triple> {
    TurtleParser::new()
        .for_slice(body)
        .map(Result::unwrap)
        .collect()
}

fn one(value: &str) -> BTreeSet<String> {
    BTreeSet::from([value.to_owned()])
}

#[actix_web::test]
async fn every_syntax_says_the_same_by_extension_and_by_accept() {
    for register in seeded() {
        let mut said = Vec::new();
        for (extension, media_type) in [
            ("jsonld", "application/ld+json"),
            ("ttl", "text/turtle"),
            ("rdf", "application/rdf+xml"),
        ] {
            let answer = register.get(&format!("/catalog.{extension}")).await;
            assert_eq!(answer.header("content-type"), media_type);
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
    assert_eq!(bodies[0], bodies[1]);
}

#[actix_web::test]
async fn the_catalogue_has_what_is_mandatory() {
    for register in seeded() {
        let said = Catalogue::of(&register).await;
        let catalogue = format!("{PUBLIC_URL}/catalog");
        assert_eq!(
            said.of_type(&format!("{DCAT}Catalog")),
            [catalogue.as_str()]
        );
        let titles = said.values(&catalogue, &format!("{DCT}title"));
        assert!(
            titles.contains(
                "\"Açıq Plan: Azerbaijan's National Action Plans on open government\"@en"
            )
        );
        assert!(
            titles.contains(
                "\"Açıq Plan: Azərbaycanın açıq hökumət üzrə Milli Fəaliyyət Planları\"@az"
            )
        );
        assert_eq!(
            said.values(&catalogue, &format!("{DCT}description")).len(),
            2
        );
        let publisher = format!("{PUBLIC_URL}/catalog#publisher");
        assert_eq!(
            said.values(&catalogue, &format!("{DCT}publisher")),
            one(&format!("<{publisher}>"))
        );
        assert_eq!(
            said.values(&publisher, &format!("{FOAF}name")),
            one("\"Açıq Plan\"")
        );
        assert_eq!(said.values(&publisher, &format!("{DCT}type")).len(), 1);
        assert_eq!(
            said.values(&catalogue, &format!("{DCT}language")),
            one(&format!("<{EU}/language/AZE>"))
        );
        assert_eq!(
            said.values(&catalogue, &format!("{DCT}license")),
            one("<https://creativecommons.org/licenses/by/4.0/>")
        );
        assert_eq!(
            said.values(&catalogue, &format!("{FOAF}homepage")),
            one(&format!("<{PUBLIC_URL}/>"))
        );
        assert_eq!(said.values(&catalogue, &format!("{DCT}modified")).len(), 1);
        assert_eq!(said.values(&catalogue, &format!("{DCAT}dataset")).len(), 17);
        let service = format!("{PUBLIC_URL}/catalog#service");
        assert_eq!(
            said.of_type(&format!("{DCAT}DataService")),
            [service.as_str()]
        );
        for (property, path) in [
            ("endpointURL", "/v1"),
            ("endpointDescription", "/openapi.json"),
        ] {
            assert_eq!(
                said.values(&service, &format!("{DCAT}{property}")),
                one(&format!("<{PUBLIC_URL}{path}>"))
            );
        }
        assert_eq!(
            said.values(&service, &format!("{DCAT}servesDataset")).len(),
            17
        );
    }
}

#[actix_web::test]
async fn every_dataset_says_what_where_when_and_as_what() {
    for register in seeded() {
        let said = Catalogue::of(&register).await;
        let datasets = said.of_type(&format!("{DCAT}Dataset"));
        assert_eq!(datasets.len(), 17);
        for dataset in &datasets {
            for (property, least) in [
                (format!("{DCT}title"), 2),
                (format!("{DCT}description"), 1),
                (format!("{DCT}publisher"), 1),
                (format!("{DCT}provenance"), 1),
                (format!("{DCT}accrualPeriodicity"), 1),
                (format!("{DCAT}keyword"), 6),
                (format!("{DCAT}distribution"), 4),
            ] {
                let count = said.values(dataset, &property).len();
                assert!(count >= least, "{dataset} has {count} of {property}");
            }
            for (property, value) in [
                (format!("{DCT}identifier"), format!("\"{dataset}\"")),
                (format!("{DCT}spatial"), format!("<{EU}/country/AZE>")),
                (format!("{DCAT}theme"), format!("<{EU}/data-theme/GOVE>")),
                (
                    format!("{DCT}temporal"),
                    format!("<{PUBLIC_URL}/catalog#years>"),
                ),
            ] {
                assert_eq!(said.values(dataset, &property), one(&value), "{dataset}");
            }
        }
        let years = format!("{PUBLIC_URL}/catalog#years");
        let day = |day: &str| {
            one(&format!(
                "\"{day}\"^^<http://www.w3.org/2001/XMLSchema#date>"
            ))
        };
        assert_eq!(
            said.values(&years, &format!("{DCAT}startDate")),
            day("2016-01-01")
        );
        assert_eq!(
            said.values(&years, &format!("{DCAT}endDate")),
            day("2022-12-31")
        );
    }
}

#[actix_web::test]
async fn every_file_has_an_address_a_format_and_a_licence() {
    for register in seeded() {
        let said = Catalogue::of(&register).await;
        let files = said.of_type(&format!("{DCAT}Distribution"));
        assert_eq!(files.len(), 16 * 5 + 4);
        for file in &files {
            let url = said.values(file, &format!("{DCAT}accessURL"));
            assert_eq!(url, said.values(file, &format!("{DCAT}downloadURL")));
            for property in [
                format!("{DCT}format"),
                format!("{DCT}license"),
                format!("{DCT}description"),
                format!("{DCAT}accessService"),
                "http://data.europa.eu/r5r/availability".to_owned(),
            ] {
                assert_eq!(said.values(file, &property).len(), 1, "{file} {property}");
            }
        }
        let csv = format!("{PUBLIC_URL}/catalog#status-entries-csv");
        assert_eq!(
            said.values(&csv, &format!("{DCAT}downloadURL")),
            one(&format!("<{PUBLIC_URL}/v1/status-entries.csv>"))
        );
        assert_eq!(
            said.values(&csv, &format!("{DCAT}mediaType")),
            one("<https://www.iana.org/assignments/media-types/text/csv>")
        );
        assert_eq!(
            said.values(&csv, &format!("{DCT}format")),
            one(&format!("<{EU}/file-type/CSV>"))
        );
    }
}

#[actix_web::test]
async fn a_contact_is_named_only_where_there_is_one() {
    for mut register in seeded() {
        let point = format!("{DCAT}contactPoint");
        let measures = format!("{PUBLIC_URL}/catalog#measures");
        assert!(
            Catalogue::of(&register)
                .await
                .values(&measures, &point)
                .is_empty()
        );
        register.contact = Some("mailto:data@register.example".to_owned());
        let said = Catalogue::of(&register).await;
        let contact = format!("{PUBLIC_URL}/catalog#contact");
        assert_eq!(said.values(&measures, &point), one(&format!("<{contact}>")));
        assert_eq!(
            said.values(&contact, "http://www.w3.org/2006/vcard/ns#hasEmail"),
            one("<mailto:data@register.example>")
        );
    }
}

#[actix_web::test]
async fn everything_that_is_linked_to_is_told_what_it_is() {
    for register in seeded() {
        let said = Catalogue::of(&register).await;
        let described: HashSet<String> = said
            .0
            .iter()
            .map(|triple| triple.subject.to_string())
            .collect();
        let plain = [
            "accessURL",
            "downloadURL",
            "endpointURL",
            "endpointDescription",
        ];
        for triple in &said.0 {
            let predicate = triple.predicate.as_str();
            let is_plain = predicate == TYPE
                || plain
                    .iter()
                    .any(|name| predicate == format!("{DCAT}{name}"))
                || predicate == "http://www.w3.org/ns/prov#wasDerivedFrom";
            if let (Term::NamedNode(object), false) = (&triple.object, is_plain) {
                assert!(described.contains(&object.to_string()), "{triple}");
            }
        }
    }
}

#[actix_web::test]
async fn an_empty_register_has_a_catalogue_too() {
    for register in empty() {
        let said = Catalogue::of(&register).await;
        let catalogue = format!("{PUBLIC_URL}/catalog");
        assert_eq!(
            said.values(&catalogue, &format!("{DCT}title")),
            one("\"Açıq Plan\"")
        );
        assert_eq!(said.values(&catalogue, &format!("{DCT}publisher")).len(), 1);
    }
}

#[actix_web::test]
async fn the_live_data_package_lists_every_column_of_the_records() {
    for register in seeded() {
        let package = register.json("/datapackage.json").await;
        assert_eq!(package["name"], "aciq-plan");
        assert_eq!(package["licenses"][0]["name"], "CC-BY-4.0");
        let tables = package["resources"].as_array().unwrap();
        assert_eq!(tables.len(), 16);
        for table in tables {
            let path = table["name"].as_str().unwrap().replace('_', "-");
            assert_eq!(table["path"], format!("{PUBLIC_URL}/v1/{path}.csv"));
            let fields = support::texts(&table["schema"]["fields"], "name");
            let body = register.json(&format!("/v1/{path}?limit=1")).await;
            if let Some(record) = body["data"][0].as_object() {
                let keys: Vec<&String> = record.keys().collect();
                assert_eq!(keys, fields.iter().collect::<Vec<_>>(), "{path}");
            }
        }
        let measures = &tables[4]["schema"];
        assert_eq!(measures["primaryKey"], serde_json::json!(["id"]));
        assert_eq!(measures["foreignKeys"][0]["reference"]["resource"], "plans");
    }
}

#[actix_web::test]
async fn the_metadata_of_a_table_stands_beside_it_with_the_tables_that_it_refers_to() {
    for register in seeded() {
        let answer = register.get("/v1/measures.csv-metadata.json").await;
        assert_eq!(answer.header("content-type"), "application/csvm+json");
        let metadata = answer.json();
        assert_eq!(metadata["@context"], "http://www.w3.org/ns/csvw");
        assert_eq!(metadata["dc:publisher"], "Açıq Plan");
        assert_eq!(
            support::texts(&metadata["tables"], "url"),
            ["measures", "plans", "sources"].map(|name| format!("{PUBLIC_URL}/v1/{name}.csv"))
        );
        let schema = &metadata["tables"][0]["tableSchema"];
        let names = support::texts(&schema["columns"], "name");
        let record = register.json("/v1/measures/az-nap-2016-2018-4.1.1").await;
        let keys: Vec<&String> = record["data"].as_object().unwrap().keys().collect();
        assert_eq!(names.iter().collect::<Vec<_>>(), keys);
        assert_eq!(schema["primaryKey"], "id");
        assert_eq!(
            schema["columns"][3]["required"], false,
            "a measure may have no number"
        );
        assert_eq!(
            schema["columns"][4]["required"], true,
            "a measure has a title"
        );
        assert_eq!(schema["columns"][6]["datatype"], "integer");
        let keys = schema["foreignKeys"].as_array().unwrap();
        // the section may be missing, which no foreign key of CSVW may
        assert_eq!(
            support::texts(&schema["foreignKeys"], "columnReference"),
            ["plan_id", "source_id"]
        );
        assert_eq!(
            keys[0]["reference"]["resource"],
            format!("{PUBLIC_URL}/v1/plans.csv")
        );
        let of_itself = register.json("/v1/agencies.csv-metadata.json").await;
        assert_eq!(of_itself["tables"].as_array().unwrap().len(), 1);
    }
    assert_eq!(
        aciqplan::api::describedby_link(
            PUBLIC_URL,
            aciqplan::database::find("status_entries").unwrap()
        ),
        "<http://register.example/v1/status-entries.csv-metadata.json>; rel=\"describedby\"; \
         type=\"application/csvm+json\""
    );
}

#[test]
fn the_metadata_of_a_package_describes_every_file_by_its_name() {
    let seeds = support::Memory::seeds();
    let properties: Json = serde_json::from_str(&seeds.text("datapackage.json")).unwrap();
    let files = package::package_metadata(properties.as_object().unwrap());
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].0, "csv-metadata.json");
    let metadata: Json = serde_json::from_slice(&files[0].1).unwrap();
    let tables = metadata["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 16);
    for table in tables {
        let text = seeds.text(table["url"].as_str().unwrap());
        let header = text.lines().next().unwrap();
        assert_eq!(
            support::texts(&table["tableSchema"]["columns"], "name").join(","),
            header
        );
        for key in table["tableSchema"]["foreignKeys"]
            .as_array()
            .into_iter()
            .flatten()
        {
            assert!(
                seeds
                    .0
                    .contains_key(key["reference"]["resource"].as_str().unwrap())
            );
        }
    }
    assert_eq!(
        metadata["dc:license"]["@id"],
        "https://creativecommons.org/licenses/by/4.0/"
    );
}
