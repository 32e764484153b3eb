//! Apostrophes: those that keep texts from a spreadsheet are taken off on the way in, and those of a text are kept.

use super::cells::plan;
use crate::support::{Memory, Register, empty, empty_in_sqlite, seeded};
use std::fmt::Write;

const HEADER: &str =
    "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator";

/// Texts that begin as a guard does, and texts that spreadsheets of several languages take for something else.
const TITLES: [&str; 14] = [
    "'2020-2022'",
    "'Open' budget",
    "'90-cı illər",
    "'x",
    "5. Mai 2021",
    "März 2021",
    "5 juin 2021",
    "WAHR",
    "VRAI",
    "Doğru",
    "=1+1",
    "-1",
    "1.10",
    "2021-05-12",
];

/// A plan with a measure for each title; its ids and locators look like something else too.
fn odd() -> Memory {
    let mut rows = format!("{HEADER}\n");
    for (place, title) in TITLES.iter().enumerate() {
        let position = place + 1;
        writeln!(
            rows,
            "p-{position},x,,1.{position}0,{title},,2026,2028,{position},x-text,'{position}'"
        )
        .unwrap();
    }
    plan(rows)
}

/// Loads a list that the service gave: what it changes.
async fn came_back(register: &Register, package: &Memory, name: &str, query: &str) -> (u64, u64) {
    let path = name.replace('_', "-");
    let list = register.get(&format!("/v1/{path}.csv{query}")).await;
    let mut package = package.clone();
    package.0.insert(format!("{name}.csv"), list.body);
    assert_eq!(package.problems(), Vec::<String>::new(), "{name}{query}");
    let counts = register.load(&package).unwrap();
    (counts.created as u64, counts.corrected as u64)
}

#[actix_web::test]
async fn a_list_comes_back_as_it_was_guarded_or_not_whatever_its_columns() {
    for register in empty() {
        register.load(&odd()).unwrap();
        for query in [
            "",
            "?bom=true",
            "?excel=true",
            "?excel=true&lang=en&labels=true",
            "?excel=true&lang=de",
        ] {
            let changed = came_back(&register, &odd(), "measures", query).await;
            assert_eq!(changed, (0, 0), "{}: {query}", register.name);
            let sign = if query.is_empty() { '?' } else { '&' };
            let own = format!("{query}{sign}fields={HEADER}");
            let changed = came_back(&register, &odd(), "measures", &own).await;
            assert_eq!(changed, (0, 0), "{}: {own}", register.name);
        }
        let list = register.get("/v1/measures.csv?excel=true&lang=de").await;
        for guarded in [
            ";'5. Mai 2021;",
            ";'WAHR;",
            ";'VRAI;",
            ";''2020-2022';",
            "p-1;x;",
        ] {
            assert!(list.text().contains(guarded), "{guarded}: {}", list.text());
        }
    }
}

#[actix_web::test]
async fn every_list_of_the_seeds_comes_back_from_excel_with_its_own_columns_alone() {
    let seeds = Memory::seeds();
    for register in seeded() {
        for name in [
            "measures",
            "sections",
            "obligations",
            "activities",
            "sources",
            "agencies",
        ] {
            let text = seeds.text(&format!("{name}.csv"));
            let own = text.lines().next().unwrap();
            let query = format!("?excel=true&fields={own}");
            let changed = came_back(&register, &seeds, name, &query).await;
            assert_eq!(changed, (0, 0), "{}: {name}", register.name);
        }
    }
}

#[actix_web::test]
async fn guards_of_a_file_that_does_not_say_so_are_damage() {
    let register = empty_in_sqlite();
    register.load(&odd()).unwrap();
    let list = register.get("/v1/measures.csv?excel=true&lang=en").await;
    let text = list
        .text()
        .replace(",guard\r\n", ",\r\n")
        .replace(",'\r\n", ",\r\n");
    let mut package = odd();
    package
        .0
        .insert("measures.csv".to_owned(), text.into_bytes());
    let told = package.problems().join("\n");
    for guarded in ["'1.10", "'WAHR", "'5. Mai 2021", "'=1+1"] {
        let line = format!("value \"{guarded}\": has the mark of a spreadsheet");
        assert!(
            told.contains(guarded) && told.contains("damage: "),
            "{line}: {told}"
        );
    }
}
