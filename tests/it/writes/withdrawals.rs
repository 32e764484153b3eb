//! Records that are taken back.

use crate::support::{Memory, refusals, seeded, texts};
use aciqplan::package::Seeds;
use actix_web::http::StatusCode;

#[actix_web::test]
async fn a_withdrawn_record_is_gone_with_a_reason_and_a_successor() {
    for register in seeded() {
        let figure = Memory::seeds()
            .text("figures.csv")
            .lines()
            .find(|line| line.contains("-f6,"))
            .unwrap()
            .to_owned();
        let row = "figures-f6,figures,az-monitoring-2016-2018-f6,Counted twice,az-monitoring-2016-2018-f1";
        let package = Memory::seeds()
            .with("figures.csv", &format!("{figure}\n"), "")
            .and("withdrawals.csv", row);
        assert_eq!(register.load(&package).unwrap().withdrawn, 1);
        let answer = register.get("/v1/figures/az-monitoring-2016-2018-f6").await;
        assert_eq!(answer.status, StatusCode::GONE);
        assert_eq!(answer.json()["detail"], "Counted twice");
        assert!(
            answer.json()["successor"]
                .as_str()
                .unwrap()
                .ends_with("/v1/figures/az-monitoring-2016-2018-f1")
        );
        let history = register
            .json("/v1/figures/az-monitoring-2016-2018-f6/history")
            .await;
        assert_eq!(texts(&history["data"], "action"), ["created", "withdrawn"]);
        // it does not come back
        let told = refusals(register.load(&Seeds));
        assert!(
            told[0].contains("figures.csv, row 7, column id"),
            "{told:?}"
        );
        assert!(told[0].contains("was withdrawn"), "{told:?}");
    }
}

#[actix_web::test]
async fn a_record_that_others_refer_to_is_not_withdrawn() {
    for register in seeded() {
        let agencies = Memory::seeds().text("agencies.csv");
        let agency = agencies
            .lines()
            .find(|line| line.starts_with("maliyye-nazirliyi,"))
            .unwrap();
        let mut package =
            Memory::seeds().and("withdrawals.csv", "a,agencies,maliyye-nazirliyi,No more,");
        package.0.insert(
            "agencies.csv".to_owned(),
            agencies.replace(&format!("{agency}\n"), "").into_bytes(),
        );
        package.0.retain(|name, _| {
            matches!(
                name.as_str(),
                "agencies.csv" | "withdrawals.csv" | "datapackage.json"
            )
        });
        let resources = r#"{"name":"aciq-plan","resources":[{"name":"agencies","path":"agencies.csv"},{"name":"withdrawals","path":"withdrawals.csv"}]}"#;
        package
            .0
            .insert("datapackage.json".to_owned(), resources.into());
        let told = refusals(register.load(&package));
        assert!(
            told.iter().any(
                |one| one.contains("4 record(s) of assignments still refer to it in agency_id")
            ),
            "{told:?}"
        );
        assert_eq!(
            register.get("/v1/agencies/maliyye-nazirliyi").await.status,
            StatusCode::OK
        );
    }
}
