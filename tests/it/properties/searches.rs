//! Made-up questions to the texts: each is answered or refused, and by both databases alike.

use super::{
    alike::{alike, encoded, same_answer},
    runner,
};
use actix_web::rt::System;
use proptest::{prelude::*, sample::select};

#[test]
fn any_question_to_the_texts_is_answered_or_refused_alike() {
    let registers = alike();
    let signs = [
        "\"",
        "-",
        "*",
        "OR",
        "AND",
        "NOT",
        "NEAR(",
        "(",
        ")",
        ":",
        "^",
        "'",
        "\\",
        "stems:",
        "&",
        "|",
        "!",
        "<->",
        "büdcə",
        "nazirliyinin",
        "QHT",
        "2.1",
        "İ",
        "ı",
        "„",
        "»",
        "--",
        "\u{301}",
        "ə\u{307}",
    ];
    let words = [
        "dövlət",
        "büdcə",
        "hesabat",
        "ictimai",
        "nazirliyi",
        "vətəndaş",
        "cəmiyyəti",
        "korrupsiyaya",
        "qarşı",
        "məlumat",
    ];
    let word = select(words.to_vec());
    let words = proptest::collection::vec(word.clone(), 2..4).prop_map(|words| words.join(" "));
    let piece = prop_oneof![
        3 => select(signs.to_vec()).prop_map(str::to_owned),
        2 => (select(vec!["", "-"]), words).prop_map(|(sign, words)| format!("{sign}\"{words}\" ")),
        1 => (word, 3..9_usize).prop_map(|(word, length)| {
            format!("{}* ", word.chars().take(length).collect::<String>())
        }),
        1 => "[^\\x00]{0,6}",
    ];
    let paths = [
        "/v1/search?q=",
        "/v1/search?resource=status_entries,agencies&limit=3&page=2&q=",
        "/v1/measures?q=",
        "/v1/measures?fields=id&sort=-title&q=",
        "/v1/agencies?facets=kind&q=",
        "/v1/status-entries.csv?q=",
        "/v1/measures/stats?group_by=plan&q=",
    ];
    let question = (
        proptest::collection::vec(piece, 0..8),
        select(vec!["", " "]),
        select(paths.to_vec()),
    );
    runner(100)
        .run(&question, |(pieces, between, path)| {
            let question = encoded(&pieces.join(between));
            System::new().block_on(same_answer(&registers, &format!("{path}{question}")));
            Ok(())
        })
        .unwrap();
}
