//! The parameters that filter a list, each from its column or relation.

use super::{
    super::given::{Filter, Operator},
    parameter,
    values::{ID, one_of, single, text, values},
};
use crate::database::resource::{Column, Kind, Relation, Resource};
use serde_json::{Value as Json, json};

pub fn filter_parameter(resource: &'static Resource, filter: Filter) -> Json {
    let name = filter.name();
    match filter {
        Filter::Column(column, operator) => column_parameter(resource, column, operator, &name),
        Filter::Reference(column, target) => {
            let below = if target == "sections" {
                ", with their subsections"
            } else {
                ""
            };
            let about = format!(
                "Only records whose `{}` is one of these{below}: ids of `{target}`, separated by commas.",
                column.name
            );
            parameter(&name, &about, one_of(ID), example_id(target))
        }
        Filter::Relation(relation) => relation_parameter(relation),
    }
}

fn example_id(resource: &str) -> Option<Json> {
    let example = crate::database::find(resource)?.example;
    (!example.is_empty()).then(|| example.into())
}

fn relation_parameter(relation: &Relation) -> Json {
    let (schema, example) = match relation.resource {
        Some(resource) => (one_of(ID), example_id(resource)),
        None if relation.words.is_empty() => (one_of("[A-Z]{2}"), Some("AZ".into())),
        None => (
            one_of(&relation.words.join("|")),
            Some(relation.words[0].into()),
        ),
    };
    let about = format!("{} Several are separated by commas.", relation.about);
    parameter(relation.name, &about, schema, example)
}

fn column_parameter(
    resource: &'static Resource,
    column: &'static Column,
    operator: Option<Operator>,
    name: &str,
) -> Json {
    let example = match (&column.kind, column.name) {
        (Kind::Words(words), _) => Some(words[0].clone().into()),
        (Kind::Id, "id") => example_id(resource.name),
        (Kind::Id, _) => column.resource.and_then(example_id),
        (Kind::Moment, _) => Some("2026-11-21T08:00:00Z".into()),
        _ => column.example.clone(),
    };
    let (about, schema, example) = match operator {
        None if column.is_free_text() => (
            "Only records with this value: one, commas and all.",
            values(column),
            example,
        ),
        None => (
            "Only records with this value, or one of several separated by commas.",
            values(column),
            example,
        ),
        Some(Operator::Ne) => (
            "Only records without this value, or without any of several separated by commas.",
            values(column),
            example,
        ),
        Some(Operator::Gte) => ("At least this value.", single(column), example),
        Some(Operator::Lte) => ("At most this value.", single(column), example),
        Some(Operator::Gt) => ("More than this value.", single(column), example),
        Some(Operator::Lt) => ("Less than this value.", single(column), example),
        Some(Operator::Contains) => (
            "Contains this text, commas and all, whatever the case and the diacritics.",
            text(),
            Some("seffaf".into()),
        ),
        Some(Operator::Prefix) => (
            "Begins with this text, commas and all, whatever the case and the diacritics.",
            text(),
            Some("aciq".into()),
        ),
        Some(Operator::Missing) => (
            "`true`: only records without a value; `false`: only those with one.",
            json!({ "type": "boolean" }),
            Some(false.into()),
        ),
    };
    let is_list = schema["type"] == "string";
    let example = example.map(|example| match example {
        Json::Number(number) if is_list => number.to_string().into(),
        example => example,
    });
    let what = match (column.name, operator) {
        ("id", None | Some(Operator::Ne)) => format!("Ids of `{}`.", resource.name),
        _ => column.about.replace('\n', " "),
    };
    parameter(name, &format!("{about} {what}"), schema, example)
}
