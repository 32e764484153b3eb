//! The query planner of pages: filter-then-sort where few rows match, an order scan with a budget where many do.
//!
//! Where few rows match, an index leads to them by the filter, and they are sorted. Where many do, the rows are
//! scanned in their order until the page is full. How many match is known before. PostgreSQL has statistics and
//! chooses by itself.

use crate::database::{
    AnyConnection,
    connection::deadline,
    model::resource::{Column, Query, Resource, Row},
    query::sorted_scan,
    sql::filter::{Filter, Order, Predicate},
};
use diesel::QueryResult;

/// Up to this many matches, filter-then-sort beats an order scan.
const FILTER_FIRST: i64 = 1000;
/// An order scan may look at this share of as many rows as match before filter-then-sort takes over: to look at a row
/// takes a fraction of the time that it takes to find and sort one.
const SCAN_SHARE: i64 = 2;
/// Up to this many batches of matches, filter-then-sort for each batch beats one scan of all rows.
const FILTER_FIRST_BATCHES: i64 = 5;
/// The budget of rows for finding out whether few match.
const COUNT_BUDGET: i64 = 500_000;

/// The columns that lead to the rows of a page, as its order has them.
type Columns<'c> = &'c [&'static Column];

/// A page of so many rows that match.
pub fn page(
    connection: &mut AnyConnection,
    resource: &Resource,
    columns: Columns<'_>,
    query: &Query,
    total: i64,
) -> QueryResult<Vec<Box<dyn Row>>> {
    if total == 0 {
        return Ok(Vec::new());
    }
    if is_led(query) && (total > FILTER_FIRST || !query.condition.excludes()) {
        return sorted_scan::list(connection, resource, columns, query);
    }
    if total > FILTER_FIRST && !query.condition.searches() {
        let walk = || order_scan(connection, resource, columns, query);
        if let Some(rows) = deadline::within_rows(total / SCAN_SHARE, walk)? {
            return Ok(rows);
        }
    }
    filter_first(connection, resource, query)
}

/// The strategy by which all rows that match are read, batch by batch.
#[derive(Clone, Copy)]
pub enum Strategy {
    /// Each batch is found by what must hold, and sorted.
    FilterFirst,
    /// Each is met where the one before it ended.
    OrderScan,
}

impl Strategy {
    /// The way that looks at fewer rows: few are found sooner for each batch than all are looked at once.
    pub fn choose(
        connection: &mut AnyConnection,
        resource: &Resource,
        matching: &Filter,
        batch: i64,
    ) -> QueryResult<Self> {
        if matching.is_open() || matches!(connection, AnyConnection::Postgres(_)) {
            return Ok(Self::OrderScan);
        }
        if matching.searches() {
            return Ok(Self::FilterFirst);
        }
        let count = || resource.store.count(connection, matching);
        let total = deadline::within_rows(COUNT_BUDGET, count)?;
        let are_few = total.is_some_and(|total| total <= FILTER_FIRST_BATCHES * batch);
        Ok(if are_few {
            Self::FilterFirst
        } else {
            Self::OrderScan
        })
    }

    /// The next batch.
    pub fn batch(
        self,
        connection: &mut AnyConnection,
        resource: &Resource,
        columns: Columns<'_>,
        query: &Query,
    ) -> QueryResult<Vec<Box<dyn Row>>> {
        if is_led(query) {
            return sorted_scan::list(connection, resource, columns, query);
        }
        match self {
            Self::FilterFirst => filter_first(connection, resource, query),
            Self::OrderScan => order_scan(connection, resource, columns, query),
        }
    }
}

/// Whether the order leads to all that must hold.
fn is_led(query: &Query) -> bool {
    let key = query.order.keys.first();
    key.is_some_and(|key| query.condition.is_of_one(key.column))
}

/// The rows that are found by what must hold of them, sorted.
fn filter_first(
    connection: &mut AnyConnection,
    resource: &Resource,
    query: &Query,
) -> QueryResult<Vec<Box<dyn Row>>> {
    let order = Order {
        sorts: true,
        ..query.order.clone()
    };
    let is_nullable = |name: &str| {
        let mut columns = resource.columns.iter();
        columns.any(|column| column.name == name && column.nullable)
    };
    let query = Query {
        condition: query.condition.for_filter_first(is_nullable),
        order,
        ..*query
    };
    resource.store.list(connection, &query)
}

/// The rows that are met in their order.
fn order_scan(
    connection: &mut AnyConnection,
    resource: &Resource,
    columns: Columns<'_>,
    query: &Query,
) -> QueryResult<Vec<Box<dyn Row>>> {
    if let AnyConnection::Postgres(_) = connection {
        return resource.store.list(connection, query);
    }
    let key = query.order.keys.first().map(|key| key.column);
    let first = resource.sort_keys(&resource.document_order());
    let is_document = first.first().map(|first| first.column) == key;
    // The rows of one value of an indexed column stand in the order of the document.
    let leads = |column: &str, test: Option<&Predicate>| {
        let is_of_one = test.is_some_and(Predicate::is_of_one);
        key == Some(column) || is_document && is_of_one && resource.indexed.contains(&column)
    };
    let query = Query {
        condition: query.condition.for_order_scan(resource.name, leads),
        order: query.order.clone(),
        ..*query
    };
    sorted_scan::list(connection, resource, columns, &query)
}
