//! The filters that each resource takes.

use crate::{
    api::{
        error::WrongParameter,
        request::{conventions, parameters::unknown},
    },
    database::model::resource::{Column, Kind, Relation, Resource, include_name},
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
        Kind::Enum(_) | Kind::Country => vec![Operator::Ne],
        Kind::Integer | Kind::Date | Kind::Timestamp => vec![
            Operator::Ne,
            Operator::Gte,
            Operator::Lte,
            Operator::Gt,
            Operator::Lt,
        ],
        Kind::TextList => vec![Operator::Contains],
    };
    if column.nullable {
        operators.push(Operator::Missing);
    }
    operators
}

/// A filter that a resource takes.
#[derive(Clone, Copy)]
pub enum FilterKind {
    Column(&'static Column, Option<Operator>),
    /// The id of a record that a column refers to, by the name without `_id`.
    Reference(&'static Column, &'static str),
    Relation(&'static Relation),
}

impl FilterKind {
    pub fn name(self) -> String {
        match self {
            Self::Column(column, None) => column.name.to_owned(),
            Self::Column(column, Some(operator)) => format!("{}[{}]", column.name, operator.name()),
            Self::Reference(column, _) => include_name(column.name).to_owned(),
            Self::Relation(relation) => relation.name.to_owned(),
        }
    }

    /// Whether the sections below a section count too.
    pub fn is_within(self) -> bool {
        match self {
            Self::Reference(column, target) => target == "sections" && column.name != "parent_id",
            Self::Relation(relation) => relation.within,
            Self::Column(..) => false,
        }
    }
}

/// Every filter that a resource takes.
pub fn filters(resource: &'static Resource) -> Vec<FilterKind> {
    let mut filters: Vec<FilterKind> = resource
        .relations
        .iter()
        .map(FilterKind::Relation)
        .collect();
    for column in resource.columns.iter() {
        let name = include_name(column.name);
        if let (Some(target), true) = (column.resource, name != column.name) {
            filters.push(FilterKind::Reference(column, target));
        }
    }
    for column in resource.columns.iter() {
        if column.kind != Kind::TextList {
            filters.push(FilterKind::Column(column, None));
        }
        let with_operator = |operator| FilterKind::Column(column, Some(operator));
        filters.extend(operators(column).into_iter().map(with_operator));
    }
    filters
}

/// Says what was meant by a parameter that is no filter of a list, nor anything else that it takes.
pub fn unknown_filter(name: &str, value: &str, known: &[String]) -> WrongParameter {
    if let Some(instead) = conventions::instead(name, value, known) {
        return instead.of(name);
    }
    let short: Vec<&String> = known.iter().filter(|name| !name.contains('[')).collect();
    unknown(name, &short)
}
