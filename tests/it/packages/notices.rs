//! What is likely wrong with records is told, and stops nothing.

use super::cells::notices;
use crate::support::{Memory, empty};

const COMMISSION: &str = "korrupsiyaya-qarsi-mubarize-uzre-komissiya";

/// The only notice of the seeds with a change, which load all the same.
fn notice(package: &Memory) -> String {
    let told = notices(package);
    assert_eq!(told.len(), 1, "{told:#?}");
    for register in empty() {
        register.load(package).unwrap();
    }
    told[0].clone()
}

/// An entry of the commission on a year, as it follows the one on 2021.
fn entry(measure: &str, year: u16, completion: &str, statement: &str) -> String {
    let id = format!("{measure}-{year}-x");
    format!(
        "{id},{measure},{COMMISSION},self_report,{year},{completion},,coded,\"{statement}\",\"{statement}\",,,az-report-2021,,"
    )
}

#[test]
fn nothing_seems_wrong_with_the_seeds() {
    assert_eq!(notices(&Memory::seeds()), Vec::<String>::new());
}

#[test]
fn a_country_that_there_is_not_gets_a_notice() {
    let told = notice(&Memory::seeds().and("agencies.csv", "x,ZZ,X,,other,,,[]"));
    let end = "column country, value \"ZZ\": is no code of a country in ISO 3166-1";
    assert!(
        told.starts_with("notice: agencies.csv, row ") && told.ends_with(end),
        "{told}"
    );
    let fine = Memory::seeds().and("agencies.csv", "x,GE,X,,other,,,[]");
    assert_eq!(notices(&fine), Vec::<String>::new());
}

#[test]
fn a_licence_that_nobody_knows_gets_a_notice() {
    let path = "https://creativecommons.org/licenses/by/4.0/";
    let package = |name: &str, text: &str| {
        let seeds =
            Memory::seeds().with("datapackage.json", "\"CC-BY-4.0\"", &format!("\"{name}\""));
        seeds.with("datapackage.json", &format!("\"path\": \"{path}\""), text)
    };
    let told = notice(&package("do what you like", "\"description\": \"x\""));
    let begins =
        "notice: datapackage.json: names the licence `do what you like`, which is no licence ";
    assert!(told.starts_with(begins), "{told}");
    for (name, text) in [
        ("ODbL-1.0", "\"description\": \"x\""),
        ("Our own", "\"path\": \"https://example.org/licence\""),
    ] {
        assert_eq!(
            notices(&package(name, text)),
            Vec::<String>::new(),
            "{name}"
        );
    }
}

#[test]
fn years_far_outside_the_plan_get_a_notice() {
    let told = notice(&Memory::seeds().and(
        "status_entries.csv",
        &entry("az-nap-2020-2022-1.1", 1999, "complete", "Done."),
    ));
    let end = "column year, value \"1999\": is far outside the years of the plan, 2020-2022";
    assert!(told.ends_with(end), "{told}");
    let late = entry("az-nap-2020-2022-1.1", 2023, "complete", "Done.");
    let late = Memory::seeds().and("status_entries.csv", &late);
    assert_eq!(notices(&late), Vec::<String>::new());
}

#[test]
fn two_bodies_of_one_name_get_a_notice() {
    let told = notice(&Memory::seeds().and("agencies.csv", "x,AZ,ALİ  MEHKƏMƏ,,court,,,[]"));
    assert!(
        told.contains("column name, value \"ALİ  MEHKƏMƏ\""),
        "{told}"
    );
    assert!(
        told.contains("is the name of the body in row 7 too"),
        "{told}"
    );
    let abroad = Memory::seeds().and("agencies.csv", "x,GE,Ali Məhkəmə,,court,,,[]");
    assert_eq!(notices(&abroad), Vec::<String>::new());
}

#[test]
fn an_entry_that_falls_by_two_levels_or_says_the_same_again_gets_a_notice() {
    let measure = "az-nap-2020-2022-1.1";
    let with = |rows: &[String]| Memory::seeds().and("status_entries.csv", &rows.join("\n"));
    let told = notice(&with(&[entry(measure, 2022, "limited", "A part of it.")]));
    let end = "value \"limited\": is two levels or more below `complete` of 2021 (row 2)";
    assert!(told.ends_with(end), "{told}");
    let one = with(&[entry(measure, 2022, "substantial", "Nearly all of it.")]);
    assert_eq!(notices(&one), Vec::<String>::new());
    let words = "What was done is the same as what was done in the year before.";
    let told = notice(&with(&[
        entry(measure, 2022, "complete", words),
        entry(measure, 2023, "complete", words),
    ]));
    assert!(told.contains("column statement"), "{told}");
    assert!(told.contains("is the text of 2022 (row "), "{told}");
}

/// The report of a later year comes alone, and the register has those before.
#[test]
fn an_entry_is_compared_with_those_of_the_register() {
    let seeds = Memory::seeds().text("status_entries.csv");
    let header = seeds.lines().next().unwrap();
    let row = entry("az-nap-2020-2022-1.1", 2022, "limited", "A part of it.");
    let mut alone = Memory::default();
    let descriptor = r#"{"name":"report-2022","resources":[{"name":"status_entries","path":"status_entries.csv"}]}"#;
    alone
        .0
        .insert("datapackage.json".to_owned(), descriptor.into());
    let text = format!("{header}\n{row}\n").into_bytes();
    alone.0.insert("status_entries.csv".to_owned(), text);
    for register in crate::support::seeded() {
        let mut connection = register.database.connection().unwrap();
        let found = aciqplan::package::check(&alone, Some(&mut connection)).unwrap();
        let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 1, "{told:#?}");
        let end = "below `complete` of 2021 (in the register)";
        assert!(told[0].ends_with(end), "{}: {told:?}", register.name);
    }
}
