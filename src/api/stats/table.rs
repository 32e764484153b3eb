//! Counts as a table: a column for each dimension and its label, the count, the levels and their shares.

use super::{LEVELS, StatsGroup};
use crate::{
    api::{
        dimensions::Dimension,
        downloads::table::{Column, Table},
    },
    database::resource::{Kind, Object, Resource},
};
use serde_json::json;

/// The columns; those of the levels where the records have levels.
pub fn columns(resource: &'static Resource, by: &[Dimension], has_levels: bool) -> Table {
    let column = |name: String, kind: Kind, nullable: bool| Column {
        name,
        kind,
        nullable,
    };
    let mut columns = Vec::new();
    for dimension in by {
        let kind = if dimension.is_number {
            Kind::Integer
        } else {
            Kind::Id
        };
        columns.push(column(dimension.name.clone(), kind, true));
        columns.push(column(label_of(&dimension.name), Kind::Text, true));
    }
    columns.push(column("count".to_owned(), Kind::Integer, false));
    if has_levels {
        let levels = LEVELS.map(|level| column(level.to_owned(), Kind::Integer, false));
        let shares = LEVELS.map(|level| column(share_of(level), Kind::Integer, false));
        columns.extend(levels.into_iter().chain(shares));
    }
    Table {
        name: resource.name,
        columns,
    }
}

/// The rows, by the names of the columns.
pub fn rows(by: &[Dimension], groups: &[StatsGroup]) -> Vec<Object> {
    groups.iter().map(|group| row(by, group)).collect()
}

fn row(by: &[Dimension], group: &StatsGroup) -> Object {
    let mut row = Object::new();
    for Dimension {
        name, is_number, ..
    } in by
    {
        let value = &group.group[name];
        let number = value.as_str().and_then(|value| value.parse::<i64>().ok());
        let value = match number.filter(|_| *is_number) {
            Some(number) => json!(number),
            None => value.clone(),
        };
        row.insert(name.clone(), value);
        row.insert(label_of(name), group.labels[name].clone());
    }
    row.insert("count".to_owned(), group.count.into());
    let (levels, shares) = (group.levels.as_ref(), group.shares.as_ref());
    for level in LEVELS {
        let count = levels.and_then(|levels| levels.get(level));
        let share = shares.and_then(|shares| shares.get(level));
        row.insert(level.to_owned(), json!(count.unwrap_or(&0)));
        row.insert(share_of(level), json!(share.unwrap_or(&0.0)));
    }
    row
}

fn label_of(dimension: &str) -> String {
    format!("{dimension}_label")
}

fn share_of(level: &str) -> String {
    format!("{level}_share")
}
