//! Both databases fold texts as the program does.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{database::AnyConnection, language::fold};
use diesel::{
    prelude::*,
    sql_types::{Array, Text},
};
use support::empty;

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
}

/// Every character between usual letters, by itself and beside one that is not usual.
fn texts() -> Vec<String> {
    let between = |character| [format!("{character}Ə{character}N"), format!("Ž{character}")];
    ('\u{1}'..='\u{ffff}').flat_map(between).collect()
}

#[test]
fn a_text_is_folded_alike_wherever() {
    let mut texts = texts();
    texts.extend(["Bənd 4.1: “İcra” — VƏTƏNDAŞ № 3", "e\u{301} Ⅷ Ж"].map(str::to_owned));
    for register in empty() {
        let mut connection = register.database.connection().unwrap();
        let folded: Vec<Folded> = match &mut *connection {
            AnyConnection::Sqlite(sqlite) => {
                let asked = texts.iter().map(|text| {
                    let asked = diesel::sql_query("SELECT fold(?) AS folded");
                    asked.bind::<Text, _>(text).get_result(sqlite).unwrap()
                });
                asked.collect()
            }
            AnyConnection::Postgres(postgres) => {
                let asked = "SELECT fold(text) AS folded FROM UNNEST($1) WITH ORDINALITY AS asked (text, number) ORDER BY number";
                let asked = diesel::sql_query(asked).bind::<Array<Text>, _>(&texts);
                asked.load(postgres).unwrap()
            }
        };
        assert_eq!(folded.len(), texts.len());
        for (text, Folded { folded }) in texts.iter().zip(folded) {
            assert_eq!(folded, fold(text), "{}: {text}", register.name);
        }
    }
}
