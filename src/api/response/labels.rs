//! Names beside ids: `plan_label` after `plan_id`, for people who read tables.

use crate::database::{
    AnyConnection, find,
    model::{
        record::Record,
        resource::{Column, Object, Resource, include_name},
    },
    query::by_keys::by_keys,
};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::HashMap;

/// The column with the names of the records that a column refers to.
pub struct Label {
    pub name: String,
    resource: &'static Resource,
    column: &'static Column,
}

/// The label of a column; `None` where it refers to nothing that has a name.
pub fn of(column: &Column) -> Option<Label> {
    let resource = find(column.resource?)?;
    Some(Label {
        name: format!("{}_label", include_name(column.name)),
        resource,
        column: resource.label()?,
    })
}

/// Puts the label of each column of ids after it.
pub fn add(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    rows: &mut [Object],
) -> QueryResult<()> {
    let mut labels = Vec::new();
    for column in resource.columns.iter() {
        let is_shown = rows
            .first()
            .is_some_and(|row| row.contains_key(column.name));
        if let (true, Some(label)) = (is_shown, of(column)) {
            let names = label.names(connection, column, rows)?;
            labels.push((column.name, label, names));
        }
    }
    for row in rows {
        for (name, value) in std::mem::take(row) {
            let label = labels.iter().find(|(column, ..)| *column == name);
            let label = label.map(|(_, label, names)| {
                let known = value.as_str().and_then(|id| names.get(id));
                (label.name.clone(), known.cloned().unwrap_or_default())
            });
            row.insert(name, value);
            row.extend(label);
        }
    }
    Ok(())
}

impl Label {
    /// The names of the records that the rows refer to, by their ids.
    fn names(
        &self,
        connection: &mut AnyConnection,
        column: &Column,
        rows: &[Object],
    ) -> QueryResult<HashMap<String, Json>> {
        let ids = rows.iter().filter_map(|row| row[column.name].as_str());
        let mut names = HashMap::new();
        by_keys(connection, self.resource, "id", ids, |mut row| {
            let id = row.text("id").to_owned();
            names.insert(id, row.remove(self.column.name).unwrap_or_default());
        })?;
        Ok(names)
    }
}
