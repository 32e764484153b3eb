//! What the databases say of the way that they take.

use aciqplan::database::AnyConnection;
use diesel::{
    connection::{Connection, InstrumentationEvent, SimpleConnection},
    prelude::*,
    sql_types::Text,
};
use std::sync::{Arc, Mutex};

#[derive(QueryableByName)]
pub struct Step {
    #[diesel(sql_type = Text)]
    pub detail: String,
}

/// What is asked of a connection while something is done, as SQL.
pub fn asked(connection: &mut AnyConnection, act: impl FnOnce(&mut AnyConnection)) -> String {
    let last = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&last);
    connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            *seen.lock().unwrap() = query.to_string();
        }
    });
    act(connection);
    connection.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let last = last.lock().unwrap();
    last.split(" -- binds").next().unwrap().to_owned()
}

/// How a database finds the rows of a page, line by line.
///
/// PostgreSQL is told to leave out scans of whole tables where an index leads to the rows: of a table of
/// this size it takes them for cheap.
pub fn plan(connection: &mut AnyConnection, sql: &str, values: &[String]) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                .load(sqlite)
                .unwrap();
            steps.into_iter().map(|step| step.detail).collect()
        }
        AnyConnection::Postgres(postgres) => {
            postgres
                .batch_execute(&format!(
                    "SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan; \
                     PREPARE page AS {sql}"
                ))
                .unwrap();
            let explain = format!("EXPLAIN EXECUTE page({})", values.join(", "));
            let lines: Vec<Line> = diesel::sql_query(explain).load(postgres).unwrap();
            postgres
                .batch_execute("DEALLOCATE page; RESET enable_seqscan")
                .unwrap();
            lines.into_iter().map(|line| line.text).collect()
        }
    }
}

/// Whether the rows of a table are found by an index, and the table is never read as a whole.
pub fn is_searched(lines: &[String], table: &str) -> bool {
    let is_postgres = lines.iter().any(|line| line.contains("cost="));
    if is_postgres {
        let mut scans = scans(lines, table).peekable();
        return scans.peek().is_some()
            && scans.all(|scan| scan.iter().any(|line| line.contains("Index Cond: ")));
    }
    let has = |text: &str| lines.iter().any(|line| line.contains(text));
    has(&format!("SEARCH {table} ")) && !has(&format!("SCAN {table}")) && !has("AUTOMATIC")
}

/// Whether an index leads to the values of a column.
pub fn is_searched_by(lines: &[String], column: &str) -> bool {
    let mut searches = lines
        .iter()
        .filter(|line| line.contains("SEARCH ") || line.contains("Index Cond: "));
    searches.any(|line| line.contains(column))
}

/// The scans of a table by PostgreSQL, each with the lines that belong to it, which stand further to the right.
fn scans<'l>(lines: &'l [String], table: &str) -> impl Iterator<Item = &'l [String]> {
    let name = format!(" on {table} ");
    let starts = (0..lines.len()).filter(move |&at| lines[at].contains(&name));
    starts.map(|at| {
        let place = |line: &str| line.find(|sign: char| sign != ' ');
        let belongs = |line: &&String| place(line) > place(&lines[at]);
        let length = lines[at + 1..].iter().take_while(belongs).count();
        &lines[at..=at + length]
    })
}
