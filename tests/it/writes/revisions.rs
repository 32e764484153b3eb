//! What a load changes, what it leaves alone, and what tells of it.

use crate::support::{self, Memory, seeded, texts};
use aciqplan::package::Seeds;

#[actix_web::test]
async fn loading_the_same_package_again_changes_nothing() {
    for register in seeded() {
        let version = register.json("/v1").await["meta"]["dataset_version"].clone();
        let counts = register.load(&Seeds).unwrap();
        assert_eq!(
            (counts.created, counts.corrected, counts.withdrawn),
            (0, 0, 0)
        );
        assert_eq!(
            register.json("/v1").await["meta"]["dataset_version"],
            version
        );
    }
}

#[actix_web::test]
async fn a_changed_cell_is_one_revision_that_holds_the_whole_record() {
    for register in seeded() {
        let version = register.json("/v1").await["meta"]["dataset_version"]
            .as_i64()
            .unwrap();
        let before = register.json("/v1/agencies/maliyye-nazirliyi").await["data"].clone();
        let changed = Memory::seeds().with(
            "agencies.csv",
            "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,,",
            "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,MN,",
        );
        let counts = register.load(&changed).unwrap();
        assert_eq!((counts.created, counts.corrected), (0, 1));
        let changes = register.json(&format!("/v1/changes?since={version}")).await;
        assert_eq!(changes["meta"]["total"], 1);
        let change = &changes["data"][0];
        assert_eq!(
            (&change["action"], &change["record_id"]),
            (&"corrected".into(), &"maliyye-nazirliyi".into())
        );
        assert_eq!(change["number"], version + 1);
        assert_eq!(change["record"]["short_name"], "MN");
        assert_eq!(change["record"]["name"], before["name"]);
        let after = register.json("/v1/agencies/maliyye-nazirliyi").await["data"].clone();
        assert_eq!(after["revision"], version + 1);
        assert_eq!(after["created_at"], before["created_at"]);
        let history = register
            .json("/v1/agencies/maliyye-nazirliyi/history")
            .await;
        assert_eq!(texts(&history["data"], "action"), ["created", "corrected"]);
        assert!(history["data"][0]["record"]["short_name"].is_null());
    }
}

#[actix_web::test]
async fn changes_are_paged_by_their_numbers() {
    for register in seeded() {
        let mut url = "/v1/changes?limit=100".to_owned();
        let mut numbers = Vec::new();
        loop {
            let page = register.json(&url).await;
            numbers.extend(
                page["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|change| change["number"].as_i64().unwrap()),
            );
            match support::path_of(&page["links"]["next"]) {
                Some(next) => url = next,
                None => break,
            }
        }
        let version = register.json("/v1").await["meta"]["dataset_version"].as_i64();
        let expected: Vec<i64> = (1..=version.unwrap()).collect();
        assert_eq!(numbers, expected);
    }
}

#[actix_web::test]
async fn records_can_swap_what_is_unique() {
    for register in seeded() {
        let swapped = Memory::seeds()
            .with(
                "sections.csv",
                "az-nap-2020-2022-s1,az-nap-2020-2022,,1,",
                "az-nap-2020-2022-s1,az-nap-2020-2022,,2x,",
            )
            .with(
                "sections.csv",
                "az-nap-2020-2022-s2,az-nap-2020-2022,,2,",
                "az-nap-2020-2022-s2,az-nap-2020-2022,,1,",
            )
            .with(
                "sections.csv",
                "az-nap-2020-2022,,2x,",
                "az-nap-2020-2022,,2,",
            );
        let counts = register.load(&swapped).unwrap();
        assert_eq!(counts.corrected, 2, "{}", register.name);
        assert_eq!(
            register.json("/v1/sections/az-nap-2020-2022-s2").await["data"]["number"],
            "1"
        );
    }
}

#[actix_web::test]
async fn derived_columns_follow_the_status_entries() {
    for register in seeded() {
        let source = "az-report-2021";
        let row = format!(
            "az-nap-2020-2022-2.1-2021-neutral,az-nap-2020-2022-2.1,konstitusiya-arasdirmalar-fondu,independent,2021,limited,,coded,a part,only a part,,,{source},,"
        );
        register
            .load(&Memory::seeds().and("status_entries.csv", &row))
            .unwrap();
        let measure = register.json("/v1/measures/az-nap-2020-2022-2.1").await["data"].clone();
        assert_eq!(measure["completion_self_reported"], "complete");
        assert_eq!(measure["completion_independent"], "limited");
        assert_eq!(measure["divergence"], 2);
        assert_eq!(
            register.json("/v1/measures?divergence[gte]=1").await["meta"]["total"],
            1
        );
    }
}
