//! Statements that a connection keeps prepared: not more than it can use.
//!
//! A filter can be written in more ways than memory has room for, and each way is a statement of its own.

use crate::database::AnyConnection;
use diesel::{
    QueryResult,
    connection::{
        CacheSize, Connection, Instrumentation, InstrumentationEvent, SimpleConnection,
        get_default_instrumentation,
    },
};
use std::cell::Cell;

/// So many statements are kept; above that, all are let go.
const MOST: u32 = 500;

thread_local! {
    /// How many are kept by the connection that kept another one last in this thread.
    static KEPT: Cell<u32> = const { Cell::new(0) };
}

/// Counts the statements of a connection, and tells whoever else listens.
struct Count {
    kept: u32,
    other: Option<Box<dyn Instrumentation>>,
}

impl Instrumentation for Count {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::CacheQuery { .. } = event {
            self.kept += 1;
            KEPT.set(self.kept);
        }
        if let Some(other) = &mut self.other {
            other.on_connection_event(event);
        }
    }
}

/// Counts the statements of a connection from now on; it has none yet.
pub fn count(connection: &mut AnyConnection) {
    connection.set_instrumentation(Count {
        kept: 0,
        other: get_default_instrumentation(),
    });
}

/// Lets the statements of a connection go where there are too many. This thread must have used it last.
pub fn bound(connection: &mut AnyConnection) -> QueryResult<()> {
    if KEPT.replace(0) < MOST {
        return Ok(());
    }
    for size in [CacheSize::Disabled, CacheSize::Unbounded] {
        connection.set_prepared_statement_cache_size(size);
    }
    count(connection);
    match connection {
        AnyConnection::Postgres(postgres) => postgres.batch_execute("DEALLOCATE ALL"),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::database::connection::statement_cache::{KEPT, MOST, bound};
    use crate::database::{
        AnyConnection,
        connection::connector::Connector,
        find,
        sql::filter::{Filter, Predicate},
    };
    use diesel::r2d2::ManageConnection;

    /// Asks with so many clauses, which is a statement of its own for each number.
    fn ask(connection: &mut AnyConnection, clauses: u32) {
        let mut condition = Filter::default();
        for _ in 0..clauses {
            condition.add("id", Predicate::Missing(false));
        }
        let plans = find("plans").expect("a resource");
        plans.store.count(connection, &condition).expect("a count");
    }

    #[test]
    fn no_connection_keeps_more_statements_than_it_can_use() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let url = format!("sqlite://{}", file.path().display());
        let connector = Connector::new(&url);
        let mut connection = connector.connect().expect("a connection");
        crate::database::connection::migrations::run(&mut connection).expect("tables");
        bound(&mut connection).expect("nothing to do");
        for clauses in 1..=MOST {
            ask(&mut connection, clauses);
            assert!(KEPT.get() <= MOST + 20);
            bound(&mut connection).expect("statements can go");
        }
        ask(&mut connection, 1);
        assert!(KEPT.take() > 0, "it was let go, and is kept again");
        ask(&mut connection, 1);
        assert_eq!(KEPT.get(), 0, "it was kept");
    }
}
