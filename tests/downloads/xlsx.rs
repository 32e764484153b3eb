//! XLSX: typed cells, and a sheet about itself.

use super::{readers::count, support::seeded};

#[actix_web::test]
async fn a_workbook_is_typed_and_has_a_sheet_about_itself() {
    let register = seeded().remove(0);
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
