//! What facets and statistics can be grouped by, and the names of the values.

use crate::{
    api::{
        error::Wrong,
        request::filters::{FilterKind, filters},
    },
    database::{
        AnyConnection, find,
        model::{
            record::Record,
            resource::{Kind, Resource, include_name},
            validation::{listed, nearest_hint},
        },
        query::{by_keys::by_keys, group_by},
    },
};

use diesel::QueryResult;
use std::collections::HashMap;

/// One dimension, by the name of the filter that narrows it.
#[derive(Clone, Debug)]
pub struct Dimension {
    pub name: String,
    /// The parameters that narrow it.
    parameters: Vec<String>,
    /// The resource whose ids are the values.
    resource: Option<&'static str>,
    /// The order of the values, where they are words.
    words: Vec<String>,
    /// Whether the values are numbers.
    pub is_number: bool,
    pub by: group_by::Dimension,
}

/// Every dimension of a resource.
pub fn dimensions(resource: &'static Resource) -> Vec<Dimension> {
    let mut dimensions: Vec<Dimension> = Vec::new();
    for filter in filters(resource) {
        let dimension = match filter {
            FilterKind::Relation(relation) => Dimension {
                name: relation.name.to_owned(),
                parameters: vec![relation.name.to_owned()],
                resource: relation.resource,
                words: relation.words.iter().map(|&word| word.to_owned()).collect(),
                is_number: false,
                by: group_by::Dimension {
                    column: relation.column,
                    through: relation.through,
                    within: relation.within,
                },
            },
            FilterKind::Reference(column, target) => Dimension {
                name: include_name(column.name).to_owned(),
                parameters: vec![include_name(column.name).to_owned(), column.name.to_owned()],
                resource: Some(target),
                words: Vec::new(),
                is_number: false,
                by: group_by::Dimension {
                    within: filter.is_within(),
                    ..group_by::Dimension::own(column.name)
                },
            },
            FilterKind::Column(column, None) => {
                let words = match &column.kind {
                    Kind::Enum(words) => words.clone(),
                    Kind::Integer | Kind::Country
                        if column.name != "position" && column.name != "revision" =>
                    {
                        Vec::new()
                    }
                    _ => continue,
                };
                Dimension {
                    name: column.name.to_owned(),
                    parameters: vec![column.name.to_owned()],
                    resource: None,
                    words,
                    is_number: column.kind == Kind::Integer,
                    by: group_by::Dimension::own(column.name),
                }
            }
            FilterKind::Column(_, Some(_)) => continue,
        };
        if !dimensions.iter().any(|other| other.name == dimension.name) {
            dimensions.push(dimension);
        }
    }
    dimensions
}

/// The dimensions that a parameter names.
pub fn parse(resource: &'static Resource, value: &str) -> Result<Vec<Dimension>, Wrong> {
    let known = dimensions(resource);
    let names: Vec<&str> = known
        .iter()
        .map(|dimension| dimension.name.as_str())
        .collect();
    let mut found: Vec<Dimension> = Vec::new();
    for name in value.split(',') {
        let Some(dimension) = known.iter().find(|dimension| dimension.name == name) else {
            let hint = nearest_hint(name, &names);
            let known = listed(&names);
            let reason = format!("cannot group by `{name}`{hint}; there are {known}");
            return Err(Wrong::unknown(name, reason, hint));
        };
        if !found.iter().any(|other| other.name == name) {
            found.push(dimension.clone());
        }
    }
    Ok(found)
}

impl Dimension {
    /// Whether a parameter narrows it: its name, with an operator or without.
    pub fn is_narrowed_by(&self, parameter: &str) -> bool {
        let name = parameter.split('[').next().unwrap_or(parameter);
        self.parameters.iter().any(|other| other == name)
    }

    /// Where a value stands in the order of the values: words as documented, numbers by size.
    pub fn place(&self, value: Option<&str>) -> (bool, usize, String) {
        let word = value.and_then(|value| self.words.iter().position(|word| word == value));
        let key = crate::language::number_key(value.unwrap_or_default());
        (value.is_none(), word.unwrap_or(usize::MAX), key)
    }

    /// The names or titles of the records whose ids the values are.
    pub fn labels<'v>(
        &self,
        connection: &mut AnyConnection,
        values: impl Iterator<Item = &'v str>,
    ) -> QueryResult<HashMap<String, String>> {
        let mut labels = HashMap::new();
        let Some(resource) = self.resource.and_then(find) else {
            return Ok(labels);
        };
        let Some(label) = resource.label() else {
            return Ok(labels);
        };
        by_keys(connection, resource, "id", values, |row| {
            labels.insert(row.text("id").to_owned(), row.text(label.name).to_owned());
        })?;
        Ok(labels)
    }
}
