//! CSV: texts as they are, and kept from being formulas.

use super::readers::{count, rows};
use crate::support::{Memory, empty, seeded, seeded_in_sqlite};
use aciqplan::package::unguarded;
use actix_web::http::StatusCode;

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
        let guarded = register
            .excel(&format!("{url}&excel=true&lang=en"), b',')
            .await;
        assert_eq!(
            guarded[1],
            [
                "az-nap-2016-2018-x",
                &format!("'{title}"),
                "'-1+1",
                "1000",
                "'"
            ]
        );
        let other = register
            .excel(
                "/v1/measures.csv?id=az-nap-2016-2018-y&fields=number,title&excel=true",
                b';',
            )
            .await;
        assert_eq!(other[1], ["az-nap-2016-2018-y", "'+y", "'@y", "'"]);
        let marked = register.download(&format!("{url}&bom=true")).await;
        assert_eq!(marked, [b"\xef\xbb\xbf", bytes.as_slice()].concat());
        let sheet = &register
            .unzipped("/v1/measures.xlsx?id=az-nap-2016-2018-x")
            .await["xl/worksheets/sheet1.xml"];
        assert_eq!(count(sheet, "<f>"), 0);
        assert_eq!(count(sheet, "=SUM(A1), "), 1);
    }
}

#[actix_web::test]
async fn excel_gets_numbers_and_dates_as_the_texts_they_are_with_the_separator_of_its_language() {
    for register in seeded() {
        let url = "/v1/measures.csv?plan=az-nap-2020-2022&fields=number,position&number=1.10";
        let plain = register.download(url).await;
        assert_eq!(
            plain,
            b"id,number,position\r\naz-nap-2020-2022-1.10,1.10,10\r\n"
        );
        for (lang, separator) in [
            ("", b';'),
            ("&lang=az", b';'),
            ("&lang=az-AZ", b';'),
            ("&lang=ru", b';'),
            ("&lang=en", b','),
            ("&lang=en-GB", b','),
        ] {
            let guarded = register
                .excel(&format!("{url}&excel=true{lang}"), separator)
                .await;
            assert_eq!(guarded[0], ["id", "number", "position", "guard"], "{lang}");
            assert_eq!(
                guarded[1],
                ["az-nap-2020-2022-1.10", "'1.10", "10", "'"],
                "{lang}"
            );
        }
        let sources =
            "/v1/sources.csv?id=az-decree-1859-2020&fields=published_on,language&excel=true";
        let dates = register.excel(sources, b';').await;
        assert_eq!(
            dates[1],
            ["az-decree-1859-2020", "az", "2020-02-27", "'"],
            "a date is a date"
        );
        let shares = "/v1/status-entries/stats.csv?group_by=year&excel=true";
        let shares = register.excel(shares, b';').await;
        assert_eq!(shares[1][2], "64");
        assert!(shares[1].contains(&"0,4219".to_owned()), "{shares:?}");
        for wrong in ["lang=AZ", "lang=azerbaijani", "lang=", "lang=az,en"] {
            let answer = register.get(&format!("{url}&excel=true&{wrong}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    }
}

#[actix_web::test]
async fn what_excel_was_kept_from_is_the_same_text_when_the_guard_is_taken_away() {
    let register = seeded_in_sqlite();
    for list in [
        "measures",
        "status-entries",
        "agencies",
        "sources",
        "obligations",
    ] {
        let plain = register.csv(&format!("/v1/{list}.csv")).await;
        let guarded = register
            .excel(&format!("/v1/{list}.csv?excel=true"), b';')
            .await;
        let without: Vec<Vec<&str>> = guarded
            .iter()
            .map(|row| row[..row.len() - 1].iter()) // but for the guard
            .map(|row| row.map(|cell| unguarded(cell)).collect())
            .collect();
        assert_eq!(without, plain, "{list}");
    }
}
