//! The parameters that filter a list, each from its column or relation.

use crate::{
    api::{
        openapi::{
            parameters::{
                parameter,
                values::{country, id, of_filter, piece, single, truth, values, word},
            },
            schemas,
        },
        request::filters::{FilterKind, Operator},
    },
    database::model::resource::{Column, Kind, Relation, Resource},
};

use serde_json::Value as Json;

pub fn filter_parameter(resource: &'static Resource, filter: FilterKind) -> Json {
    let name = filter.name();
    match filter {
        FilterKind::Column(column, operator) => column_parameter(resource, column, operator, &name),
        FilterKind::Reference(column, target) => {
            let below = if target == "sections" {
                ", with their subsections"
            } else {
                ""
            };
            let about = format!(
                "Only records whose `{}` is one of these{below}: ids of `{target}`, separated by commas.",
                column.name
            );
            parameter(&name, &about, values(&id()), example_id(target))
        }
        FilterKind::Relation(relation) => relation_parameter(relation),
    }
}

fn example_id(resource: &str) -> Option<&'static str> {
    let example = crate::database::find(resource)?.example;
    (!example.is_empty()).then_some(example)
}

fn relation_parameter(relation: &Relation) -> Json {
    let (items, example) = match relation.resource {
        Some(resource) => (id(), example_id(resource)),
        None if relation.words.is_empty() => (country(), Some("AZ")),
        None => {
            let words = schemas::vocabulary_of(relation.words);
            let words = words.unwrap_or_else(|| word(relation.words));
            (words, Some(relation.words[0]))
        }
    };
    let about = format!("{} Several are separated by commas.", relation.about);
    parameter(relation.name, &about, values(&items), example)
}

fn column_parameter(
    resource: &'static Resource,
    column: &'static Column,
    operator: Option<Operator>,
    name: &str,
) -> Json {
    let (about, schema) = match operator {
        None if column.is_free_text() => (
            "Only records with this value: one, commas and all.",
            of_filter(resource, column),
        ),
        None => (
            "Only records with this value, or one of several separated by commas.",
            of_filter(resource, column),
        ),
        Some(Operator::Ne) => (
            "Only records without this value, or without any of several separated by commas.",
            of_filter(resource, column),
        ),
        Some(Operator::Gte) => ("At least this value.", single(resource, column)),
        Some(Operator::Lte) => ("At most this value.", single(resource, column)),
        Some(Operator::Gt) => ("More than this value.", single(resource, column)),
        Some(Operator::Lt) => ("Less than this value.", single(resource, column)),
        Some(Operator::Contains) => (
            "Contains this text, commas and all, whatever the case and the diacritics.",
            piece(),
        ),
        Some(Operator::Prefix) => (
            "Begins with this text, commas and all, whatever the case and the diacritics.",
            piece(),
        ),
        Some(Operator::Missing) => (
            "`true`: only records without a value; `false`: only those with one.",
            truth(),
        ),
    };
    let what = match (column.name, operator) {
        ("id", None | Some(Operator::Ne)) => format!("Ids of `{}`.", resource.name),
        _ => column.about.replace('\n', " "),
    };
    let example = example(resource, column, operator);
    parameter(name, &format!("{about} {what}"), schema, example.as_deref())
}

/// A value that the filter takes; `None` where the register has none to show.
fn example(
    resource: &Resource,
    column: &'static Column,
    operator: Option<Operator>,
) -> Option<String> {
    let of_column = || match (&column.kind, column.name) {
        (Kind::Enum(words), _) => words.first().cloned(),
        (Kind::Id, "id") => example_id(resource.name).map(str::to_owned),
        (Kind::Id, _) => column.resource.and_then(example_id).map(str::to_owned),
        (Kind::Timestamp, _) => Some("2026-11-21T08:00:00Z".to_owned()),
        _ => column.example.as_ref().map(|example| match example {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }),
    };
    match operator {
        Some(Operator::Contains) => Some("seffaf".to_owned()),
        Some(Operator::Prefix) => Some("aciq".to_owned()),
        Some(Operator::Missing) => Some("false".to_owned()),
        _ => of_column(),
    }
}
