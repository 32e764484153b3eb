//! How an empty SQLite file is filled: without what it can do without, which all comes back.

use crate::support::empty_in_sqlite;
use aciqplan::{
    database::{self, AnyConnection, Database},
    package::{self, Seeds},
};
use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
};
use tempfile::TempDir;

/// A column of text.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

fn lines(connection: &mut AnyConnection, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(sql).load(connection).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

#[test]
fn the_first_load_leaves_every_index_as_it_was() {
    let register = empty_in_sqlite();
    let mut connection = register.database.connection().unwrap();
    let sql = "SELECT name || ' ' || COALESCE(sql, '') AS line FROM sqlite_master \
        WHERE type = 'index' ORDER BY name";
    let before = lines(&mut connection, sql);
    assert!(before.iter().any(|index| index.contains("plans_in_order")));
    package::load(
        &Seeds,
        &mut connection,
        &package::Options::default(),
        &|_| {},
    )
    .unwrap();
    assert_eq!(lines(&mut connection, sql), before);
    let missing = "SELECT * FROM (SELECT integrity_check AS line FROM pragma_integrity_check)";
    assert_eq!(lines(&mut connection, missing), ["ok"]);
}

const JOURNAL: &str = "SELECT journal_mode AS line FROM pragma_journal_mode";

#[test]
fn a_first_load_needs_no_log_while_nobody_else_has_the_file_open() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("register.sqlite");
    let url = format!("sqlite://{}", path.display());
    let database = Database::open(&url, 1).unwrap();
    let mut connection = database.connection().unwrap();
    let mut modes = Vec::new();
    // Not of a pool, whose threads may have the file open for a moment longer.
    let mut reader = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let plans = diesel::sql_query("SELECT id AS line FROM plans").load::<Line>(&mut reader);
    assert!(plans.unwrap().is_empty());
    database::with_exclusive_load(&mut connection, |connection| {
        modes.extend(lines(connection, JOURNAL));
    });
    drop(reader);
    database::with_exclusive_load(&mut connection, |connection| {
        modes.extend(lines(connection, JOURNAL));
        package::load(&Seeds, connection, &package::Options::default(), &|_| {}).unwrap()
    });
    modes.extend(lines(&mut connection, JOURNAL));
    // of a register that has records, the log is kept
    database::with_exclusive_load(&mut connection, |connection| {
        modes.extend(lines(connection, JOURNAL));
    });
    assert_eq!(modes, ["wal", "delete", "wal", "wal"]);
}

#[test]
fn no_sql_writes_into_the_tables_in_which_sqlite_keeps_the_search_index() {
    let register = empty_in_sqlite();
    let mut connection = register.database.connection().unwrap();
    let refused = connection
        .batch_execute("PRAGMA writable_schema = ON; DELETE FROM search_index_data")
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "table search_index_data may not be modified"
    );
}
