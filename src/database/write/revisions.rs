//! Revisions, an append-only log: every change with the whole record, in order. Histories, feeds and the dataset's
//! version are read from it.

use crate::database::{
    AnyConnection,
    connection::any::MultiBackend,
    model::{enums::Action, timestamp},
    schema::revisions,
    sql::bulk_insert::{self, SqlValue, Table, Type},
    sql::filter::{Filter, Predicate, Value},
};
use chrono::NaiveDateTime;
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A change of a record.
#[derive(HasQuery)]
#[diesel(table_name = revisions, check_for_backend(MultiBackend))]
struct Row {
    number: i64,
    resource: String,
    record_id: String,
    action: Action,
    at: NaiveDateTime,
    author: String,
    record: String,
}

/// A change of a record: the register is the sum of them.
#[derive(Serialize, ToSchema)]
pub struct Change {
    /// Its number. The highest is the version of the dataset.
    #[schema(example = 1, minimum = 1)]
    pub number: i64,
    /// The resource of the record.
    #[schema(example = "measures")]
    pub resource: String,
    /// The id of the record.
    #[schema(example = "az-nap-2016-2018-4.1.1")]
    pub record_id: String,
    /// What happened to it.
    pub action: Action,
    /// When: UTC, RFC 3339.
    #[serde(with = "timestamp")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub at: NaiveDateTime,
    /// Who did it.
    #[schema(example = "aciq-plan")]
    pub author: String,
    /// The whole record after the change; of a withdrawn one, its last state.
    #[schema(value_type = Object)]
    pub record: Box<RawValue>,
}

impl From<Row> for Change {
    fn from(row: Row) -> Self {
        Self {
            number: row.number,
            resource: row.resource,
            record_id: row.record_id,
            action: row.action,
            at: row.at,
            author: row.author,
            record: RawValue::from_string(row.record).unwrap_or_default(),
        }
    }
}

/// Which changes.
#[derive(Clone, Default)]
pub struct ChangeFilter {
    /// Only those with a higher number.
    pub since: i64,
    /// Only those with a lower number.
    pub before: Option<i64>,
    pub resource: Option<String>,
    pub record_id: Option<String>,
    pub action: Option<Action>,
}

/// What the index of changes other than nearly all is kept of: as its migration has it.
const NOT_CREATED: &str = "action <> 'created'";

/// The same condition, asked of the changes that this index leads to: of a resource there are more.
fn among_others(condition: &Filter) -> Filter {
    condition.for_order_scan("revisions", |column, _| column != "resource")
}

/// Changes in the order of their numbers.
pub fn list(
    connection: &mut AnyConnection,
    filter: &ChangeFilter,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    read(connection, filter.rows().order(revisions::number), limit)
}

/// The last changes, in the reverse order of their numbers.
pub fn newest(
    connection: &mut AnyConnection,
    filter: &ChangeFilter,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    read(
        connection,
        filter.rows().order(revisions::number.desc()),
        limit,
    )
}

fn read(
    connection: &mut AnyConnection,
    rows: revisions::BoxedQuery<'_, MultiBackend>,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    let rows = rows.select(Row::as_select()).limit(limit);
    let rows: Vec<Row> = rows.load(connection)?;
    Ok(rows.into_iter().map(Change::from).collect())
}

/// How often records changed since they were made, by their ids; without those that never did.
pub type Corrections = HashMap<String, i64>;

/// How often the records of a resource changed since they were made.
pub fn corrections(connection: &mut AnyConnection, resource: &str) -> QueryResult<Corrections> {
    let of_resource = Predicate::OneOf(vec![Value::Text(resource.to_owned())]);
    let of_resource = Filter::column("resource", of_resource);
    let rows: Vec<(String, i64)> = revisions::table
        .filter(among_others(&of_resource))
        .filter(sql::<Bool>(NOT_CREATED))
        .group_by(revisions::record_id)
        .select((revisions::record_id, diesel::dsl::count_star()))
        .load(connection)?;
    Ok(rows.into_iter().collect())
}

/// How many changes there are.
pub fn count(connection: &mut AnyConnection, filter: &ChangeFilter) -> QueryResult<i64> {
    if !matches!(filter.action, Some(Action::Created)) {
        return filter.rows().count().get_result(connection);
    }
    // Nearly all are of this kind: the others are counted.
    let others: i64 = filter.of_any(true).count().get_result(connection)?;
    let all: i64 = filter.of_any(false).count().get_result(connection)?;
    Ok(all - others)
}

impl ChangeFilter {
    fn rows(&self) -> revisions::BoxedQuery<'_, MultiBackend> {
        match self.action {
            None => self.of_any(false),
            Some(action) => {
                let rows = self.of_any(action != Action::Created);
                rows.filter(revisions::action.eq(action))
            }
        }
    }

    /// The changes of any action, or of any but the one that nearly all are of.
    fn of_any(&self, but_created: bool) -> revisions::BoxedQuery<'_, MultiBackend> {
        let mut condition = Filter::default();
        let columns = [("resource", &self.resource), ("record_id", &self.record_id)];
        for (column, value) in columns {
            if let Some(value) = value {
                condition.add(column, Predicate::OneOf(vec![Value::Text(value.clone())]));
            }
        }
        if but_created {
            condition = among_others(&condition);
        }
        let mut rows = revisions::table.into_boxed().filter(condition);
        if self.since > 0 {
            rows = rows.filter(revisions::number.gt(self.since));
        }
        if let Some(before) = self.before {
            rows = rows.filter(revisions::number.lt(before));
        }
        if but_created {
            rows = rows.filter(sql::<Bool>(NOT_CREATED));
        }
        rows
    }
}

/// When a record of the resource last changed; `None` where none ever did.
pub fn last_change(
    connection: &mut AnyConnection,
    resource: &str,
) -> QueryResult<Option<NaiveDateTime>> {
    revisions::table
        .filter(Filter::default())
        .filter(revisions::resource.eq(resource))
        .order(revisions::number.desc()) // no change is earlier than those before it
        .select(revisions::at)
        .first(connection)
        .optional()
}

/// What is written of a change.
static TABLE: Table = Table::new(
    "revisions",
    &[
        ("number", Type::Integer),
        ("resource", Type::Text),
        ("record_id", Type::Text),
        ("action", Type::Text),
        ("at", Type::Moment),
        ("author", Type::Text),
        ("record", Type::Text),
    ],
);

/// A change to be remembered.
pub struct NewChange {
    pub number: i64,
    pub resource: &'static str,
    pub record_id: String,
    pub action: Action,
    /// The whole record, as JSON.
    pub record: String,
}

/// Remembers changes of an author, made at a moment.
pub(crate) fn insert(
    connection: &mut AnyConnection,
    changes: &[NewChange],
    author: &str,
    at: &str,
) -> QueryResult<()> {
    let rows = changes.iter().map(|change| {
        vec![
            SqlValue::Integer(change.number),
            SqlValue::Text(change.resource),
            SqlValue::Text(&change.record_id),
            SqlValue::Text(change.action.as_str()),
            SqlValue::Text(at),
            SqlValue::Text(author),
            SqlValue::Text(&change.record),
        ]
    });
    bulk_insert::insert::<revisions::table>(connection, &TABLE, rows)
}
