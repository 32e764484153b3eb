//! The parameters, each as the code that reads it takes it.

use super::{
    DEFAULT_HITS, MAX_HITS, Object, changes, dimensions,
    given::{DEFAULT_LIMIT, Filter, MAX_INTEGER, MAX_LIMIT, MAX_PAGE, MAX_TEXT, Operator, filters},
    is_searched, scorecard, searched,
};
use crate::database::{
    resource::{Column, Kind, Relation, Resource},
    vocabulary::Action,
};
use serde_json::{Value as Json, json};

const ID: &str = "[a-z0-9]([a-z0-9._-]*[a-z0-9])?";

fn parameter(name: &str, about: &str, schema: impl Into<Json>, example: Option<Json>) -> Json {
    let mut parameter = json!({
        "name": name,
        "in": "query",
        "description": about,
        "required": false,
        "schema": schema.into(),
    });
    if let Some(example) = example {
        parameter["example"] = example;
    }
    parameter
}

pub fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

/// A whole number.
fn whole(least: i64, most: Option<i64>, default: Option<i64>) -> Json {
    let mut schema = json!({ "type": "integer", "minimum": least });
    if let Some(most) = most {
        schema["maximum"] = most.into();
    }
    if let Some(default) = default {
        schema["default"] = default.into();
    }
    schema
}

/// The parameters of several operations.
pub fn shared() -> Object {
    let limit =
        format!("The most records of a page. More than {MAX_LIMIT} is read as {MAX_LIMIT}.");
    let resources = json!({ "type": "string", "enum": changes::resource_names() });
    let actions = json!({ "type": "string", "enum": changes::ACTIONS.map(Action::as_str) });
    let parameters = [
        (
            "limit",
            parameter(
                "limit",
                &limit,
                whole(1, Some(MAX_INTEGER), Some(DEFAULT_LIMIT)),
                Some(10.into()),
            ),
        ),
        (
            "cursor",
            parameter(
                "cursor",
                "Where the page starts: taken from `links.next` or `links.prev` of an answer with the same `sort`.",
                json!({ "type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$" }),
                None,
            ),
        ),
        (
            "page",
            parameter(
                "page",
                "The number of the page, instead of a cursor. Records that come or go meanwhile shift the pages.",
                whole(1, Some(MAX_PAGE), None),
                Some(1.into()),
            ),
        ),
        (
            "since",
            parameter(
                "since",
                "Only changes with a higher number: the `dataset_version` or the last `number` of an earlier answer.",
                whole(0, Some(MAX_INTEGER), Some(0)),
                Some(500.into()),
            ),
        ),
        (
            "resource",
            parameter(
                "resource",
                "Only changes of this resource.",
                resources,
                Some("measures".into()),
            ),
        ),
        (
            "action",
            parameter(
                "action",
                "Only changes of this kind.",
                actions,
                Some("created".into()),
            ),
        ),
    ];
    parameters
        .into_iter()
        .chain(of_downloads())
        .chain(of_questions())
        .chain(of_caches())
        .map(|(name, parameter)| (name.to_owned(), parameter))
        .collect()
}

/// The parameters of the search and of scorecards.
fn of_questions() -> [(&'static str, Json); 5] {
    let searched: Vec<&str> = searched().iter().map(|resource| resource.name).collect();
    [
        (
            "by",
            parameter(
                "by",
                "Group the measures by this.",
                json!({ "type": "string", "enum": scorecard::BY }),
                Some("section".into()),
            ),
        ),
        ("search_q", search_query(true)),
        (
            "search_resource",
            parameter(
                "resource",
                "Only records of these resources, separated by commas.",
                one_of(&searched.join("|")),
                Some("measures".into()),
            ),
        ),
        (
            "search_limit",
            parameter(
                "limit",
                &format!("The most hits of a page. More than {MAX_HITS} is read as {MAX_HITS}."),
                whole(1, Some(MAX_INTEGER), Some(DEFAULT_HITS)),
                Some(10.into()),
            ),
        ),
        (
            "search_page",
            parameter(
                "page",
                "The number of the page.",
                whole(1, Some(1000), Some(1)),
                Some(1.into()),
            ),
        ),
    ]
}

/// The headers by which a client says what it has.
fn of_caches() -> [(&'static str, Json); 2] {
    let header = |name: &str, about: &str, example: &str| {
        let mut header = parameter(
            name,
            about,
            json!({ "type": "string" }),
            Some(example.into()),
        );
        header["in"] = "header".into();
        header
    };
    [
        (
            "if_none_match",
            header(
                "If-None-Match",
                "The `ETag` of an earlier answer: 304 where the answer would be the same.",
                "W/\"a47cd90be488e8f3278052a86fac888e\"",
            ),
        ),
        (
            "if_modified_since",
            header(
                "If-Modified-Since",
                "The `Last-Modified` of an earlier answer: 304 where nothing has changed since.",
                "Sat, 21 Nov 2026 08:00:00 GMT",
            ),
        ),
    ]
}

/// The parameters that shape a download.
fn of_downloads() -> [(&'static str, Json); 3] {
    [
        (
            "labels",
            parameter(
                "labels",
                "`true`: after each column of ids one with the name or title of the record that it refers to, \
                 `plan_label` after `plan_id`. In every format.",
                json!({ "type": "boolean", "default": false }),
                Some(true.into()),
            ),
        ),
        (
            "bom",
            parameter(
                "bom",
                "`true`: begins with a byte order mark, which Excel tells UTF-8 by. In CSV; the other formats need none.",
                json!({ "type": "boolean", "default": false }),
                Some(true.into()),
            ),
        ),
        (
            "excel",
            parameter(
                "excel",
                "`true`: texts that start with `=`, `+`, `-`, `@`, a tab or a carriage return get an apostrophe before \
                 them, so that no spreadsheet takes them for formulas. In CSV; the other formats need none.",
                json!({ "type": "boolean", "default": false }),
                Some(true.into()),
            ),
        ),
    ]
}

/// The parameters of a list.
pub fn of_list(resource: &'static Resource) -> Vec<Json> {
    let mut parameters: Vec<Json> = filters(resource)
        .into_iter()
        .map(|filter| filter_parameter(resource, filter))
        .collect();
    if is_searched(resource) {
        parameters.push(search_query(false));
    }
    let names = dimension_names(resource);
    if !names.is_empty() {
        let example = names.split('|').next().map(Json::from);
        let about = "What to count the values of, separated by commas: names of filters. Each is counted \
                     as if it were not narrowed itself; see `meta.facets`.";
        parameters.push(parameter("facets", about, one_of(&names), example));
    }
    parameters.push(sort(resource));
    parameters.extend(of_record(resource));
    parameters.extend(
        [
            "limit",
            "cursor",
            "page",
            "labels",
            "bom",
            "excel",
            "if_none_match",
            "if_modified_since",
        ]
        .map(reference),
    );
    parameters
}

/// The words to search for.
fn search_query(required: bool) -> Json {
    let mut parameter = parameter(
        "q",
        "Words to search for, in any inflected form and without regard to case and diacritics; all \
         must be met. `\"exact phrase\"`, `-without`, `prefix*`, `OR`. The best match comes first, unless \
         more than 5000 records match.",
        json!({ "type": "string", "minLength": 1, "maxLength": 1000, "pattern": r"^[^\x00]+$" }),
        Some("qaynar xətt".into()),
    );
    parameter["required"] = required.into();
    parameter
}

/// What the records of a resource can be counted by.
pub fn dimension_names(resource: &'static Resource) -> String {
    let dimensions = dimensions(resource);
    let names: Vec<&str> = dimensions
        .iter()
        .map(|dimension| dimension.name.as_str())
        .collect();
    names.join("|")
}

/// The parameters of statistics.
pub fn of_stats(resource: &'static Resource) -> Vec<Json> {
    let names = dimension_names(resource);
    let example = names.split('|').next().map(Json::from);
    let about = "What to count the records by, separated by commas: names of filters.";
    let mut group_by = parameter("group_by", about, one_of(&names), example);
    group_by["required"] = true.into();
    let mut parameters = vec![group_by];
    parameters.extend(
        filters(resource)
            .into_iter()
            .map(|filter| filter_parameter(resource, filter)),
    );
    if is_searched(resource) {
        parameters.push(search_query(false));
    }
    parameters.extend(["bom", "excel", "if_none_match", "if_modified_since"].map(reference));
    parameters
}

/// The parameters of a record that shape it.
pub fn of_record(resource: &'static Resource) -> Vec<Json> {
    let names: Vec<&str> = resource.columns.iter().map(|column| column.name).collect();
    let example = names[..3.min(names.len())].join(",");
    let about = "The columns to give, separated by commas. The id is always given.";
    let mut parameters = vec![parameter(
        "fields",
        about,
        one_of(&names.join("|")),
        Some(example.into()),
    )];
    let includes = resource.includes();
    if let Some((first, _)) = includes.first() {
        let names: Vec<String> = includes
            .iter()
            .map(|(name, target)| with_next(name, target))
            .collect();
        let about = "Related records to embed, separated by commas; `a.b` embeds `b` in `a`.";
        let schema = one_of(&names.join("|"));
        parameters.push(parameter("include", about, schema, Some((*first).into())));
    }
    parameters
}

/// `section(\.(plan|parent))?`
fn with_next(name: &str, target: &str) -> String {
    let next = crate::database::find(target)
        .map(Resource::includes)
        .unwrap_or_default();
    let next: Vec<&str> = next.iter().map(|(name, _)| *name).collect();
    if next.is_empty() {
        name.to_owned()
    } else {
        format!(r"{name}(\.({}))?", next.join("|"))
    }
}

fn sort(resource: &'static Resource) -> Json {
    let names: Vec<&str> = resource
        .columns
        .iter()
        .filter(|column| column.sort_column.is_some())
        .map(|column| column.name)
        .collect();
    let about = format!(
        "The columns to sort by, separated by commas, each with `-` before it for the reverse. Records \
         without a value come last. By default {}.",
        resource.order.join(","),
    );
    let example = format!("-{}", resource.order[0]);
    parameter(
        "sort",
        &about,
        one_of(&format!("-?({})", names.join("|"))),
        Some(example.into()),
    )
}

/// A list of words, separated by commas.
fn one_of(word: &str) -> Json {
    json!({ "type": "string", "pattern": format!("^({word})(,({word}))*$") })
}

fn filter_parameter(resource: &'static Resource, filter: Filter) -> Json {
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
                "Only records whose `{}` is one of these{below}: ids of `{target}`.",
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
    parameter(relation.name, relation.about, schema, example)
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
        None => (
            "Only records with this value, or one of these.",
            values(column),
            example,
        ),
        Some(Operator::Ne) => (
            "Only records without this value, or without any of these.",
            values(column),
            example,
        ),
        Some(Operator::Gte) => ("At least this.", single(column), example),
        Some(Operator::Lte) => ("At most this.", single(column), example),
        Some(Operator::Gt) => ("More than this.", single(column), example),
        Some(Operator::Lt) => ("Less than this.", single(column), example),
        Some(Operator::Contains) => (
            "Contains this, whatever the case and the diacritics.",
            text(),
            Some("seffaf".into()),
        ),
        Some(Operator::Prefix) => (
            "Begins with this, whatever the case and the diacritics.",
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

fn text() -> Json {
    json!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT, "pattern": r"^[^\x00]+$" })
}

fn values(column: &Column) -> Json {
    match &column.kind {
        Kind::Words(words) => one_of(&words.join("|")),
        Kind::Id => one_of(ID),
        Kind::Integer => one_of("-?[0-9]{1,15}"),
        Kind::Country => one_of("[A-Z]{2}"),
        Kind::Text | Kind::List => text(),
        Kind::Date | Kind::Moment => single(column),
    }
}

fn single(column: &Column) -> Json {
    match column.kind {
        Kind::Integer => {
            json!({ "type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER })
        }
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Moment => json!({ "type": "string", "format": "date-time" }),
        _ => values(column),
    }
}
