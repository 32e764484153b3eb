//! FTS5's index of many texts, made in a database of its own: a thread fills it beside the one that writes the
//! register, which then takes its pages over.

use crate::database::{
    AnyConnection,
    search::index_writer::{self, Entry},
    sql::bulk_insert::{self, SqlValue, Table, Type},
};
use diesel::{
    connection::SimpleConnection, dsl::sql, prelude::*, result::Error::QueryBuilderError,
    sql_types::Text,
};

// The tables in which FTS5 keeps an index that has no copy of its texts.
diesel::table! {
    search_index_data (id) {
        id -> BigInt,
        block -> Binary,
    }
}
diesel::table! {
    search_index_idx (segid, term) {
        segid -> BigInt,
        term -> Binary,
        pgno -> BigInt,
    }
}
diesel::table! {
    search_index_docsize (id) {
        id -> BigInt,
        sz -> Binary,
        origin -> BigInt,
    }
}

/// How much FTS5 collects before it writes, in MiB; usually one. It has fewer parts to merge then.
const COLLECTED: usize = 8;
/// Rows of its tables that are handed over at a time: pages, which have 4 KiB, and sizes.
const PAGES_AT_ONCE: i64 = 16;
const SIZES_AT_ONCE: i64 = 250;

/// The index on its way. Nothing of it is left behind: `SQLite` keeps a database without a name in a file
/// without a name.
pub struct Scratch {
    connection: AnyConnection,
}

/// Rows of FTS5's tables.
pub enum Rows {
    Pages(Vec<(i64, Vec<u8>)>),
    Terms(Vec<(i64, Vec<u8>, i64)>),
    Sizes(Vec<(i64, Vec<u8>, i64)>),
}

impl Scratch {
    /// An empty index like the register's; `None` where that is none of FTS5.
    pub fn like(register: &mut AnyConnection) -> QueryResult<Option<Self>> {
        let AnyConnection::Sqlite(sqlite) = register else {
            return Ok(None);
        };
        let definition = definition(sqlite)?;
        let mut scratch =
            SqliteConnection::establish("").map_err(|error| QueryBuilderError(error.into()))?;
        scratch.batch_execute(&format!(
            "PRAGMA journal_mode = OFF; PRAGMA cache_size = -16384; {definition};
             INSERT INTO search_index (search_index, rank) VALUES ('hashsize', {}); BEGIN",
            COLLECTED << 20
        ))?;
        Ok(Some(Self {
            connection: AnyConnection::Sqlite(scratch),
        }))
    }

    pub fn insert(&mut self, first: i64, resource: &str, entries: &[Entry]) -> QueryResult<()> {
        index_writer::insert_texts(&mut self.connection, first, resource, entries)
    }

    /// Hands the rows of its tables over, until nobody takes them any more.
    pub fn hand_over(mut self, mut take: impl FnMut(Rows) -> bool) -> QueryResult<()> {
        self.connection.batch_execute("COMMIT")?;
        let AnyConnection::Sqlite(sqlite) = &mut self.connection else {
            return Ok(());
        };
        let mut last = i64::MIN;
        loop {
            let rows: Vec<(i64, Vec<u8>)> = search_index_data::table
                .filter(search_index_data::id.gt(last))
                .order(search_index_data::id)
                .limit(PAGES_AT_ONCE)
                .load(sqlite)?;
            let Some((end, _)) = rows.last() else { break };
            last = *end;
            if !take(Rows::Pages(rows)) {
                return Ok(());
            }
        }
        let terms = search_index_idx::table.load(sqlite)?;
        take(Rows::Terms(terms));
        let mut last = i64::MIN;
        loop {
            let rows: Vec<(i64, Vec<u8>, i64)> = search_index_docsize::table
                .filter(search_index_docsize::id.gt(last))
                .order(search_index_docsize::id)
                .limit(SIZES_AT_ONCE)
                .load(sqlite)?;
            let Some((end, ..)) = rows.last() else { break };
            last = *end;
            if !take(Rows::Sizes(rows)) {
                break;
            }
        }
        Ok(())
    }
}

/// The statement that makes the index.
fn definition(sqlite: &mut SqliteConnection) -> QueryResult<String> {
    diesel::select(sql::<Text>(
        "(SELECT sql FROM sqlite_master WHERE name = 'search_index')",
    ))
    .get_result(sqlite)
}

/// Makes the register's index anew and empty, so that FTS5 knows nothing of it by heart.
pub fn clear(sqlite: &mut SqliteConnection) -> QueryResult<()> {
    let definition = definition(sqlite)?;
    sqlite.batch_execute(&format!(
        "DROP TABLE search_index; {definition};
         DELETE FROM search_index_data; DELETE FROM search_index_idx; DELETE FROM search_index_docsize"
    ))
}

static PAGES: Table = Table::new(
    "search_index_data",
    &[("id", Type::Integer), ("block", Type::Bytes)],
);
static TERMS: Table = Table::new(
    "search_index_idx",
    &[
        ("segid", Type::Integer),
        ("term", Type::Bytes),
        ("pgno", Type::Integer),
    ],
);
static SIZES: Table = Table::new(
    "search_index_docsize",
    &[
        ("id", Type::Integer),
        ("sz", Type::Bytes),
        ("origin", Type::Integer),
    ],
);

/// Takes rows over.
pub fn take_over(connection: &mut AnyConnection, rows: &Rows) -> QueryResult<()> {
    match rows {
        Rows::Pages(rows) => {
            let rows = rows
                .iter()
                .map(|(id, block)| vec![SqlValue::Integer(*id), SqlValue::Bytes(block)]);
            bulk_insert::insert::<search_index_data::table>(connection, &PAGES, rows)
        }
        Rows::Terms(rows) => {
            bulk_insert::insert::<search_index_idx::table>(connection, &TERMS, bound(rows))
        }
        Rows::Sizes(rows) => {
            bulk_insert::insert::<search_index_docsize::table>(connection, &SIZES, bound(rows))
        }
    }
}

fn bound(rows: &[(i64, Vec<u8>, i64)]) -> impl Iterator<Item = Vec<SqlValue<'_>>> {
    rows.iter().map(|(first, bytes, last)| {
        vec![
            SqlValue::Integer(*first),
            SqlValue::Bytes(bytes),
            SqlValue::Integer(*last),
        ]
    })
}
