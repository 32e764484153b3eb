//! The words of a text lead to it, so that a filter by a text does not read the whole table.

use crate::support::{Register, generated_in_sqlite};
use aciqplan::database::AnyConnection;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

const MEASURES: usize = 5000;
/// So many words and more the register has not.
const WORDS: u64 = 3000;
/// A text that no record has.
const NOWHERE: &str = "qwxz";

#[diesel::declare_sql_function]
extern "SQL" {
    fn before_deadline() -> Bool;
}

/// Has all connections count the rows that are looked at: SQLite asks for the time at each.
fn counted(register: &Register) -> Arc<AtomicU64> {
    let rows = Arc::new(AtomicU64::new(0));
    let all = (0..register.database.connections()).map(|_| register.database.connection());
    for connection in &mut all.collect::<Result<Vec<_>, _>>().unwrap() {
        let AnyConnection::Sqlite(sqlite) = &mut **connection else {
            panic!("SQLite alone asks for the time");
        };
        let rows = Arc::clone(&rows);
        before_deadline_utils::register_nondeterministic_impl(sqlite, move || {
            rows.fetch_add(1, Ordering::Relaxed);
            true
        })
        .unwrap();
    }
    rows
}

/// A list and its total together look at no more than the words of the register and what is found.
#[actix_web::test]
async fn a_filter_by_a_text_looks_at_what_its_words_lead_to() {
    let register = generated_in_sqlite(MEASURES);
    let all = register
        .json("/v1/status-entries?page=40&limit=50&quote[missing]=false&include=measure")
        .await;
    let rows = counted(&register);
    register.json("/v1/measures?title[contains]=%20").await;
    let whole = rows.load(Ordering::Relaxed);
    assert!(
        whole > MEASURES as u64,
        "what leads nowhere reads all: {whole}"
    );
    let entry = &all["data"][7];
    for (path, record, columns) in [
        (
            "measures",
            &entry["measure"],
            ["title", "indicator", "number"],
        ),
        ("status-entries", entry, ["statement", "quote", "statement"]),
    ] {
        for column in columns {
            let own = record[column].as_str().unwrap_or(NOWHERE);
            let long: String = own.chars().take(200).collect();
            for (operator, value) in [
                ("", own),
                ("[prefix]", &long),
                ("[contains]", &long),
                ("[prefix]", NOWHERE),
                ("[contains]", NOWHERE),
            ] {
                let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
                let url = format!("/v1/{path}?{column}{operator}={value}&limit=5");
                rows.store(0, Ordering::Relaxed);
                let total = register.total(&url).await.as_u64().unwrap();
                let rows = rows.load(Ordering::Relaxed);
                assert!(
                    rows < WORDS + 8 * total,
                    "{url} finds {total} and reads {rows}"
                );
            }
        }
    }
}
