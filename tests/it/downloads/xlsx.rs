//! XLSX: typed cells, and a sheet about itself.

use super::readers::count;
use crate::support::{Memory, empty, empty_in_sqlite, seeded_in_sqlite};

#[actix_web::test]
async fn a_workbook_is_typed_and_has_a_sheet_about_itself() {
    let register = seeded_in_sqlite();
    let files = register
        .unzipped("/v1/sources.xlsx?id=az-decree-1859-2020")
        .await;
    let sheet = &files["xl/worksheets/sheet1.xml"];
    assert_eq!(count(sheet, "<pane xSplit=\"1\" ySplit=\"1\""), 1);
    assert_eq!(count(sheet, "<autoFilter ref=\"A1:L2\"/>"), 1);
    assert_eq!(
        count(sheet, "<v>43888</v>"),
        1,
        "2020-02-27 as Excel counts days"
    );
    assert_eq!(
        count(sheet, "inlineStr"),
        12 + 7,
        "the header and the texts"
    );
    let about = &files["xl/worksheets/sheet2.xml"];
    for fact in [
        "Licence",
        "CC-BY-4.0",
        "Dataset version",
        "Citation",
        "http://register.example/v1/sources.xlsx?id=az-decree-1859-2020",
    ] {
        assert!(count(about, fact) >= 1, "{fact}");
    }
    assert_eq!(count(&files["xl/workbook.xml"], "name=\"About\""), 1);
}

#[actix_web::test]
async fn days_that_spreadsheets_count_differently_are_texts() {
    let register = empty_in_sqlite();
    for day in ["1899-12-31", "1900-01-01", "1900-02-28"] {
        let id = format!("s-{day}");
        let row = format!("{id},T,plan,,en,{day},,,");
        register
            .load(&Memory::seeds().and("sources.csv", &row))
            .unwrap();
        let url = format!("/v1/sources.xlsx?id={id}");
        let sheet = &register.unzipped(&url).await["xl/worksheets/sheet1.xml"];
        assert_eq!(count(sheet, &format!("<t>{day}</t>")), 1, "{day}");
    }
    let row = "s-first,T,plan,,en,1900-03-01,,,";
    register
        .load(&Memory::seeds().and("sources.csv", row))
        .unwrap();
    let sheet = &register.unzipped("/v1/sources.xlsx?id=s-first").await["xl/worksheets/sheet1.xml"];
    assert_eq!(count(sheet, "<v>61</v>"), 1, "as all of them count");
}

#[actix_web::test]
async fn a_text_that_a_workbook_cuts_is_damage_when_it_comes_back() {
    let row = |title: &str| {
        format!("az-nap-2016-2018-x,az-nap-2016-2018,,x,{title},,,,1000,az-nap-2016-2018-text,")
    };
    for register in empty() {
        let long = "Uzun söz ".repeat(5_000);
        let package = Memory::seeds().and("measures.csv", &row(long.trim()));
        register.load(&package).unwrap();
        let url = "/v1/measures.xlsx?id=az-nap-2016-2018-x";
        let files = register.unzipped(url).await;
        let sheet = std::str::from_utf8(&files["xl/worksheets/sheet1.xml"]).unwrap();
        let begin = sheet.find("Uzun söz").unwrap();
        let end = sheet.find('…').unwrap() + "…".len();
        let cut = &sheet[begin..end];
        assert_eq!(cut.encode_utf16().count(), 32_767);
        let told = Memory::seeds().and("measures.csv", &row(cut)).problems();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("damage: measures.csv, row "),
            "{told:?}"
        );
        assert!(
            told[0].contains("cut what is longer, 32,767 letters"),
            "{told:?}"
        );
    }
}
