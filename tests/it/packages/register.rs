//! A file beside the register: what it changes must fit what stands there alone, in a check as in a load.

use crate::support::{Memory, Register, seeded};
use aciqplan::package;

const SECTIONS: &str = "id,plan_id,parent_id,number,title,position";
const MEASURES: &str =
    "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator";
const WITHDRAWALS: &str = "id,resource,record_id,reason,successor_id";

/// A package of one file.
fn one(name: &str, lines: &[&str]) -> Memory {
    let descriptor =
        format!(r#"{{"name":"x","resources":[{{"name":"{name}","path":"{name}.csv"}}]}}"#);
    let files = [
        ("datapackage.json".to_owned(), descriptor.into_bytes()),
        (format!("{name}.csv"), lines.join("\n").into_bytes()),
    ];
    Memory(files.into())
}

/// What a check beside the register tells; a load tells the same.
fn told(register: &Register, package: &Memory) -> Vec<String> {
    let mut connection = register.database.connection().unwrap();
    let lines = |problems: &package::Problems| problems.iter().map(ToString::to_string).collect();
    let checked: Vec<String> = match package::check(package, Some(&mut connection)) {
        Ok(found) => lines(&found.problems),
        Err(package::Error::Problems(problems)) => lines(&problems),
        Err(error) => panic!("{error}"),
    };
    let options = package::Options {
        is_rehearsal: true,
        ..package::Options::default()
    };
    let loaded: Vec<String> = match package::load(package, &mut connection, &options, &|_| {}) {
        Ok(loaded) => lines(&loaded.problems),
        Err(package::Error::Problems(problems)) => lines(&problems),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(checked, loaded);
    checked
}

#[test]
fn a_record_stands_in_a_section_of_its_plan_also_where_the_register_alone_has_that() {
    for register in seeded() {
        let measure =
            "new-1,az-nap-2016-2018,az-nap-2020-2022-s2,99,T,,2016,2018,999,az-decree-1859-2020,x";
        let section = "new-s,az-nap-2016-2018,az-nap-2020-2022-s2,99,T,99";
        for (name, header, row, column) in [
            ("measures", MEASURES, measure, "section_id"),
            ("sections", SECTIONS, section, "parent_id"),
        ] {
            let expected = format!(
                "{name}.csv, row 2, column {column}, value \"az-nap-2020-2022-s2\": is a section of another plan in \
                 the register"
            );
            assert_eq!(told(&register, &one(name, &[header, row])), [expected]);
            let right = row.replace(",az-nap-2020-2022-s2,", ",az-nap-2016-2018-s2,");
            assert_eq!(
                told(&register, &one(name, &[header, &right])),
                Vec::<String>::new()
            );
        }
    }
}

#[test]
fn a_section_does_not_leave_its_measures_in_another_plan() {
    for register in seeded() {
        let moved = "az-nap-2016-2018-s1,az-nap-2020-2022,,99,T,99";
        let told = told(&register, &one("sections", &[SECTIONS, moved]));
        assert_eq!(told.len(), 1, "{told:#?}");
        let start = "sections.csv, row 2, column plan_id, value \"az-nap-2020-2022\": ";
        assert!(told[0].starts_with(start), "{told:?}");
        let left = " record(s) of measures in the register, such as `az-nap-2016-2018-1.1`, stay in the section";
        assert!(told[0].contains(left), "{told:?}");
    }
}

#[test]
fn a_statement_keeps_what_another_entry_of_the_register_quotes() {
    for register in seeded() {
        let seeds = Memory::seeds().text("status_entries.csv");
        let header = seeds.lines().next().unwrap();
        let body = "korrupsiyaya-qarsi-mubarize-uzre-komissiya";
        let id = format!("az-nap-2020-2022-5.2-2021-{body}");
        let entry = |statement: &str| {
            format!(
                "{id},az-nap-2020-2022-5.2,{body},self_report,2021,substantial,,coded,tam,{statement},,,az-report-2021,bənd 5.2,"
            )
        };
        let changed = told(
            &register,
            &one("status_entries", &[header, &entry("tam icra")]),
        );
        assert_eq!(changed.len(), 1, "{changed:#?}");
        let quoting = format!("the quote of `az-nap-2020-2022-5.3-2021-{body}` in the register");
        assert!(
            changed[0].contains("row 2, column statement") && changed[0].contains(&quoting),
            "{changed:?}"
        );
        // the quoted words may stand among others, and the entry that quotes may change with them
        let whole = seeds
            .lines()
            .find(|line| line.starts_with(&format!("{id},")))
            .unwrap();
        assert_eq!(
            told(&register, &one("status_entries", &[header, whole])),
            Vec::<String>::new()
        );
        let quoting = seeds
            .lines()
            .find(|line| line.starts_with(&format!("az-nap-2020-2022-5.3-2021-{body},")))
            .unwrap();
        let (start, rest) = quoting.split_once(",coded,\"").unwrap();
        let (_, rest) = rest.split_once('"').unwrap();
        let both = [
            header,
            &entry("tam icra"),
            &format!("{start},coded,tam{rest}"),
        ];
        assert_eq!(
            told(&register, &one("status_entries", &both)),
            Vec::<String>::new()
        );
    }
}

#[test]
fn a_withdrawal_of_what_the_register_never_had_gets_a_notice() {
    for register in seeded() {
        let unknown = one("withdrawals", &[WITHDRAWALS, "w1,acronyms,ahtt,x,"]);
        let notice = "notice: withdrawals.csv, row 2, column record_id, value \"ahtt\": is no record of acronyms in \
                      the register and withdraws nothing there; did you mean `aht`?";
        assert_eq!(told(&register, &unknown), [notice]);
        let known = one("withdrawals", &[WITHDRAWALS, "w1,acronyms,aht,x,"]);
        assert_eq!(told(&register, &known), Vec::<String>::new());
        register.load(&known).unwrap();
        assert_eq!(told(&register, &known), Vec::<String>::new(), "it was one");
    }
}
