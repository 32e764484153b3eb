//! How lines become cells: nothing that stands in a file of CSV is lost or changed in silence.

use crate::support::{Memory, empty};
use aciqplan::package::{self, Problem};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const HEADER: &str =
    "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator";
const FIRST: &str = "x-1,x,,1,Publish the budget,,2026,2028,1,x-text,point 1";

/// A plan with these lines of measures.
pub fn plan(measures: impl AsRef<[u8]>) -> Memory {
    let mut files = BTreeMap::new();
    let sources = "id,title,kind,publisher_id,language,published_on,period,url,note\nx-text,Plan,plan,,en,,,,\n";
    let plans = "id,country,kind,title,start_year,end_year,adopted_on,adopted_by,legal_act,introduction,predecessor_id,source_id\nx,AZ,national_action_plan,Plan,2026,2028,,,,,,x-text\n";
    files.insert("sources.csv".to_owned(), sources.into());
    files.insert("plans.csv".to_owned(), plans.into());
    files.insert("measures.csv".to_owned(), measures.as_ref().to_vec());
    described(Memory(files), &json!({}))
}

/// The plan with these properties of its measures in the descriptor.
pub fn described(mut package: Memory, properties: &Json) -> Memory {
    let mut measures = json!({"name": "measures", "path": "measures.csv"});
    for (name, value) in properties.as_object().unwrap() {
        measures[name] = value.clone();
    }
    let resources = json!([
        {"name": "sources", "path": "sources.csv"},
        {"name": "plans", "path": "plans.csv"},
        measures,
    ]);
    let descriptor = json!({"name": "x-plan", "resources": resources});
    let text = descriptor.to_string().into_bytes();
    package.0.insert("datapackage.json".to_owned(), text);
    package
}

/// The titles of the measures of a package that has no mistake.
fn titles(package: &Memory) -> Vec<String> {
    let register = &empty()[0];
    assert_eq!(package.problems(), Vec::<String>::new());
    register.load(package).unwrap();
    let list = actix_web::rt::System::new().block_on(register.json("/v1/measures?sort=position"));
    crate::support::texts(&list["data"], "title")
}

pub fn notices(package: &Memory) -> Vec<String> {
    let found = package::check(package, None).unwrap_or_else(|error| panic!("{error:?}"));
    found.problems.iter().map(Problem::to_string).collect()
}

fn lines(lines: &[&str]) -> Memory {
    plan(lines.join("\n"))
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_told_where_it_opens() {
    let row = |number: u8, locator: &str| {
        format!("x-{number},x,,{number},T,,2026,2028,{number},x-text,{locator}")
    };
    let (second, third) = (row(2, "\"point 2"), row(3, "point 3"));
    let told = lines(&[HEADER, FIRST, &second, &third]).problems();
    assert_eq!(told.len(), 1, "{told:#?}");
    let place =
        "measures.csv, row 3, column locator: a quotation mark opens here that is never closed; ";
    assert!(told[0].starts_with(place), "{told:?}");
    // a mark further on closes it
    let fourth = row(4, "\"point 4\"");
    let told = lines(&[HEADER, FIRST, &second, &third, &fourth]).problems();
    let place = "measures.csv, row 3, column locator: text stands behind the quotation mark that closes a cell; ";
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with(place), "{told:?}");
}

#[test]
fn marks_that_other_readers_drop_are_told() {
    for (title, reason) in [
        (
            "\"Open budget\" portal",
            "text stands behind the quotation mark",
        ),
        (
            "\"The \\\"open\\\" budget\"",
            "text stands behind the quotation mark",
        ),
        (
            "The \"open\" budget",
            "a quotation mark stands in a cell that does not begin",
        ),
        (
            "\\\"open\\\"",
            "a quotation mark stands in a cell that does not begin",
        ),
        (
            " \"open\"",
            "a quotation mark stands in a cell that does not begin",
        ),
        ("\"open\" ", "text stands behind the quotation mark"),
    ] {
        let row = FIRST.replace("Publish the budget", title);
        let told = lines(&[HEADER, &row, "x-2,x,,2,T,,twenty,2028,2,x-text,"]).problems();
        assert_eq!(told.len(), 2, "{told:#?}");
        let place = format!("measures.csv, row 2, column title: {reason}");
        assert!(told[0].starts_with(&place), "{told:?}");
        assert!(told[1].contains("row 3, column start_year"), "{told:?}");
    }
    let row = FIRST.replace(
        "Publish the budget",
        "\"The \"\"open\"\", and\nfree, budget\"",
    );
    assert_eq!(
        titles(&lines(&[HEADER, &row])),
        ["The \"open\", and\nfree, budget"]
    );
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() {
    let broken = FIRST.replace("Publish the budget", "\"two\r\nlines\"");
    let wrong = "x-2,x,,2,T,,twenty,2028,2,x-text,";
    for (end, empty) in [
        ("\n", ""),
        ("\r\n", ""),
        ("\r", ""),
        ("\n", ",,,,,,,,,,"),
        ("\n", "  "),
    ] {
        let text = [empty, HEADER, &broken, empty, "", wrong, ""].join(end);
        let told = plan(text).problems();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(
            told[0].starts_with("measures.csv, row 6, column start_year"),
            "{end:?} {told:?}"
        );
    }
}

#[test]
fn what_a_spreadsheet_saves_is_read() {
    let text = format!("{HEADER}\n{FIRST}\n");
    let semicolons = text.replace(',', ";");
    let quoted = format!("\"{}\"\n{FIRST}\n", HEADER.replace(',', "\",\""));
    let wide = text
        .replace("locator", "locator,,")
        .replace("point 1", "point 1,,")
        + ",,,,,,,,,,,,\n,,,,,,,,,,,,\n";
    let gap = text
        .replace("title,", "title,,")
        .replace("budget,", "budget,,");
    for text in [
        text.clone(),
        semicolons.clone(),
        text.replace(',', "\t"),
        format!("\u{feff}{semicolons}"),
        format!("sep=;\r\n{semicolons}"),
        format!("\u{feff}sep=,\n{text}"),
        format!("\"sep=;\"\n{semicolons}"),
        format!("SEP=|\n{}", text.replace(',', "|")),
        wide.clone(),
        wide.replace(',', ";"),
        format!("{HEADER},,\n{FIRST}\n"), // the blanks behind the last value of a row are not written
        gap,
        quoted,
        format!("\n\n{text}"),
    ] {
        assert_eq!(titles(&plan(&text)), ["Publish the budget"], "{text}");
    }
}

#[test]
fn a_comma_too_many_is_no_empty_column() {
    let row = FIRST
        .replace("Publish the", "Publish, the")
        .replace("point 1", "");
    let told = lines(&[HEADER, &row]).problems();
    assert_eq!(
        told,
        ["measures.csv, row 2: has 12 cells where the header has 11"]
    );
    let told = lines(&[&format!("{HEADER},"), &row, &format!("{FIRST},x")]).problems();
    assert!(told[0].contains("row 2"), "{told:?}");
    assert_eq!(
        told[told.len() - 1],
        "measures.csv, row 3: has a text in cell 12, where the header has no name"
    );
}

#[test]
fn rows_that_differ_only_by_what_is_empty_at_their_ends_are_taken_with_a_notice() {
    let header = HEADER
        .replace(",locator", "")
        .replacen("id,", "id,locator,", 1);
    let row = "x-1,point 1,x,,1,Publish the budget,,2026,2028,1,x-text";
    let long = lines(&[HEADER, &format!("{FIRST},,"), ""]);
    assert_eq!(titles(&long), ["Publish the budget"]);
    let notice = "notice: measures.csv, row 2: has 13 cells where the header has 11; taken, as nothing is in the others";
    assert_eq!(notices(&long), [notice]);
    let short = |end: &str| {
        let mut package = lines(&[HEADER, FIRST, ""]);
        let header = "id,title,kind,publisher_id,language,published_on,period,url,note";
        let sources = format!("{header}\nx-text,Plan,plan,,en{end}");
        package
            .0
            .insert("sources.csv".to_owned(), sources.into_bytes());
        package
    };
    let notice = "notice: sources.csv, row 2: has 5 cells where the header has 9; taken, as nothing is in the others";
    assert_eq!(notices(&short("\n")), [notice]);
    let cut = short("").problems();
    assert_eq!(
        cut,
        ["sources.csv, row 2: has 5 cells where the header has 9"]
    );
    let refused = |cells: u8| {
        [format!(
            "measures.csv, row 2: has {cells} cells where the header has 11"
        )]
    };
    assert_eq!(
        lines(&[HEADER, &format!("{FIRST},,x"), ""]).problems(),
        refused(13)
    );
    let required = row.replace(",x-text", "");
    assert_eq!(lines(&[&header, &required, ""]).problems(), refused(10));
}

#[test]
fn a_cell_that_may_hold_whole_rows_gets_a_notice() {
    let second = FIRST
        .replace("x-1,x,,1,", "x-2,x,,2,")
        .replace(",1,x-text", ",2,x-text");
    let text = format!("{HEADER}\n{FIRST}\n{second}\n")
        .replace("Publish the budget", "\"Publish the budget\"");
    assert_eq!(notices(&plan(&text)), Vec::<String>::new());
    // the closing mark of the first title and the opening one of the second are lost
    let swallowed = text.replacen("budget\"", "budget", 1);
    let at = swallowed.rfind("\"Publish").unwrap();
    let swallowed = format!("{}{}", &swallowed[..at], &swallowed[at + 1..]);
    let told = notices(&plan(&swallowed));
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].starts_with("notice: measures.csv, row 2, column title, ")
            && told[0].contains("were rows swallowed"),
        "{told:?}"
    );
    let fine = FIRST.replace("Publish the budget", "\"Publish, the\nbudget, and more\"");
    assert_eq!(notices(&lines(&[HEADER, &fine])), Vec::<String>::new());
}

#[test]
fn a_first_row_that_names_no_column_is_told_in_one_sentence() {
    let row = |text: &str| text.replace(',', "|");
    let told = lines(&[&row(HEADER), &row(FIRST)]).problems();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].starts_with("measures.csv, row 1: names are separated by `|`: save"),
        "{told:?}"
    );
    let told = lines(&["Tədbirlər,2026,,", HEADER, FIRST]).problems();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].starts_with("measures.csv, row 1: names no column of measures: ")
            && told[0].contains("take out"),
        "{told:?}"
    );
    for (line, separator) in [
        ("sep=;;;;;", ";"),
        ("sep=;,,,,", ","),
        ("\"sep=,\";;;", ";"),
    ] {
        let row = |text: &str| text.replace(',', separator);
        let package = lines(&[line, &row(HEADER), &row(FIRST)]);
        assert_eq!(titles(&package), ["Publish the budget"], "{line}");
    }
}

#[test]
fn what_nobody_sees_is_no_value_and_what_looks_alike_is_no_other_number() {
    let told = |old: &str, new: &str| lines(&[HEADER, &FIRST.replace(old, new)]).problems();
    for nothing in ["\u{200b}", "\u{ad}\u{2060}"] {
        for old in ["Publish the budget", "point 1"] {
            let told = told(old, nothing);
            assert_eq!(told.len(), 1, "{told:#?}");
            assert!(
                told[0].ends_with("holds nothing that anybody sees; leave a missing value out"),
                "{told:?}"
            );
        }
    }
    for number in ["1\u{200b}", "１", "\u{feff}1"] {
        let told = told(",,1,Publish", &format!(",,{number},Publish"));
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(
            told[0].contains("column number")
                && told[0].contains("is `1` in other characters: type that ("),
            "{told:?}"
        );
    }
    let two = |one: &str, other: &str| {
        let first = FIRST.replace(",,1,", &format!(",,{one},"));
        let second = first
            .replace("x-1", "x-2")
            .replace(&format!(",,{one},"), &format!(",,{other},"))
            .replace(",1,x-text", ",2,x-text");
        lines(&[HEADER, &first, &second]).problems()
    };
    let told = two("1a", "1а");
    assert_eq!(told.len(), 1, "{told:#?}");
    let reason =
        "looks like the value of row 2 and must be unique (`а` is CYRILLIC SMALL LETTER A)";
    assert!(told[0].ends_with(reason), "{told:?}");
    for (one, other) in [("1a", "1A"), ("1e", "1ə"), ("I", "1"), ("1", "2")] {
        assert_eq!(two(one, other), Vec::<String>::new());
    }
}

#[actix_web::test]
async fn a_text_is_found_however_its_letters_are_formed() {
    for (title, asked) in [
        ("The ﬁnance oﬃce", "finance office"),
        ("Ｆullwidth ２０２６", "fullwidth 2026"),
        ("bu\u{1ab0}dg\u{20dd}et", "budget"),
        ("Plan 2016\u{2011}2018", "2016-2018"),
        ("Plan 2016\u{2013}2018", "2016\u{2212}2018"),
        ("Ⅷ əsr", "VIII əsr"),
    ] {
        let package = lines(&[HEADER, &FIRST.replace("Publish the budget", title)]);
        for register in empty() {
            register.load(&package).unwrap();
            let asked: Vec<String> = asked.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let asked = asked.concat();
            for url in [
                format!("/v1/measures?title[contains]={asked}"),
                format!("/v1/measures?q={asked}"),
                "/v1/measures?number=%EF%BC%91".to_owned(),
            ] {
                assert_eq!(
                    register.ids(&url).await,
                    ["x-1"],
                    "{}: {title}: {url}",
                    register.name
                );
            }
        }
    }
}

#[test]
fn what_separates_cells_must_be_plain() {
    let told = plan("a,b;c\n").problems();
    let reason = "has a header that `,` or `;` may separate; say which by `dialect.delimiter`";
    assert_eq!(told, [format!("measures.csv: {reason}")]);
    let package = described(
        plan(format!("sep=;\n{HEADER}\n")),
        &json!({"dialect": {"delimiter": ","}}),
    );
    assert!(package.problems()[0].contains("names `;` in its first line"));
    let package = described(
        plan(format!("{HEADER}\n{FIRST}\n")),
        &json!({"dialect": {"delimiter": ";"}}),
    );
    let reason = "is separated by `,`, and is said to be separated by `;`; say `,` or leave it out";
    assert_eq!(package.problems(), [format!("measures.csv: {reason}")]);
    assert_eq!(
        plan("").problems(),
        ["measures.csv: is empty; its first row names the columns"]
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_told_in_one_sentence() {
    let text = format!(
        "{HEADER}\n{}\n{}\n",
        FIRST.replace("budget", "bütçe"),
        FIRST.replace("x-1", "x-2")
    );
    let utf_16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        [mark.to_vec(), text.encode_utf16().flat_map(bytes).collect()].concat()
    };
    let code_page = |u: u8, c: u8| {
        let bytes = text.bytes().filter(|byte| *byte != 0xC3);
        bytes
            .map(|byte| match byte {
                0xBC => u,
                0xA7 => c,
                other => other,
            })
            .collect::<Vec<u8>>()
    };
    for (bytes, start, save) in [
        (
            utf_16(&[0xFF, 0xFE], u16::to_le_bytes),
            "measures.csv: is UTF-16 ",
            true,
        ),
        (
            utf_16(&[0xFE, 0xFF], u16::to_be_bytes),
            "measures.csv: is UTF-16 ",
            true,
        ),
        (
            utf_16(&[], u16::to_le_bytes),
            "measures.csv: is UTF-16 ",
            true,
        ),
        (
            utf_16(&[], u16::to_be_bytes),
            "measures.csv: is UTF-16 ",
            true,
        ),
        (
            code_page(0xFC, 0xE7),
            "measures.csv, row 2: is not UTF-8, but likely in a Windows code page",
            true,
        ),
        (
            code_page(0xF3, 0x99),
            "measures.csv, row 2: is not UTF-8, but likely in a Windows code page",
            true,
        ),
        (
            b"PK\x03\x04 and so on".to_vec(),
            "measures.csv: is a workbook ",
            true,
        ),
        (
            vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1],
            "measures.csv: is a workbook ",
            true,
        ),
        (
            vec![0x1F, 0x8B, 8, 0],
            "measures.csv: is compressed by gzip; unpack it",
            false,
        ),
        (
            text.chars()
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect(),
            "measures.csv: is UTF-32 ",
            true,
        ),
        (
            text.chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect(),
            "measures.csv: is UTF-32 ",
            true,
        ),
        (
            [&[0xFF, 0xFE, 0, 0, b'i', 0, 0, 0][..]].concat(),
            "measures.csv: is UTF-32 ",
            true,
        ),
        (
            text.as_bytes()[..=text.find('ü').unwrap()].to_vec(),
            "measures.csv, row 2: ends within a letter: the file is cut; get it whole",
            false,
        ),
    ] {
        let told = plan(bytes).problems();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with(start), "{told:?}");
        assert_eq!(
            told[0].ends_with("as \"CSV UTF-8 (comma delimited)\""),
            save,
            "{told:?}"
        );
    }
}

#[test]
fn columns_that_the_service_makes_are_passed_over_with_a_notice() {
    let header = format!(
        "{},revision,updated_at",
        HEADER.replace("plan_id,", "plan_id,plan_label,")
    );
    let row = format!(
        "{},7,2026-01-01T00:00:00Z",
        FIRST.replace("x,,1", "x,Plan,,1")
    );
    let package = lines(&[&header, &row]);
    assert_eq!(titles(&package), ["Publish the budget"]);
    let notice = "notice: measures.csv, row 1: passed over, as the service itself makes them: `plan_label`, `revision`, `updated_at`";
    assert_eq!(notices(&package), [notice]);
    let told = lines(&[&HEADER.replace("locator", "locatr"), FIRST]).problems();
    assert!(
        told[0].contains("is no column of measures; did you mean `locator`?"),
        "{told:?}"
    );
}

#[test]
fn a_cell_and_a_row_have_bounds() {
    let long = FIRST.replace("Publish the budget", &"x".repeat(1_000_001));
    let told = lines(&[HEADER, &long, "never read"]).problems();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].contains("row 2, column title: a cell has more than 1,000,000 bytes"),
        "{told:?}"
    );
    let told = lines(&[HEADER, &",".repeat(100_000), "never read"]).problems();
    assert_eq!(told, ["measures.csv, row 2: has more than 20,000 cells"]);
}
