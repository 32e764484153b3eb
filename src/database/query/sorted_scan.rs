//! Order scans for keyset pages: the rows of a page, one range of the index after the other, whatever the directions
//! of the order. The planner calls it.
//!
//! What is equal in the first column of an order follows the document, whether the column goes up or down,
//! and rows without a value come last either way. No index has all of that, but an index that begins with
//! the column and goes on as the document does has each part of it. So the value at which the page will end
//! is looked up first. The rows before that value are fewer than a page, and are sorted; those of the value,
//! of which there may be a million, stand in their order already.

use crate::database::{
    AnyConnection,
    model::resource::{Column, Query, Resource, Row},
    query::batches::bound,
    sql::filter::{Comparison, Filter, Order, Predicate, SortKey, Value},
};
use diesel::{QueryResult, result::Error};

/// The rows of a query whose order is that of the columns.
pub fn list(
    connection: &mut AnyConnection,
    resource: &Resource,
    columns: &[&'static Column],
    query: &Query,
) -> QueryResult<Vec<Box<dyn Row>>> {
    let parts = columns.first().and_then(|&column| {
        let key = *query.order.keys.first()?;
        let (matching, beginning) = query.condition.without_seek();
        let is_led = resource.indexed.contains(&column.name) && query.order.keys.len() > 1;
        // Nobody asks for the end of a list, nor for a numbered page beyond a row.
        let begins = !query.order.backwards && beginning.is_none();
        let goes_on = query.offset == 0 && beginning.is_some();
        (is_led && (begins || goes_on)).then_some((column, key, matching, beginning))
    });
    let Some((column, key, matching, beginning)) = parts else {
        let query = Query {
            condition: query.condition.begun(),
            order: query.order.clone(),
            ..*query
        };
        return resource.store.list(connection, &query);
    };
    let mut stretches = SortedScan {
        connection,
        resource,
        column,
        key,
        order: &query.order,
        matching,
        limit: query.limit,
        rows: Vec::new(),
    };
    match beginning {
        Some((value, rest)) => stretches.read_beyond(value.as_ref(), rest)?,
        None if query.offset > 0 => stretches.read_from(query.offset)?,
        None => stretches.read_values(None)?,
    }
    Ok(stretches.rows)
}

/// What was read of a page, and what the rest of it is read by.
struct SortedScan<'a> {
    connection: &'a mut AnyConnection,
    resource: &'a Resource,
    /// The first column of the order.
    column: &'static Column,
    key: SortKey,
    order: &'a Order,
    /// What must hold of all rows, wherever the page begins.
    matching: Filter,
    limit: i64,
    rows: Vec<Box<dyn Row>>,
}

/// The part of the rows of one value that a page begins with.
enum Part {
    All,
    /// What comes beyond a row, by the other columns.
    Beyond(Vec<Option<Value>>),
    /// What is left without so many.
    Without(i64),
}

impl SortedScan<'_> {
    /// Reads on after a row, or before it.
    fn read_beyond(&mut self, value: Option<&Value>, rest: Vec<Option<Value>>) -> QueryResult<()> {
        self.read_equal(value, Part::Beyond(rest))?;
        match value {
            Some(value) => self.read_values(Some(value)),
            None if self.order.backwards => self.read_values(None),
            None => Ok(()),
        }
    }

    /// Reads on after so many rows.
    fn read_from(&mut self, offset: i64) -> QueryResult<()> {
        if self.matching.lacks(self.key.column) {
            return self.read_equal(None, Part::Without(offset));
        }
        let value = self.value_at(None, offset)?;
        let mut before = self.after(None);
        if let Some(value) = &value {
            self.narrow(&mut before, value, false);
        }
        let skipped = self.resource.store.count(self.connection, &before)?;
        self.read_equal(value.as_ref(), Part::Without(offset - skipped))?;
        match &value {
            Some(value) => self.read_values(Some(value)),
            None => Ok(()),
        }
    }

    /// Reads the rows that have a value: those after one, or all; and then those that have none.
    fn read_values(&mut self, after: Option<&Value>) -> QueryResult<()> {
        let missing = self.missing();
        if missing == 0 {
            return Ok(());
        }
        if self.matching.lacks(self.key.column) {
            return if self.order.backwards {
                Ok(())
            } else {
                self.read_equal(None, Part::All)
            };
        }
        let mut keys = self.order.keys.clone();
        keys[0].nullable = false;
        let last = self.value_at(after, missing - 1)?;
        let mut rows = self.after(after);
        if let Some(last) = &last {
            self.narrow(&mut rows, last, false);
        }
        self.take(rows, &keys, 0)?;
        match last {
            Some(last) => self.read_equal(Some(&last), Part::All),
            None if self.order.backwards => Ok(()),
            None => self.read_equal(None, Part::All),
        }
    }

    /// Reads the rows of one value, or those that have none.
    fn read_equal(&mut self, value: Option<&Value>, part: Part) -> QueryResult<()> {
        let test = match value {
            Some(value) => Predicate::OneOf(vec![value.clone()]),
            None if self.key.nullable && !self.matching.needs(self.key.column) => {
                Predicate::Missing(true)
            }
            None => return Ok(()),
        };
        let keys = &self.order.keys[1..];
        let mut equal = self.matching.clone();
        equal.add(self.key.column, test);
        let offset = match part {
            Part::All => 0,
            Part::Without(offset) => offset,
            Part::Beyond(rest) => {
                equal.add_seek(keys, rest, self.order.backwards);
                0
            }
        };
        self.take(equal, keys, offset)
    }

    /// Adds rows to the page until it is full.
    fn take(&mut self, condition: Filter, keys: &[SortKey], offset: i64) -> QueryResult<()> {
        let limit = self.missing();
        if limit > 0 {
            let rows = self.ask(condition, keys, (limit, offset))?;
            self.rows.extend(rows);
        }
        Ok(())
    }

    /// The value of the row that has so many before it, of those after a value or of all; `None` where there
    /// is no such row.
    fn value_at(&mut self, after: Option<&Value>, offset: i64) -> QueryResult<Option<Value>> {
        let mut condition = self.after(after);
        let is_sqlite = matches!(self.connection, AnyConnection::Sqlite(_));
        let column = self.key.column;
        let begins = after.is_none() && !self.key.nullable && !condition.is_bounded_below(column);
        if let (true, Some(lowest)) = (is_sqlite && begins, self.column.kind.lowest()) {
            // Beside what else must hold, it would sort all rows for want of where to begin.
            condition.narrow(column, Comparison::AtLeast, lowest);
        }
        let key = SortKey {
            nullable: false,
            ..self.key
        };
        let rows = self.ask(condition, &[key], (1, offset))?;
        let value = rows.first().map(|row| {
            let value = &row.to_object()[self.column.name];
            bound(self.resource, self.column, value).flatten()
        });
        match value {
            Some(None) => {
                let name = self.column.name;
                let why = format!("`{name}` has no value to go on from");
                Err(Error::DeserializationError(why.into()))
            }
            value => Ok(value.flatten()),
        }
    }

    fn ask(
        &mut self,
        condition: Filter,
        keys: &[SortKey],
        (limit, offset): (i64, i64),
    ) -> QueryResult<Vec<Box<dyn Row>>> {
        let order = Order {
            keys: keys.to_vec(),
            ..*self.order
        };
        let query = Query {
            condition,
            order,
            limit,
            offset,
        };
        self.resource.store.list(self.connection, &query)
    }

    /// How many rows the page lacks.
    fn missing(&self) -> i64 {
        self.limit - i64::try_from(self.rows.len()).unwrap_or(self.limit)
    }

    /// What holds of the rows that have a value after this one, or any.
    fn after(&self, value: Option<&Value>) -> Filter {
        let mut condition = self.matching.clone();
        match value {
            Some(value) => self.narrow(&mut condition, value, true),
            None if self.key.nullable => condition.add(self.key.column, Predicate::Missing(false)),
            None => (),
        }
        condition
    }

    /// Only values after this one in the order, or before it.
    fn narrow(&self, condition: &mut Filter, value: &Value, after: bool) {
        let goes_up = self.key.descending == self.order.backwards;
        let comparison = if goes_up == after {
            Comparison::Greater
        } else {
            Comparison::Less
        };
        condition.narrow(self.key.column, comparison, value.clone());
    }
}
