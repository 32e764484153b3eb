//! Counts as a table: a column for each dimension and its label, the count, the levels and their shares.

use crate::{
    api::{
        export::table::{Column, Table},
        handlers::stats::StatsGroup,
        request::dimensions::Dimension,
        response::levels::SCALE,
    },
    database::model::resource::{Kind, Object, Resource},
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
        let levels = SCALE.map(|level| column(level.name().to_owned(), Kind::Integer, false));
        let shares = SCALE.map(|level| column(share_of(level.name()), Kind::Integer, false));
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
    for counted in group.levels.iter().flatten() {
        let name = counted.level.name();
        row.insert(name.to_owned(), counted.count.into());
        row.insert(share_of(name), json!(counted.share));
    }
    row
}

fn label_of(dimension: &str) -> String {
    format!("{dimension}_label")
}

fn share_of(level: &str) -> String {
    format!("{level}_share")
}
