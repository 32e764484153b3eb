//! Deadlines and cancellation of reads, and a budget of rows to look at. The handle sets them for each read.
//!
//! PostgreSQL keeps the time by itself (`statement_timeout`); SQLite is asked at every row by the SQL function
//! `before_deadline()`, for the time and for whether the caller still waits.

use crate::database::connection::caller::Caller;
use diesel::{
    prelude::*,
    result::Error,
    serialize::{IsNull, Output, ToSql},
    sql_types::Bool,
    sqlite::Sqlite,
};
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
    time::{Duration, Instant},
};

/// How much time there is for one query, and when it is over.
#[derive(Clone, Copy)]
struct Deadline {
    limit: Duration,
    at: Instant,
}

thread_local! {
    static DEADLINE: Cell<Option<Deadline>> = const { Cell::new(None) };
    /// Who may leave before the end.
    static WAITING: RefCell<Option<Arc<Caller>>> = const { RefCell::new(None) };
    static ROWS_LEFT: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Does something that queries the database, for a limited time, and as long as the caller waits for it.
///
/// The time holds for all of its queries together, unless it is given [`again`].
pub fn within<T>(limit: Duration, caller: &Arc<Caller>, act: impl FnOnce() -> T) -> T {
    let _ended = Ended(DEADLINE.get(), WAITING.replace(Some(caller.clone())));
    set(limit);
    act()
}

/// Does something that looks at so many rows at most; `None` where it would have had to look at more.
/// PostgreSQL does not count them.
pub fn within_rows<T>(most: i64, act: impl FnOnce() -> QueryResult<T>) -> QueryResult<Option<T>> {
    let _uncounted = Uncounted;
    ROWS_LEFT.set(Some(most));
    match act() {
        Err(_) if are_too_many() => Ok(None),
        done => done.map(Some),
    }
}

/// Counts no rows any more, also where the work panics.
struct Uncounted;

impl Drop for Uncounted {
    fn drop(&mut self) {
        ROWS_LEFT.set(None);
    }
}

fn count_row() {
    ROWS_LEFT.set(ROWS_LEFT.get().map(|left| left - 1));
}

fn are_too_many() -> bool {
    ROWS_LEFT.get().is_some_and(|left| left < 0)
}

/// Gives the same time again: for the next part of something long, such as a download.
pub fn again() {
    if let Some(deadline) = DEADLINE.get() {
        set(deadline.limit);
    }
}

fn set(limit: Duration) {
    let at = Instant::now() + limit;
    DEADLINE.set(Some(Deadline { limit, at }));
}

/// Puts back what held before, also where the work panics.
struct Ended(Option<Deadline>, Option<Arc<Caller>>);

impl Drop for Ended {
    fn drop(&mut self) {
        DEADLINE.set(self.0);
        WAITING.replace(self.1.take());
    }
}

/// How much time a query has; `None` where as much as it needs.
pub fn limit() -> Option<Duration> {
    DEADLINE.get().map(|deadline| deadline.limit)
}

/// Whether the read is to end: its time is over, or nobody waits for it any more.
pub fn is_over() -> bool {
    let is_late = |deadline: Deadline| Instant::now() >= deadline.at;
    let has_left = |caller: &Option<Arc<Caller>>| caller.as_ref().is_some_and(|it| it.has_left());
    DEADLINE.get().is_some_and(is_late) || WAITING.with_borrow(has_left)
}

/// Refuses to begin a query when the time is over.
pub fn check() -> QueryResult<()> {
    if is_over() {
        Err(Error::QueryBuilderError(OVER.into()))
    } else {
        Ok(())
    }
}

const OVER: &str = "the time of the query is over";
const TOO_MANY: &str = "the query looks at too many rows";

#[diesel::declare_sql_function]
extern "SQL" {
    fn before_deadline() -> Bool;
}

/// Makes `before_deadline()` known to a connection.
pub fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    // Told to be different at every call, so that SQLite calls it for every row.
    before_deadline_utils::register_nondeterministic_impl(connection, || InTime)
}

#[derive(Debug)]
struct InTime;

impl ToSql<Bool, Sqlite> for InTime {
    fn to_sql<'b>(&'b self, output: &mut Output<'b, '_, Sqlite>) -> diesel::serialize::Result {
        if is_over() {
            return Err(OVER.into());
        }
        count_row();
        if are_too_many() {
            return Err(TOO_MANY.into());
        }
        output.set_value(1);
        Ok(IsNull::No)
    }
}
