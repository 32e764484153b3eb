//! What is refused, and leaves nothing behind: by the load, and by the database itself.

use crate::support::{Memory, empty, refusals, seeded};
use diesel::connection::SimpleConnection;

#[actix_web::test]
async fn a_load_with_one_mistake_changes_nothing() {
    for register in empty() {
        let broken = Memory::seeds().with(
            "memberships.csv",
            "maliyye-nazirliyi,state_body,",
            "maliye-nazirliyi,state_body,",
        );
        let told = refusals(register.load(&broken));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("did you mean `maliyye-nazirliyi`?"),
            "{told:?}"
        );
        assert_eq!(register.json("/v1").await["meta"]["dataset_version"], 0);
    }
}

#[actix_web::test]
async fn the_database_itself_refuses_what_the_rules_forbid() {
    for register in seeded() {
        let mut connection = register.database.connection().unwrap();
        let columns = "id, measure_id, measure_key, assessor_id, assessor_kind, year, completion, missing_reason, basis, quote, source_id, revision, created_at, updated_at";
        for (what, values) in [
            (
                "a level without a quote",
                "'x1', 'az-nap-2020-2022-1.1', 'x', 'nazirler-kabineti', 'media', 2021, 'complete', NULL, 'coded', NULL, 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
            (
                "an unknown level",
                "'x2', 'az-nap-2020-2022-1.1', 'x', 'nazirler-kabineti', 'media', 2021, 'done', NULL, 'coded', 'q', 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
            (
                "an unknown measure",
                "'x3', 'nothing', 'x', 'nazirler-kabineti', 'media', 2021, 'complete', NULL, 'coded', 'q', 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
            (
                "a second entry of the same year",
                "'x4', 'az-nap-2020-2022-1.1', 'x', 'korrupsiyaya-qarsi-mubarize-uzre-komissiya', 'self_report', 2021, 'complete', NULL, 'coded', 'q', 'az-report-2021', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00'",
            ),
        ] {
            let refused = connection.batch_execute(&format!(
                "INSERT INTO status_entries ({columns}) VALUES ({values})"
            ));
            assert!(refused.is_err(), "{} took {what}", register.name);
        }
    }
}
