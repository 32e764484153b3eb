//! Both databases fold texts as the program does.

use crate::support::empty;
use aciqplan::{database::AnyConnection, language::fold};
use diesel::{
    prelude::*,
    sql_types::{Array, Text},
};

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = Text)]
    folded: String,
}

/// Every character between usual letters, by itself, beside blanks, and beside one that is not usual.
fn texts() -> Vec<String> {
    let between = |character| {
        let alone = format!("{character}Ə{character}N {character} a");
        [alone, format!("Ž{character} {character}")]
    };
    let usual = '\u{1}'..='\u{ffff}';
    let beyond = [
        '\u{10400}',
        '\u{1f600}',
        '\u{1d173}',
        '\u{1d400}',
        '\u{1d7d8}',
        '\u{e0001}',
        '\u{e0101}',
        '\u{e0fff}',
        '\u{10ffff}',
    ];
    usual.chain(beyond).flat_map(between).collect()
}

#[test]
fn a_text_is_folded_alike_wherever() {
    let mut texts = texts();
    let others = [
        "Bənd 4.1: “İcra” — VƏTƏNDAŞ № 3",
        "e\u{301} Ⅷ Ж",
        "a  b\r\n \u{ad} \u{200b}\u{a0}c\u{2028}\u{2003}d",
        "Ž  b\r\n \u{ad} \u{200b}\u{a0}c\u{2028}\u{2003}d",
        "BÜDCӘ ǝƎә",
        "ﬁnance oﬃce Ⅷ Ǆ ﬅ ＡＢ－１ 2016‑2018 a\u{20dd}\u{1ab0}",
    ];
    texts.extend(others.map(str::to_owned));
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
