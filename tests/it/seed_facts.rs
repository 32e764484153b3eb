//! The register says what the documents say. The expected values are read off the documents.

use crate::support::{seeded, texts};

#[actix_web::test]
async fn every_record_of_the_documents_is_there() {
    for register in seeded() {
        for (url, total) in [
            ("/v1/plans", 3),
            ("/v1/sections?plan=az-nap-2016-2018", 15),
            ("/v1/sections?plan=az-nap-2020-2022", 9),
            ("/v1/sections?plan=az-ogp-platform-2017-2020", 3),
            ("/v1/measures?plan=az-nap-2016-2018", 59),
            ("/v1/measures?plan=az-nap-2020-2022", 64),
            ("/v1/measures?plan=az-ogp-platform-2017-2020", 18),
            ("/v1/status-entries?plan=az-nap-2020-2022&year=2021", 64),
            ("/v1/obligations", 8),
            ("/v1/activities", 12),
            ("/v1/memberships?role=ngo", 38),
            ("/v1/memberships?role=state_body", 7),
            ("/v1/memberships?role=parliament", 2),
            ("/v1/sources", 5),
            ("/v1/figures?unit=participants", 1),
        ] {
            assert_eq!(register.total(url).await, total, "{} {url}", register.name);
        }
    }
}

#[actix_web::test]
async fn the_ministry_of_finance_is_given_four_measures_in_2016_2018() {
    for register in seeded() {
        let body = register.json("/v1/measures?agency=maliyye-nazirliyi").await;
        assert_eq!(texts(&body["data"], "number"), ["5.1", "5.3", "5.4", "5.5"]);
    }
}

#[actix_web::test]
async fn the_report_says_of_two_points_that_nothing_was_done() {
    for register in seeded() {
        let body = register
            .json("/v1/status-entries?completion=not_started&include=measure")
            .await;
        let numbers = body["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["measure"]["number"].as_str().unwrap());
        assert_eq!(numbers.collect::<Vec<_>>(), ["5.1", "6.4"]);
        for entry in body["data"].as_array().unwrap() {
            assert_eq!(entry["basis"], "stated");
            assert!(entry["quote"].as_str().unwrap().ends_with("icra edilməyib"));
        }
    }
}

#[actix_web::test]
async fn an_answer_that_refers_to_another_is_kept_as_printed() {
    for register in seeded() {
        let body = register
            .json("/v1/status-entries?measure=az-nap-2020-2022-5.3")
            .await;
        let entry = &body["data"][0];
        assert_eq!(entry["statement"], "Bax cavab 5.2");
        let other = register
            .json(&format!(
                "/v1/status-entries/{}",
                entry["same_as"].as_str().unwrap()
            ))
            .await;
        assert_eq!(other["data"]["measure_id"], "az-nap-2020-2022-5.2");
        let statement = other["data"]["statement"].as_str().unwrap();
        assert!(statement.contains(entry["quote"].as_str().unwrap()));
    }
}

#[actix_web::test]
async fn a_fragment_that_names_two_bodies_gives_two_assignments() {
    for register in seeded() {
        let url = "/v1/assignments?measure=az-nap-2016-2018-10.1&include=agency";
        let body = register.json(url).await;
        let words = "Ədliyyə Nazirliyi və aidiyyəti mərkəzi icra hakimiyyəti orqanları";
        let both: Vec<_> = body["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["as_written"] == words)
            .collect();
        assert_eq!(both.len(), 2);
        assert_eq!(both[0]["agency_id"], "edliyye-nazirliyi");
        assert_eq!(both[1]["agency"]["kind"], "group");
        assert!(both.iter().all(|one| one["role"] == "executor"));
    }
}

#[actix_web::test]
async fn the_yearly_report_is_due_by_30_december_to_two_bodies() {
    for register in seeded() {
        let body = register
            .json("/v1/obligations/az-nap-2020-2022-o2.1?include=parties")
            .await;
        let duty = &body["data"];
        assert_eq!(
            (&duty["due_month"], &duty["due_day"]),
            (&12.into(), &30.into())
        );
        assert_eq!(duty["recurrence"], "yearly");
        let parties = duty["parties"].as_array().unwrap();
        let recipients: Vec<_> = parties
            .iter()
            .filter(|party| party["role"] == "recipient")
            .map(|party| &party["agency_id"])
            .collect();
        assert_eq!(
            recipients,
            [
                "nazirler-kabineti",
                "korrupsiyaya-qarsi-mubarize-uzre-komissiya"
            ]
        );
    }
}

#[actix_web::test]
async fn an_activity_is_linked_to_the_point_that_it_names() {
    for register in seeded() {
        let serving = "/v1/activities?measure=az-nap-2016-2018-4.1.3";
        assert_eq!(register.ids(serving).await, ["az-monitoring-2016-2018-2"]);
        // activity 8 serves section 6.2, which is a part of section 6
        let serving = "/v1/activities?section=az-nap-2016-2018-s6";
        assert_eq!(register.ids(serving).await, ["az-monitoring-2016-2018-8"]);
    }
}

#[actix_web::test]
async fn a_renamed_body_leads_to_its_successor() {
    for register in seeded() {
        let body = register
            .json("/v1/agencies/rabite-ve-yuksek-texnologiyalar-nazirliyi?include=successor")
            .await;
        assert_eq!(
            body["data"]["successor"]["name"],
            "Rəqəmsal İnkişaf və Nəqliyyat Nazirliyi"
        );
    }
}
