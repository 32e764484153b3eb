//! Uniqueness checks against the register: what must be unique and belongs to another record is refused by name,
//! before the database refuses it by a number.

use crate::database::{
    AnyConnection,
    model::new_record::{Cell, NewRecord},
    model::prepared_record::PreparedRecord,
    sql::filter::{Filter, Predicate, Value},
    write::writer::Error,
};

/// Refuses the first record that has what another one has. What is to be changed is not stored any more.
pub(crate) fn reject_duplicates(
    connection: &mut AnyConnection,
    records: &[PreparedRecord],
) -> Result<(), Error> {
    for PreparedRecord { draft, .. } in records {
        for columns in draft.resource.unique {
            let Some(condition) = same(draft, columns) else {
                continue;
            };
            let query = draft.resource.all(condition);
            let holders = draft.resource.store.matching(connection, &query)?;
            if let (Some(holder), Some(column)) = (holders.first(), columns.last()) {
                return Err(Error::Invalid {
                    resource: draft.resource.name,
                    id: draft.id().to_owned(),
                    column,
                    reason: format!(
                        "must be unique ({}), and `{holder}` of the register has the same",
                        columns.join(", ")
                    ),
                });
            }
        }
    }
    Ok(())
}

/// Who has the same values in all of these columns; `None` where one has no value, which is like no other.
fn same(draft: &NewRecord, columns: &[&'static str]) -> Option<Filter> {
    let mut condition = Filter::default();
    for column in columns {
        let value = match draft.cell(column) {
            Cell::Text(text) => Value::Text(text.clone()),
            Cell::Integer(integer) => Value::Integer(*integer),
            Cell::Nothing | Cell::List(_) => return None,
        };
        condition.add(column, Predicate::OneOf(vec![value]));
    }
    Some(condition)
}
