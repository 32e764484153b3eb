//! What the databases say of the way that they take.

use crate::support::Register;
use aciqplan::database::AnyConnection;
use diesel::{
    connection::{Connection, InstrumentationEvent, SimpleConnection},
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

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
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                .load(sqlite)
                .unwrap();
            steps.into_iter().map(|step| step.detail).collect()
        }
        AnyConnection::Postgres(_) => explained(connection, "ANALYZE OFF", sql, values),
    }
}

/// What PostgreSQL says of a statement.
fn explained(
    connection: &mut AnyConnection,
    options: &str,
    sql: &str,
    values: &[String],
) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }
    // PostgreSQL takes a number for what the column beside it holds, which may be shorter ones.
    let is_long = |value: &String| {
        value
            .parse()
            .is_ok_and(|number: i64| i32::try_from(number).is_err())
    };
    let types = values
        .iter()
        .map(|value| if is_long(value) { "BIGINT" } else { "UNKNOWN" });
    let types = types.collect::<Vec<_>>().join(", ");
    let prepare = format!(
        "SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan; PREPARE page({types}) AS {sql}"
    );
    connection.batch_execute(&prepare).unwrap();
    let explain = format!("EXPLAIN ({options}) EXECUTE page({})", values.join(", "));
    let lines: Vec<Line> = match connection {
        AnyConnection::Postgres(postgres) => diesel::sql_query(explain).load(postgres).unwrap(),
        AnyConnection::Sqlite(_) => unreachable!("only PostgreSQL explains itself like this"),
    };
    connection
        .batch_execute("DEALLOCATE page; RESET enable_seqscan")
        .unwrap();
    lines.into_iter().map(|line| line.text).collect()
}

/// What the database is asked for a page of a list, as SQL with its values; but not the count of the rows.
pub async fn lists_asked(register: &Register, url: &str) -> Vec<(String, Vec<String>)> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let listen = |to: &Arc<Mutex<Vec<String>>>| {
        let all = (0..register.database.connections()).map(|_| register.database.connection());
        let all: Vec<_> = all.map(Result::unwrap).collect(); // at once, so that they are different ones
        for mut connection in all {
            let to = Arc::clone(to);
            connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    to.lock().unwrap().push(query.to_string());
                }
            });
        }
    };
    listen(&asked);
    register.json(url).await;
    listen(&Arc::default());
    let asked = asked.lock().unwrap();
    // Anybody is told which ids there are, by their order.
    let lists = asked
        .iter()
        .filter(|query| query.contains("ORDER BY") && query.contains("OFFSET"));
    let lists = lists.map(|query| {
        let (sql, binds) = query.split_once(" -- binds: ").unwrap();
        let binds = binds.trim_matches(['[', ']']).split(", ");
        let values = binds.map(|value| match value.parse::<i64>() {
            Ok(number) => number.to_string(), // beside an expression, no column says that a text is one
            Err(_) => format!("'{}'", value.trim_matches('"')),
        });
        (sql.to_owned(), values.collect())
    });
    lists.collect()
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn before_deadline() -> Bool;
}

/// How many rows a database looks at to answer, at most by one of its steps.
///
/// SQLite asks for the time at each row, which is counted here in place of the clock.
pub fn rows_read(connection: &mut AnyConnection, sql: &str, values: &[String]) -> u64 {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            let rows = rows_counted(sqlite);
            ask(sqlite, sql, values);
            rows.load(Ordering::Relaxed)
        }
        AnyConnection::Postgres(_) => {
            let lines = explained(connection, "ANALYZE, TIMING OFF", sql, values);
            let numbers = lines.iter().filter_map(|line| {
                let read = line.split_once("actual rows=").map(|(_, rest)| rest);
                let removed = line.split_once("Rows Removed by Filter: ");
                let number = read.or(removed.map(|(_, rest)| rest))?;
                let digits = number.split(|sign: char| !sign.is_ascii_digit()).next()?;
                Some(digits.parse::<u64>().unwrap())
            });
            numbers.max().unwrap()
        }
    }
}

/// Counts the rows that SQLite looks at from now on.
pub fn rows_counted(sqlite: &mut SqliteConnection) -> Arc<AtomicU64> {
    let rows = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&rows);
    let count = move || {
        seen.fetch_add(1, Ordering::Relaxed);
        true
    };
    before_deadline_utils::register_nondeterministic_impl(sqlite, count).unwrap();
    rows
}

/// What is read of a row: whichever it is, its database reads it whole.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text, column_name = "id")]
    _id: String,
}

/// Asks with the values bound, as the service does: from those that stand in a statement SQLite would learn
/// how long a page is. A moment has no `T` there.
fn ask(sqlite: &mut SqliteConnection, sql: &str, values: &[String]) {
    let mut asked = diesel::sql_query(sql).into_boxed();
    for value in values {
        asked = match value.parse::<i64>() {
            Ok(number) => asked.bind::<BigInt, _>(number),
            Err(_) => {
                let text = value.trim_matches('\'').to_owned();
                let is_moment = text.len() == 19 && text.as_bytes()[10] == b'T';
                asked.bind::<Text, _>(if is_moment {
                    text.replace('T', " ")
                } else {
                    text
                })
            }
        };
    }
    let _found: Vec<Found> = asked.load(sqlite).unwrap();
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
