//! A record on its way into its table: its values with its sort keys, its revision and its moments. The preparer makes
//! them, the store of a resource writes them.

use super::{
    new_record::{Cell, NewRecord},
    resource::SortColumn,
};
use crate::database::sql::bulk_insert::SqlValue;

/// A record that is ready to be written.
pub struct PreparedRecord {
    pub draft: NewRecord,
    /// What it sorts by, for each of the resource's sort columns.
    keys: Vec<Option<String>>,
    pub revision: i64,
    pub created_at: String,
}

impl PreparedRecord {
    pub fn new(draft: NewRecord, revision: i64, created_at: String) -> Self {
        let key = |(column, _, function): &SortColumn| draft.text(column).map(function);
        let keys = draft.resource.sort_keys.iter().map(key).collect();
        Self {
            draft,
            keys,
            revision,
            created_at,
        }
    }

    /// Its row: the columns of packages, those that it sorts by, and what the register adds.
    pub fn row<'r>(&'r self, updated_at: &'r str) -> Vec<SqlValue<'r>> {
        let cells = self.draft.cells().iter().map(|cell| match cell {
            Cell::Nothing => SqlValue::Nothing,
            Cell::Integer(integer) => SqlValue::Integer(*integer),
            Cell::Text(text) => SqlValue::Text(text),
            Cell::List(texts) => SqlValue::Text(texts.as_str()),
        });
        let keys = self.keys.iter().map(|key| match key {
            Some(key) => SqlValue::Text(key),
            None => SqlValue::Nothing,
        });
        let stamp = [
            SqlValue::Integer(self.revision),
            SqlValue::Text(&self.created_at),
            SqlValue::Text(updated_at),
        ];
        let mut row = Vec::with_capacity(cells.len() + keys.len() + stamp.len());
        row.extend(cells);
        row.extend(keys);
        row.extend(stamp);
        row
    }
}
