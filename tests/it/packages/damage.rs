//! What was done to a whole file: numbers cut by a spreadsheet, rows that are missing, addresses that are none.

use super::cells::plan;
use crate::support::{Memory, empty, refusals};

const HEADER: &str =
    "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator\n";

/// A plan whose measures have these numbers, in this order.
fn numbered(numbers: &[&str]) -> Memory {
    let rows = numbers.iter().enumerate().map(|(place, number)| {
        let position = place + 1;
        format!("x-{position},x,,{number},Publish the budget,,2026,2028,{position},x-text,\n")
    });
    plan(HEADER.to_owned() + &rows.collect::<String>())
}

#[test]
fn a_number_that_lost_its_nought_is_told_by_its_place_in_the_order() {
    for (numbers, row, right) in [
        (&["1.8", "1.9", "1.1"][..], 4, "1.10"),
        (&["1.9", "1.1", "1.11"], 3, "1.10"),
        (&["1.8", "1.9", "1.1", "1.11"], 4, "1.10"),
        (&["2.18", "2.19", "2.2"], 4, "2.20"),
        (&["1.98", "1.99", "1.1"], 4, "1.100"),
        (&["4.1.8", "4.1.9", "4.1.1"], 4, "4.1.10"),
    ] {
        let told = numbered(numbers).problems();
        assert_eq!(told.len(), 1, "{numbers:?}: {told:#?}");
        let place = format!("damage: measures.csv, row {row}, column number, ");
        let end = format!("a spreadsheet has likely made it of {right}");
        let fits = told[0].starts_with(&place) && told[0].ends_with(&end);
        assert!(fits, "{numbers:?}: {told:?}");
        for register in empty() {
            assert_eq!(refusals(register.load(&numbered(numbers))), told);
        }
    }
    for numbers in [
        &["1.1", "1.2", "1.10", "1.11"][..],
        &["1.9", "1.10", "1.11"],
        &["1.8", "1.9", "2.1"],
        &["1.9", "1.1", "1.2"],
        &["9", "1", "11"],
        &["1.9", "1.1", "2.1"],
    ] {
        assert_eq!(
            numbered(numbers).problems(),
            Vec::<String>::new(),
            "{numbers:?}"
        );
    }
}

#[test]
fn what_refers_to_rows_behind_a_cut_is_not_told_as_well() {
    let whole = Memory::seeds();
    let text = whole.text("measures.csv");
    let cuts = [
        text.find("\naz-nap-2016-2018-4.1.3,").unwrap() + 30, // within a row
        text.find("“Elektron hökumət” portalına").unwrap() + 20, // within quotation marks
    ];
    for cut in cuts {
        let mut package = whole.clone();
        let bytes = text.as_bytes()[..cut].to_vec();
        package.0.insert("measures.csv".to_owned(), bytes);
        let told = package.told();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with("measures.csv, row "), "{told:?}");
    }
}

#[test]
fn the_url_of_a_source_is_a_web_address() {
    let with = |url: &str| {
        let row = format!("x,X,report,,az,,,{url},");
        Memory::seeds().and("sources.csv", &row)
    };
    assert_eq!(
        with("https://e-qanun.az/framework/44591").problems(),
        Vec::<String>::new()
    );
    for wrong in [
        "e-qanun.az/framework/44591",
        "https://e-qanun.az/şəffaflıq",
        "https://e-qanun.az/a b",
        "javascript:alert(1)",
        "yoxdur",
    ] {
        let told = with(wrong).problems();
        assert_eq!(told.len(), 1, "{told:#?}");
        let words = format!("column url, value \"{wrong}\": is no web address; ");
        assert!(told[0].contains(&words), "{told:?}");
        for register in empty() {
            assert_eq!(refusals(register.load(&with(wrong))), told);
        }
    }
}
