//! What becomes of a package: the same in both databases.

use crate::support::{Memory, Register, empty};
use aciqplan::package;
use actix_web::rt::System;
use std::cell::Cell;

/// What becomes of a package: how many records came and changed, or what is wrong with it.
pub type Outcome = Result<(usize, usize), Vec<String>>;

/// Loads a package into each register; what becomes of it must be the same, and what is refused leaves nothing.
pub fn load(registers: &[Register], package: &Memory) -> Outcome {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for register in registers {
        let before = version(register);
        let outcome = match register.load(package) {
            Ok(counts) => Ok((counts.created, counts.corrected)),
            Err(package::Error::Problems(problems)) => {
                assert_eq!(version(register), before, "what was refused left something");
                Err(problems.iter().map(ToString::to_string).collect())
            }
            Err(error) => panic!("{}: {error}", register.name),
        };
        outcomes.push(outcome);
    }
    assert!(
        outcomes.windows(2).all(|two| two[0] == two[1]),
        "{outcomes:?}"
    );
    outcomes.remove(0)
}

fn version(register: &Register) -> Option<i64> {
    let mut connection = register.database.connection().unwrap();
    let version =
        aciqplan::database::connection::dataset_version::version(&mut connection).unwrap();
    version.map(|(number, _)| number)
}

/// Everything that is served of the register, after a package was taken.
pub fn read_all(registers: &[Register]) {
    for register in registers {
        for url in [
            "/",
            "/v1",
            "/catalog.jsonld",
            "/datapackage.json",
            "/v1/measures?include=assignments.agency,status_entries&facets=plan",
            "/v1/measures.xlsx",
            "/v1/measures.parquet",
            "/v1/measures.atom",
            "/v1/measures.ics",
            "/v1/measures/x-p-1/citation.bib",
            "/v1/plans/x-p/scorecard?by=agency",
            "/v1/agencies?sort=-name",
            "/v1/changes.rss",
            "/v1/search?q=Publish",
        ] {
            let answer = System::new().block_on(register.get(url));
            let is_gone = [404, 410].contains(&answer.status.as_u16());
            let fine = answer.status.is_success() || is_gone;
            assert!(fine, "{} {url}: {}", register.name, answer.text());
        }
    }
}

/// Two registers, empty at first; new ones after so many cases, and after a failure.
pub struct Fresh(Cell<Option<(u32, Vec<Register>)>>);

impl Fresh {
    const CASES: u32 = 1;

    pub fn new() -> Self {
        Self(Cell::new(None))
    }

    pub fn with(&self, act: impl FnOnce(&[Register])) {
        let kept = self.0.take().filter(|(cases, _)| *cases < Self::CASES);
        let (cases, registers) = kept.unwrap_or_else(|| (0, empty()));
        act(&registers);
        self.0.set(Some((cases + 1, registers)));
    }
}
