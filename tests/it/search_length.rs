//! Texts as long as books: what is searched of them is the same on both databases.

use crate::support::{Memory, Register, empty, empty_in_sqlite};

/// The end of a statement of the seeds.
const END: &str = "səhifəsində yerləşdirilmişdir.,,,az-report-2021,bənd 1.1,";
/// The status entry that it belongs to.
const ENTRY: &str = "az-nap-2020-2022-1.1-2021-korrupsiyaya-qarsi-mubarize-uzre-komissiya";

/// The seeds, where that statement goes on.
fn with_statement(more: &str) -> Memory {
    with_statement_and_note(more, "")
}

/// The seeds, where that statement goes on and has a note.
fn with_statement_and_note(more: &str, note: &str) -> Memory {
    let (before, after) = END.split_once(",,,").unwrap();
    Memory::seeds().with(
        "status_entries.csv",
        END,
        &format!("{before} {more},,{note},{after}"),
    )
}

/// So many words of so many letters; each is another one, and its own stem.
fn numbered(count: usize, letters: usize) -> String {
    let words: Vec<String> = (0..count)
        .map(|number| format!("w{number:0letters$}"))
        .collect();
    words.join(" ")
}

/// Whether each of the queries finds the long statement, on each database.
async fn found(package: &Memory, queries: &[&str]) -> Vec<Vec<bool>> {
    let mut found = Vec::new();
    for register in empty() {
        register.load(package).unwrap();
        let mut by_query = Vec::new();
        for query in queries {
            let query = query.replace(' ', "%20").replace('"', "%22");
            let ids = register.ids(&format!("/v1/status-entries?q={query}")).await;
            by_query.push(ids.iter().any(|id| id == ENTRY));
        }
        found.push(by_query);
    }
    found
}

#[actix_web::test]
async fn of_a_record_of_a_megabyte_the_beginning_is_searched() {
    let text = numbered(11_000, 100);
    assert!(text.len() > 1 << 20);
    let (statement, note) = text.split_at(900_000); // a cell has a million bytes at most
    let word = |number: usize| format!("w{number:0100}");
    let phrase = format!("\"{} {}\"", word(8_000), word(8_001));
    let queries = [
        &word(0),
        &word(8_900),
        &phrase,
        "metodologiya",
        &word(10_999),
    ];
    let expected = vec![true, true, true, true, false];
    let found = found(&with_statement_and_note(statement, note), &queries).await;
    assert_eq!(found, [expected.clone(), expected]);
}

#[actix_web::test]
async fn far_into_a_text_words_are_found_and_phrases_are_not() {
    let queries = [
        "\"w000001 w000002\"",
        "w019999",
        "\"w019998 w019999\"",
        "\"w016381 w019999\"",
    ];
    let expected = vec![true, true, false, false];
    let found = found(&with_statement(&numbered(20_000, 6)), &queries).await;
    assert_eq!(found, [expected.clone(), expected]);
}

#[actix_web::test]
async fn a_word_that_stands_everywhere_makes_no_phrase_at_its_last_places() {
    let statement = format!("{} gemi w000001 gemi w000002", "gemi limana ".repeat(400));
    let queries = [
        "gemi",
        "\"gemi limana\"",
        "w000001",
        "\"gemi w000001\"",
        "\"w000001 gemi\"",
    ];
    let expected = vec![true, true, true, false, false];
    let found = found(&with_statement(&statement), &queries).await;
    assert_eq!(found, [expected.clone(), expected]);
}

/// Whether a filter by each of the values finds the long statement alone.
async fn filters_find(register: &Register, values: &[&str]) {
    for value in values {
        let value = value.replace(' ', "%20");
        let url = format!("/v1/status-entries?statement[contains]={value}");
        assert_eq!(register.ids(&url).await, [ENTRY], "{} {url}", register.name);
    }
}

#[actix_web::test]
async fn a_filter_finds_what_stands_behind_all_that_is_indexed() {
    let statement = format!("{} last", numbered(30_000, 30));
    let last = format!("w{:030}", 29_999);
    // SQLite alone: what is indexed is the same, and PostgreSQL takes seconds to fold a megabyte
    let register = empty_in_sqlite();
    register.load(&with_statement(&statement)).unwrap();
    filters_find(&register, &[&format!("{last} la"), &last[15..]]).await;
}

#[actix_web::test]
async fn a_filter_finds_what_a_word_has_behind_the_letters_that_are_indexed() {
    let long = "x".repeat(250);
    for register in empty() {
        let statement = format!("{long}tail last");
        register.load(&with_statement(&statement)).unwrap();
        filters_find(&register, &["xxtail las", "xtail", &long[..240]]).await;
    }
}

#[actix_web::test]
async fn a_filter_finds_words_side_by_side_where_no_phrase_is_found() {
    for register in empty() {
        let statement = format!("{} gemi w000001 gemi w000002", "gemi limana ".repeat(400));
        register.load(&with_statement(&statement)).unwrap();
        filters_find(&register, &[" gemi w000001 ", "ana  gemi w000001 gem"]).await;
    }
}
