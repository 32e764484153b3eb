//! What the catalogue says of itself, its datasets and their files.

use super::readers::{Catalogue, DCAT, DCT, EU, FOAF, TYPE, one};
use crate::support::{PUBLIC_URL, empty, seeded};
use oxrdf::Term;
use std::collections::HashSet;

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
