//! Bulk inserts of the records of a resource, whose columns are known only when the program runs. The stores of
//! resources call it.

use crate::database::{
    AnyConnection,
    model::{
        prepared_record::PreparedRecord,
        resource::{Column, Kind, Resource, STAMP},
    },
    sql::bulk_insert::{Table, Type, insert},
};
use diesel::QueryResult;

/// Writes records of a resource, all changed at a moment. `R` is their type.
pub fn insert_records<R: 'static>(
    connection: &mut AnyConnection,
    resource: &Resource,
    records: &[PreparedRecord],
    at: &str,
) -> QueryResult<()> {
    let rows = records.iter().map(|record| record.row(at));
    insert::<R>(connection, &table(resource), rows)
}

/// The columns of a resource that come from packages, those that it sorts by, and what the register adds.
fn table(resource: &Resource) -> Table {
    let own = resource
        .input_columns()
        .map(|column| (column.name, type_of(column)));
    let keys = resource
        .sort_keys
        .iter()
        .map(|&(_, key, _)| (key, Type::Text));
    let stamp = STAMP
        .into_iter()
        .zip([Type::Integer, Type::Moment, Type::Moment]);
    Table::with_columns(resource.name, own.chain(keys).chain(stamp).collect())
}

fn type_of(column: &Column) -> Type {
    match column.kind {
        Kind::Integer => Type::Integer,
        Kind::Date => Type::Date,
        Kind::Timestamp => Type::Moment,
        Kind::Id | Kind::Text | Kind::Country | Kind::Enum(_) | Kind::TextList => Type::Text,
    }
}
