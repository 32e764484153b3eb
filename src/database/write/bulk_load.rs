//! Bulk load: what makes the first load of a `SQLite` register fast. Secondary indexes are made at the end, and the
//! file is held exclusively.

use crate::database::{AnyConnection, RESOURCES};
use diesel::{
    QueryResult,
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};

/// An index that is made again once all rows are there.
#[derive(QueryableByName)]
pub struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

/// All indexes, but those that hold what is unique and those that lead to rows of their own table:
/// where a row names a later one, foreign keys are looked up with them while rows are written.
const INDEXES: &str = r#"SELECT name, sql FROM sqlite_master AS found
    WHERE type = 'index' AND sql IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM pragma_index_info(found.name) AS part, pragma_foreign_key_list(found.tbl_name) AS key
        WHERE part.seqno = 0 AND key."from" = part.name AND key."table" = found.tbl_name)
    ORDER BY name"#;

/// Drops the indexes of an empty register within the transaction, to fill it without them.
pub fn drop_secondary_indexes(connection: &mut AnyConnection) -> QueryResult<Vec<Index>> {
    let AnyConnection::Sqlite(sqlite) = connection else {
        return Ok(Vec::new()); // who reads would wait
    };
    let indexes: Vec<Index> = diesel::sql_query(INDEXES).load(sqlite)?;
    for index in &indexes {
        sqlite.batch_execute(&format!(r#"DROP INDEX "{}""#, index.name))?;
    }
    Ok(indexes)
}

impl Index {
    /// Makes it again, as it was.
    pub fn make(&self, connection: &mut AnyConnection) -> QueryResult<()> {
        connection.batch_execute(&self.sql)
    }
}

/// PostgreSQL chooses its ways by statistics, and has none of rows that were just written: what follows from
/// them would take a way that reads a table for each row of another.
pub fn gather_statistics(connection: &mut AnyConnection) -> QueryResult<()> {
    let AnyConnection::Postgres(postgres) = connection else {
        return Ok(());
    };
    // Of others the server would say in sixteen lines that it passes them over; it gathers them by itself in time.
    let may = sql::<Bool>(
        "(SELECT CASE WHEN pg_has_role(relowner, 'USAGE') THEN true \
          WHEN current_setting('server_version_num')::int >= 170000 THEN has_table_privilege(oid, 'MAINTAIN') \
          ELSE false END FROM pg_class WHERE oid = 'measures'::regclass)",
    );
    if !diesel::select(may).get_result::<bool>(postgres)? {
        return Ok(());
    }
    let names = RESOURCES.iter().map(|resource| resource.name);
    let tables = names.collect::<Vec<_>>().join(", ");
    postgres.batch_execute(&format!("ANALYZE {tables}"))
}

/// Loads a register that nobody else has open with a journal of what stood in the file before: of an
/// empty one that is next to nothing, where the usual log holds everything that is written once more.
///
/// A load that is killed leaves the journal, and whoever opens the file next takes it back.
pub fn with_exclusive_load<T>(
    connection: &mut AnyConnection,
    load: impl FnOnce(&mut AnyConnection) -> T,
) -> T {
    let is_empty = matches!(
        crate::database::connection::dataset_version::version(connection),
        Ok(None)
    );
    if !is_empty || !set(connection, TO_JOURNAL) {
        set(connection, TO_LOG); // where only a part of the change was possible
        return load(connection);
    }
    let loaded = load(connection);
    set(connection, TO_LOG);
    loaded
}

/// Without waiting: while somebody has the file open, the log stays.
const TO_JOURNAL: &str = "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE";
const TO_LOG: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL";

/// Whether the connection is to a file, and took the settings.
fn set(connection: &mut AnyConnection, settings: &str) -> bool {
    match connection {
        AnyConnection::Postgres(_) => false,
        AnyConnection::Sqlite(sqlite) => sqlite.batch_execute(settings).is_ok(),
    }
}
