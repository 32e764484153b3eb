//! Both databases fold texts as the program does.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{database::AnyConnection, language::fold};
use diesel::{prelude::*, sql_types::Text};
use support::empty;

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
}

/// Every character by itself, between usual letters, and beside one that is not usual.
fn texts() -> impl Iterator<Item = String> {
    let characters = ('\u{1}'..='\u{ffff}').filter(|&character| character != '\u{1f}');
    characters.map(|character| format!("{character}Ə{character}Ž"))
}

#[test]
fn a_text_is_folded_alike_wherever() {
    for register in empty() {
        let mut connection = register.database.connection().unwrap();
        let texts: Vec<String> = texts().collect();
        for text in texts.chunks(500) {
            let text = text.join("\u{1f}");
            let mut usual = text.replace('Ž', "Ş");
            for text in [text, std::mem::take(&mut usual)] {
                let sql = match &*connection {
                    AnyConnection::Sqlite(_) => "SELECT fold(?) AS folded",
                    AnyConnection::Postgres(_) => "SELECT fold($1) AS folded",
                };
                let asked = diesel::sql_query(sql).bind::<Text, _>(&text);
                let answer: Folded = asked.get_result(&mut *connection).unwrap();
                assert_eq!(answer.folded, fold(&text), "{}", register.name);
            }
        }
        for text in [
            "Bənd 4.1: “İcra” — VƏTƏNDAŞ № 3",
            "ABC xyz",
            "ﬁ Ⅷ Ж",
            "e\u{301}",
        ] {
            let sql = format!("SELECT fold('{text}') AS folded");
            let answer: Folded = diesel::sql_query(sql).get_result(&mut *connection).unwrap();
            assert_eq!(answer.folded, fold(text), "{}", register.name);
        }
    }
}
