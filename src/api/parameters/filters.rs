//! The filters that each resource takes.

use super::unknown;
use crate::{
    api::error::WrongParameter,
    database::{
        resource::{Column, Kind, Relation, Resource, include_name},
        rules::{listed, nearest_hint},
    },
};

/// An operator in `column[operator]=value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Gte,
    Lte,
    Gt,
    Lt,
    Ne,
    Contains,
    Prefix,
    Missing,
}

impl Operator {
    pub fn name(self) -> &'static str {
        match self {
            Self::Gte => "gte",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Lt => "lt",
            Self::Ne => "ne",
            Self::Contains => "contains",
            Self::Prefix => "prefix",
            Self::Missing => "missing",
        }
    }
}

/// The operators that make sense for a column.
pub fn operators(column: &Column) -> Vec<Operator> {
    let mut operators = match column.kind {
        Kind::Id => vec![Operator::Ne, Operator::Prefix],
        Kind::Text => vec![Operator::Contains, Operator::Prefix],
        Kind::Words(_) | Kind::Country => vec![Operator::Ne],
        Kind::Integer | Kind::Date | Kind::Moment => vec![
            Operator::Ne,
            Operator::Gte,
            Operator::Lte,
            Operator::Gt,
            Operator::Lt,
        ],
        Kind::List => vec![Operator::Contains],
    };
    if column.nullable {
        operators.push(Operator::Missing);
    }
    operators
}

/// A filter that a resource takes.
#[derive(Clone, Copy)]
pub enum Filter {
    Column(&'static Column, Option<Operator>),
    /// The id of a record that a column refers to, by the name without `_id`.
    Reference(&'static Column, &'static str),
    Relation(&'static Relation),
}

impl Filter {
    pub fn name(self) -> String {
        match self {
            Self::Column(column, None) => column.name.to_owned(),
            Self::Column(column, Some(operator)) => format!("{}[{}]", column.name, operator.name()),
            Self::Reference(column, _) => include_name(column.name).to_owned(),
            Self::Relation(relation) => relation.name.to_owned(),
        }
    }
}

/// Every filter that a resource takes.
pub fn filters(resource: &'static Resource) -> Vec<Filter> {
    let mut filters: Vec<Filter> = resource.relations.iter().map(Filter::Relation).collect();
    for column in resource.columns.iter() {
        let name = include_name(column.name);
        if let (Some(target), true) = (column.resource, name != column.name) {
            filters.push(Filter::Reference(column, target));
        }
    }
    for column in resource.columns.iter() {
        if column.kind != Kind::List {
            filters.push(Filter::Column(column, None));
        }
        let with_operator = |operator| Filter::Column(column, Some(operator));
        filters.extend(operators(column).into_iter().map(with_operator));
    }
    filters
}

/// `year[gt]` of a column without that operator is told its operators.
pub fn unknown_filter(resource: &'static Resource, name: &str, known: &[String]) -> WrongParameter {
    let column = name
        .split_once('[')
        .and_then(|(column, _)| resource.columns.iter().find(|other| other.name == column));
    match column {
        Some(column) => {
            let names: Vec<&str> = operators(column)
                .iter()
                .map(|operator| operator.name())
                .collect();
            let reason = format!(
                "is no parameter; the operators of `{}` are {}",
                column.name,
                listed(&names)
            );
            WrongParameter::new(name, reason)
        }
        None if nearest_hint(name, known).is_empty() => {
            let short: Vec<&String> = known.iter().filter(|name| !name.contains('[')).collect();
            unknown(name, &short)
        }
        None => {
            let operator = name.split_once('[').map(|(_, operator)| operator);
            let alike = |known: &&String| known.split_once('[').map(|(_, other)| other) == operator;
            let alike: Vec<&String> = known.iter().filter(alike).collect();
            unknown(name, &alike)
        }
    }
}
