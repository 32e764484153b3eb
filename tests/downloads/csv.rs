//! CSV: texts as they are, and kept from being formulas.

use super::{
    readers::{count, rows},
    support::{Memory, empty},
};

#[actix_web::test]
async fn a_title_survives_csv_and_may_be_kept_from_being_a_formula() {
    for register in empty() {
        let package = Memory::seeds()
            .and("measures.csv", "az-nap-2016-2018-x,az-nap-2016-2018,,x,\"=SUM(A1), \"\"ə\"\",\nb\",-1+1,,,1000,az-nap-2016-2018-text,")
            .and("measures.csv", "az-nap-2016-2018-y,az-nap-2016-2018,,+y,@y,,,,1001,az-nap-2016-2018-text,");
        let loaded = register.load(&package);
        let title = if loaded.is_ok() {
            "=SUM(A1), \"ə\",\nb"
        } else {
            panic!("{loaded:?}")
        };
        let url = "/v1/measures.csv?id=az-nap-2016-2018-x&fields=title,indicator,position";
        let bytes = register.download(url).await;
        assert!(bytes.ends_with(b"\r\n") && bytes.starts_with(b"id,title,indicator,position\r\n"));
        assert_eq!(
            rows(&bytes)[1],
            ["az-nap-2016-2018-x", title, "-1+1", "1000"]
        );
        let guarded = register.csv(&format!("{url}&excel=true")).await;
        assert_eq!(
            guarded[1],
            ["az-nap-2016-2018-x", &format!("'{title}"), "'-1+1", "1000"]
        );
        let other = register
            .csv("/v1/measures.csv?id=az-nap-2016-2018-y&fields=number,title&excel=true")
            .await;
        assert_eq!(other[1], ["az-nap-2016-2018-y", "'+y", "'@y"]);
        let marked = register.download(&format!("{url}&bom=true")).await;
        assert_eq!(marked, [b"\xef\xbb\xbf", bytes.as_slice()].concat());
        let sheet = &register
            .unzipped("/v1/measures.xlsx?id=az-nap-2016-2018-x")
            .await["xl/worksheets/sheet1.xml"];
        assert_eq!(count(sheet, "<f>"), 0);
        assert_eq!(count(sheet, "=SUM(A1), "), 1);
    }
}
