//! Packages: every problem is told with its place, and what goes out comes in again the same.

mod beside;
mod cells;
mod damage;
mod dry_run;
mod files;
mod guards;
mod notices;
mod properties;
mod register;
mod sources;
mod untrusted;

use crate::support::{Memory, empty, refusals, seeded};
use aciqplan::{
    database::connection::dataset_version,
    package::{self, Folder},
};
use std::{collections::BTreeMap, fs, path::Path};

#[test]
fn nothing_is_wrong_with_the_seeds() {
    assert_eq!(Memory::seeds().problems(), Vec::<String>::new());
}

#[test]
fn every_problem_is_told_with_file_row_column_value_and_reason() {
    let package = Memory::seeds()
        .with(
            "sections.csv",
            "az-nap-2016-2018-s4.1,az-nap-2016-2018,az-nap-2016-2018-s4,",
            "az-nap-2016-2018-s4.1,az-nap-2016-2018,az-nap-2016-2018-s44,",
        )
        .with("obligations.csv", "yearly,12,30,", "yearly,12,32,")
        .and(
            "figures.csv",
            "F 9,az-monitoring-2016-2018,a,many,x,0,nowhere,",
        )
        .and(
            "figures.csv",
            "az-monitoring-2016-2018-f1,p,a,1,x,1,az-report-2021,",
        )
        .and("figures.csv", "too,few");
    let expected = [
        "figures.csv, row 8, column value, value \"many\": is no whole number",
        "figures.csv, row 8, column id, value \"F 9\": is no id",
        "figures.csv, row 8, column position, value \"0\": is no whole number from 1",
        "figures.csv, row 8, column source_id, value \"nowhere\": is no id of sources",
        "figures.csv, row 9, column id, value \"az-monitoring-2016-2018-f1\": stands in row 2 already and must be unique",
        "figures.csv, row 10: has 2 cells where the header has 8",
        "obligations.csv, row 2, column due_day, value \"32\": is no whole number from 1 to 31",
        "sections.csv, row 6, column parent_id, value \"az-nap-2016-2018-s44\": is no id of sections; did you mean `az-nap-2016-2018-s4`?",
    ];
    let told = package.problems();
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        let (place, reason) = expected.split_once(": ").unwrap();
        assert!(
            told.starts_with(place.split(", row").next().unwrap()),
            "{told}"
        );
        assert!(
            told.contains(reason.split("`az").next().unwrap()),
            "{told}\n{expected}"
        );
    }
}

/// One report took four rounds: what was wrong in a row hid the rest of it.
#[test]
fn all_mistakes_of_all_rows_are_told_at_once_and_none_that_only_follows_from_another() {
    let entry = |id: &str, cells: &str| format!("{id},az-nap-2020-2022-1.1,{cells}");
    let rows = [
        // an unreadable year, and everything else that is wrong
        entry(
            "e1",
            "nowhere,media,2O21,tam,,coded,words,other,,,az-report-2021,,",
        ),
        entry(
            "e2",
            "nazirler-kabineti,media,2021,complete,,coded,a,a,, ,az-report-2021,,",
        ),
        entry(
            "e2",
            "nazirler-kabineti,media,2020,complete,,,,a,,,az-report-2021,,",
        ),
        "e4,too,few".to_owned(),
        entry(
            "e5",
            "nazirler-kabineti,media,2019,complete,,coded,a,b,e4,,az-report-2021,,",
        ),
        entry(
            "e6",
            "nazirler-kabineti,media,2018,complete,,coded,a,a,No Id,,az-report-2021,,",
        ),
    ];
    let told = Memory::seeds()
        .and("status_entries.csv", &rows.join("\n"))
        .problems();
    let expected = [
        "row 66, column year, value \"2O21\": is no whole number",
        "row 66, column completion, value \"tam\": is none of ",
        "row 66, column quote, value \"words\": does not stand in the statement",
        "row 66, column assessor_id, value \"nowhere\": is no id of agencies",
        "row 67, column note, value \" \": has white space at its start or end",
        "row 68, column basis, value \"\": is required beside a completion",
        "row 68, column quote, value \"\": is required beside a completion",
        "row 68, column id, value \"e2\": stands in row 67 already and must be unique",
        "row 69: has 3 cells where the header has 15",
        "row 71, column same_as, value \"No Id\": is no id: small letters",
    ];
    assert_told(&told, "status_entries.csv, ", &expected);
}

fn assert_told(told: &[String], file: &str, expected: &[&str]) {
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for expected in expected {
        let begins = |told: &&String| told.starts_with(&format!("{file}{expected}"));
        assert_eq!(
            told.iter().filter(begins).count(),
            1,
            "{expected}\n{told:#?}"
        );
    }
}

#[test]
fn of_a_file_that_cannot_be_read_nothing_else_is_told() {
    let mut package = Memory::seeds();
    package
        .0
        .insert("agencies.csv".to_owned(), b"name\n".to_vec());
    let told = package.problems();
    let is_of_it = |told: &String| told.starts_with("agencies.csv, row 1");
    assert!(!told.is_empty() && told.iter().all(is_of_it), "{told:#?}");
}

#[test]
fn what_stands_twice_as_a_whole_is_told_once() {
    let first = Memory::seeds().text("figures.csv");
    let row = first.lines().nth(1).unwrap().to_owned();
    let told = Memory::seeds().and("figures.csv", &row).problems();
    let expected = ["row 8, column id, value \"az-monitoring-2016-2018-f1\": stands in row 2"];
    assert_told(&told, "figures.csv, ", &expected);
}

#[test]
fn mistakes_of_one_cause_are_told_together() {
    let mut package = Memory::seeds();
    let text = package.text("status_entries.csv");
    let level = text.replace(",complete,", ",tam,");
    package
        .0
        .insert("status_entries.csv".to_owned(), level.into_bytes());
    let told = package.problems();
    assert_eq!(told.len(), 1, "{told:#?}");
    let words = ", column completion, value \"tam\": is none of `not_started`";
    assert!(told[0].starts_with("status_entries.csv, rows "), "{told:?}");
    assert!(told[0].contains(words), "{told:?}");
    let Err(package::Error::Problems(problems)) = package::check(&package, None) else {
        panic!("not refused")
    };
    let count = text.matches(",complete,").count();
    assert_eq!(problems[0].rows.len(), count, "each row is known");
    assert_eq!(
        problems.to_string(),
        format!("the package has {count} problem(s)")
    );
}

#[test]
fn a_package_full_of_mistakes_is_told_in_few_lines() {
    let row = |number: usize| format!("f-{number},p,label,x{number},u,{number},nowhere,");
    let rows: Vec<String> = (10..20_010).map(row).collect();
    let package = Memory::seeds().and("figures.csv", &rows.join("\n"));
    let Err(package::Error::Problems(problems)) = package::check(&package, None) else {
        panic!("not refused")
    };
    let lines = problems.lines();
    let text = lines.join("\n");
    assert!(text.len() < 10_000 && lines.len() < 6, "{text}");
    assert!(text.contains("column value: row 8 \"x10\"; row 9 \"x11\"; "));
    assert!(text.contains("\"nowhere\": is no id of sources"));
    assert_eq!(
        problems.to_string(),
        "the package has 40000 problem(s)",
        "{text}"
    );
}

#[test]
fn what_leads_in_a_circle_is_told_with_the_circle() {
    let plan = |id: &str, before: &str| {
        format!("{id},AZ,national_action_plan,{id},2030,2031,,,,,{before},az-nap-2016-2018-text")
    };
    let link = |id: &str, earlier: &str, later: &str| {
        format!(
            "{id},az-nap-2020-2022-{earlier},az-nap-2020-2022-{later},continues,a,\"a, b\",coded"
        )
    };
    for (file, rows, column, circle) in [
        (
            "agencies.csv",
            vec![
                "x,,X,,other,y,,[]".to_owned(),
                "y,,Y,,other,x,,[]".to_owned(),
            ],
            "parent_id",
            "`x` → `y` → `x`",
        ),
        (
            "agencies.csv",
            vec![
                "x,,X,,other,,y,[]".to_owned(),
                "y,,Y,,other,,x,[]".to_owned(),
            ],
            "successor_id",
            "`x` → `y` → `x`",
        ),
        (
            "plans.csv",
            vec![
                plan("a", "c"),
                plan("b", "a"),
                plan("c", "b"),
                plan("d", "a"),
            ],
            "predecessor_id",
            "`a` → `c` → `b` → `a`",
        ),
        (
            "sections.csv",
            vec![
                "x,az-nap-2016-2018,y,98,X,98".to_owned(),
                "y,az-nap-2016-2018,x,99,Y,99".to_owned(),
            ],
            "parent_id",
            "`x` → `y` → `x`",
        ),
        (
            "measure_links.csv",
            vec![link("x", "1.1", "1.2"), link("y", "1.2", "1.1")],
            "earlier_id",
            "`az-nap-2020-2022-1.2` → `az-nap-2020-2022-1.1` → `az-nap-2020-2022-1.2`",
        ),
    ] {
        let told = Memory::seeds().and(file, &rows.join("\n")).problems();
        assert_eq!(told.len(), 1, "{told:#?}");
        let reason = format!("leads in a circle: {circle}");
        let place = format!(", column {column}, value ");
        assert!(
            told[0].ends_with(&reason) && told[0].contains(&place),
            "{told:?}"
        );
    }
}

#[test]
fn a_circle_through_the_register_is_told() {
    let header = "id,country,name,short_name,kind,parent_id,successor_id,aliases";
    let first = format!("{header}\na,,A,,other,b,,[]\nb,,B,,other,c,,[]\nc,,C,,other,,,[]\n");
    let second = format!("{header}\nc,,C,,other,a,,[]\n");
    let package = |agencies: &str| {
        let descriptor = r#"{"name":"x","resources":[{"name":"agencies","path":"agencies.csv"}]}"#;
        let files = [("datapackage.json", descriptor), ("agencies.csv", agencies)];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        Memory(files.into())
    };
    for register in empty() {
        register.load(&package(&first)).unwrap();
        let told = refusals(register.load(&package(&second)));
        let circle = "leads in a circle: `c` → `a` → `b` → `c`";
        let expected = format!("agencies.csv, row 2, column parent_id, value \"a\": {circle}");
        assert_eq!(told, [expected], "{}", register.name);
    }
}

#[test]
fn a_first_load_tells_as_much_as_a_check_and_leaves_nothing() {
    let package = Memory::seeds()
        .and("agencies.csv", "too,few")
        .and("withdrawals.csv", "w1,figures,nothing,why,nobody");
    let told = package.problems();
    assert!(told.len() > 1, "the first and the last file: {told:#?}");
    for register in empty() {
        assert_eq!(refusals(register.load(&package)), told, "{}", register.name);
        let mut connection = register.database.connection().unwrap();
        let version = dataset_version::version(&mut connection).unwrap();
        assert_eq!(version, None, "{}", register.name);
    }
}

#[test]
fn what_refers_to_itself_is_told() {
    let plan = "x,AZ,national_action_plan,X,2030,2031,,,,,x,az-nap-2016-2018-text";
    let entry = "x,az-nap-2020-2022-1.1,nazirler-kabineti,media,2021,complete,,coded,a,a,x,,az-report-2021,,";
    let measure = "az-nap-2020-2022-1.1";
    let link = format!("x,{measure},{measure},continues,a,a,coded");
    for (file, row, column) in [
        ("agencies.csv", "x,,X,,other,x,,[]", "parent_id"),
        ("agencies.csv", "x,,X,,other,,x,[]", "successor_id"),
        ("plans.csv", plan, "predecessor_id"),
        ("sections.csv", "x,az-nap-2016-2018,x,99,X,99", "parent_id"),
        ("status_entries.csv", entry, "same_as"),
        ("measure_links.csv", &link, "later_id"),
    ] {
        let told = Memory::seeds().and(file, row).problems();
        let value = if column == "later_id" { measure } else { "x" };
        let place = format!("column {column}, value \"{value}\": is the ");
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains(&place), "{told:?}");
        assert!(told[0].ends_with(" itself"), "{told:?}");
    }
}

#[test]
fn a_level_needs_its_ground() {
    let row = |cells: &str| {
        format!("x,az-nap-2020-2022-1.1,nazirler-kabineti,media,2021,{cells},,,az-report-2021,,")
    };
    for (cells, words) in [
        (
            "complete,,coded,,words",
            "column quote, value \"\": is required beside a completion",
        ),
        (
            "complete,,coded,other,words",
            "column quote, value \"other\": does not stand in the statement",
        ),
        (
            "complete,unclear,coded,words,words",
            "column missing_reason, value \"unclear\": stands beside a completion",
        ),
        (
            "complete,,,words,words",
            "column basis, value \"\": is required beside a completion",
        ),
        (
            ",,,,words",
            "column missing_reason, value \"\": is required where there is no completion",
        ),
        (
            "finished,,coded,words,words",
            "is none of `not_started`, `limited`, `substantial`, `complete`, `withdrawn`",
        ),
    ] {
        let told = Memory::seeds()
            .and("status_entries.csv", &row(cells))
            .problems();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(
            told[0].starts_with("status_entries.csv, row 66, ") && told[0].contains(words),
            "{told:?}"
        );
    }
}

#[test]
fn a_package_that_cannot_be_read_is_told_so() {
    let with = |name: &str, bytes: &[u8]| {
        let mut package = Memory::seeds();
        package.0.insert(name.to_owned(), bytes.to_vec());
        package.problems().join("\n")
    };
    assert!(Memory::default().problems()[0].contains("datapackage.json: cannot be read"));
    assert!(with("datapackage.json", b"{").contains("datapackage.json: is not JSON"));
    assert!(with("datapackage.json", b"[]").contains("datapackage.json: is no JSON object"));
    assert!(with("datapackage.json", b"{}").contains("datapackage.json: lists no resources"));
    let unknown = br#"{"resources":[{"name":"measure","path":"measures.csv"}]}"#;
    assert!(
        with("datapackage.json", unknown)
            .contains("unknown resource `measure`; did you mean `measures`?")
    );
    for path in ["../secret.csv", "/etc/passwd", "http://x/y.csv", ".."] {
        let outside = format!(r#"{{"resources":[{{"name":"measures","path":"{path}"}}]}}"#);
        assert!(
            with("datapackage.json", outside.as_bytes())
                .contains("no name of a file beside this one"),
            "{path}"
        );
    }
    assert!(with("plans.csv", b"id,titel\n").contains("plans.csv, row 1, column titel, value \"titel\": is no column of plans; did you mean `title`?"));
    assert!(with("plans.csv", b"id,titel\n").contains("the column `country` is missing"));
    assert!(
        with(
            "figures.csv",
            b"id,project,label,value,unit,position,source_id,locator\n\xff\xfe,a,a,1,a,1,a,\n"
        )
        .contains("figures.csv, row 2: is not UTF-8")
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_read() {
    let mut package = Memory::seeds();
    let text = format!(
        "\u{feff}{}",
        package.text("figures.csv").replace('\n', "\r\n")
    );
    package
        .0
        .insert("figures.csv".to_owned(), text.into_bytes());
    assert_eq!(package.problems(), Vec::<String>::new());
}

#[test]
fn a_package_may_add_to_a_register() {
    for register in seeded() {
        let mut package = Memory::default();
        let descriptor = r#"{"name":"report-2022","resources":[{"name":"status_entries","path":"status_entries.csv"}]}"#;
        package
            .0
            .insert("datapackage.json".to_owned(), descriptor.into());
        let header = Memory::seeds()
            .text("status_entries.csv")
            .lines()
            .next()
            .unwrap()
            .to_owned();
        let row = "az-nap-2020-2022-1.1-2022-x,az-nap-2020-2022-1.1,korrupsiyaya-qarsi-mubarize-uzre-komissiya,self_report,2022,,not_reported,,,,,,az-report-2021,,";
        package.0.insert(
            "status_entries.csv".to_owned(),
            format!("{header}\n{row}\n").into_bytes(),
        );
        assert_eq!(
            package.problems().len(),
            3,
            "by itself it refers to nothing"
        );
        let mut connection = register.database.connection().unwrap();
        assert_eq!(
            package::check(&package, Some(&mut connection))
                .unwrap()
                .records,
            1
        );
        drop(connection);
        assert_eq!(register.load(&package).unwrap().created, 1);
    }
}

#[test]
fn what_is_exported_is_what_was_loaded() {
    for register in seeded() {
        let folder = tempfile::TempDir::new().unwrap();
        package::export(&mut register.database.connection().unwrap(), folder.path()).unwrap();
        let exported = files(folder.path());
        assert_eq!(exported, Memory::seeds().0, "{}", register.name);
        for other in empty() {
            other.load(&Folder::new(folder.path())).unwrap();
            let again = tempfile::TempDir::new().unwrap();
            package::export(&mut other.database.connection().unwrap(), again.path()).unwrap();
            assert_eq!(
                files(again.path()),
                exported,
                "{} to {}",
                register.name,
                other.name
            );
        }
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

/// PostgreSQL has no room in an index for long texts that cannot be packed.
#[test]
fn the_longest_texts_that_are_taken_fit_into_the_indexes_of_both_databases() {
    let letters = |count: u32| -> String {
        let numbers = (0..count).map(|number| number.wrapping_mul(2_654_435_761));
        let letter = |number: u32| char::from_u32(u32::from(b'!') + (number >> 16) % 90).unwrap();
        let letters: String = numbers.map(letter).collect();
        letters.replace('"', "x")
    };
    let package = |number: u32, wording: u32| {
        let (number, wording, title) = (letters(number), letters(wording), letters(20_000));
        Memory::seeds()
            .and(
                "measures.csv",
                &format!(
                    "az-nap-2016-2018-x,az-nap-2016-2018,,\"{number}\",\"{title}\",,,,99,az-nap-2016-2018-text,\"{wording}\""
                ),
            )
            .and(
                "assignments.csv",
                &format!("az-x,az-nap-2016-2018-x,nazirler-kabineti,executor,1,\"{wording}\""),
            )
    };
    for register in empty() {
        register.load(&package(200, 2000)).unwrap();
    }
    let told = package(201, 2001).problems();
    let ends = ["2000 are taken", "200 are taken", "2000 are taken"];
    assert_eq!(told.len(), ends.len(), "{told:#?}");
    for (told, end) in told.iter().zip(ends) {
        assert!(told.ends_with(end), "{told}");
    }
}

#[test]
fn a_word_of_two_alphabets_gets_a_notice_that_names_the_letter_and_its_place() {
    let row = |title: &str| {
        let row = format!("f-1,p,{title},1,x,9,az-report-2021,");
        let found = package::check(&Memory::seeds().and("figures.csv", &row), None).unwrap();
        let mut told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        assert!(told.len() < 2, "{told:?}");
        told.pop().unwrap_or_default()
    };
    let told = row("Dövlәt büdcәsi");
    for part in [
        "notice: figures.csv, row 8, column ",
        "letter 5 of `Dövlәt` is `ә` (U+04D9), a Cyrillic letter",
        "another word has such a letter",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let told = row("е-hökumət");
    assert!(
        told.contains("letter 1 of `е` is `е` (U+0435), a Cyrillic letter"),
        "{told}"
    );
    let told = row("Δt");
    assert!(
        told.ends_with("type the one of that alphabet, unless it is meant"),
        "{told}"
    );
    assert!(row("Mаliyyə").contains("letter 2 of `Mаliyyə` is `а` (U+0430), a Cyrillic letter"));
    for fine in ["COVID-19", "α-test", "Баку və Bakı", "10 kΩ"] {
        assert_eq!(row(fine), "");
    }
}

#[test]
fn a_quote_stands_in_its_statement_to_the_reader() {
    let package = |quote: &str| {
        Memory::seeds()
            .with(
                "status_entries.csv",
                "coded,beynəlxalq təcrübə nəzərə alınmaqla metodologiya hazırlanmışdır,Bu",
                &format!("coded,{quote},Bu"),
            )
            .problems()
    };
    for quote in [
        "beynəlxalq  təcrübə nəzərə\u{a0}alınmaqla",
        "beynəl\u{ad}xalq təcrübə",
        "beynәlxalq tәcrübә",
    ] {
        assert_eq!(package(quote), Vec::<String>::new(), "{quote:?}");
    }
    for quote in ["Beynəlxalq Təcrübə", "beynelxalq", "beynəlxalqtəcrübə"] {
        assert!(
            package(quote)[0].ends_with("does not stand in the statement"),
            "{quote}"
        );
    }
}

#[actix_web::test]
async fn a_list_for_excel_comes_back_without_the_apostrophes_that_kept_its_texts() {
    for register in seeded() {
        let list = register.get("/v1/measures.csv?excel=true").await;
        assert!(list.text().contains(";'2.10;"), "{}", list.text());
        let mut package = Memory::seeds();
        package.0.insert("measures.csv".to_owned(), list.body);
        let counts = register.load(&package).unwrap();
        assert_eq!((counts.created, counts.corrected), (0, 0));
        assert_eq!(counts.unchanged, 638);
    }
}
