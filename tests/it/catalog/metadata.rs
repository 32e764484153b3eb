//! The data package as it is served, and the metadata of tables (CSVW).

use crate::support::{self, PUBLIC_URL, seeded};
use aciqplan::package;
use serde_json::Value as Json;

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
