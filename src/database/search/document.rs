//! The documents of the index: what is searched of a record, its own texts and those of records that it belongs to.

use crate::{
    database::{
        AnyConnection, find,
        model::resource::{Object, Resource},
        sql::filter::{Filter, Predicate, Value},
    },
    language::stands_in,
};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};

/// How many ids go into one query.
const BATCH: usize = 500;

/// The texts of a record that are searched, each with the name of the field.
pub struct Document {
    pub id: String,
    /// What weighs most.
    pub title: Vec<(&'static str, String)>,
    pub summary: Vec<(&'static str, String)>,
    pub body: Vec<(&'static str, String)>,
}

/// The documents of rows of a resource.
pub fn documents(
    connection: &mut AnyConnection,
    resource: &Resource,
    rows: &[Object],
) -> QueryResult<Vec<Document>> {
    let mut documents: Vec<Document> = rows.iter().map(|row| own(resource, row)).collect();
    match resource.name {
        "measures" => add_surroundings(connection, rows, &mut documents)?,
        "status_entries" => {
            let measures = records(connection, "measures", "id", rows, "measure_id")?;
            for (row, document) in rows.iter().zip(&mut documents) {
                for measure in measures.get(text(row, "measure_id")).into_iter().flatten() {
                    add(&mut document.title, "measure", measure, "title");
                }
            }
        }
        _ => {}
    }
    Ok(documents)
}

/// How a text of a record stands in the record's document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// By itself.
    Whole,
    /// By itself, or anywhere in another text.
    Within,
}

/// How the texts of a column stand in the documents of their records; `None` where they do not.
pub fn standing(resource: &Resource, column: &str) -> Option<Standing> {
    let texts = resource.behaviour.searched.as_ref()?;
    if texts.quoted.contains(&column) {
        return Some(Standing::Within);
    }
    let columns = [texts.title, texts.summary, texts.body].concat();
    columns.contains(&column).then_some(Standing::Whole)
}

/// Whether a quote is searched by itself: most stand in the statement of their own entry.
pub fn stands_apart(quote: &str, statement: Option<&str>) -> bool {
    !stands_in(quote, statement.unwrap_or_default())
}

fn own(resource: &Resource, row: &Object) -> Document {
    let [title, summary, body] = match &resource.behaviour.searched {
        Some(texts) => [texts.title, texts.summary, texts.body],
        None => [&[] as &[&str]; 3],
    };
    let fields = |names: &[&str]| {
        let mut fields = Vec::new();
        for name in names {
            if let Some(column) = resource.columns.iter().find(|column| column.name == *name) {
                add(&mut fields, column.name, row, column.name);
            }
        }
        fields
    };
    let mut body = fields(body);
    if stands_apart(text(row, "quote"), Some(text(row, "statement"))) {
        add(&mut body, "quote", row, "quote");
    }
    Document {
        id: text(row, "id").to_owned(),
        title: fields(title),
        summary: fields(summary),
        body,
    }
}

/// A measure is found by the titles of its sections and by the names of its bodies too.
fn add_surroundings(
    connection: &mut AnyConnection,
    rows: &[Object],
    documents: &mut [Document],
) -> QueryResult<()> {
    let sections = records(connection, "sections", "id", rows, "section_id")?;
    let inner: Vec<Object> = sections.values().flatten().cloned().collect();
    let parents = records(connection, "sections", "id", &inner, "parent_id")?;
    let assignments = records(connection, "assignments", "measure_id", rows, "id")?;
    let assigned: Vec<Object> = assignments.values().flatten().cloned().collect();
    let agencies = records(connection, "agencies", "id", &assigned, "agency_id")?;
    for (row, document) in rows.iter().zip(documents) {
        for section in sections.get(text(row, "section_id")).into_iter().flatten() {
            add(&mut document.body, "section", section, "title");
            for parent in parents
                .get(text(section, "parent_id"))
                .into_iter()
                .flatten()
            {
                add(&mut document.body, "section", parent, "title");
            }
        }
        for assignment in assignments.get(text(row, "id")).into_iter().flatten() {
            for agency in agencies
                .get(text(assignment, "agency_id"))
                .into_iter()
                .flatten()
            {
                for column in ["name", "short_name", "aliases"] {
                    add(&mut document.body, "agency", agency, column);
                }
            }
        }
    }
    Ok(())
}

/// The records whose `key` is a value of `column` in the rows, by that value.
fn records(
    connection: &mut AnyConnection,
    resource: &str,
    key: &'static str,
    rows: &[Object],
    column: &str,
) -> QueryResult<HashMap<String, Vec<Object>>> {
    let mut by_key: HashMap<String, Vec<Object>> = HashMap::new();
    let Some(resource) = find(resource) else {
        return Ok(by_key);
    };
    let ids: BTreeSet<&str> = rows
        .iter()
        .map(|row| text(row, column))
        .filter(|id| !id.is_empty())
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    for ids in ids.chunks(BATCH) {
        let values = ids.iter().map(|&id| Value::Text(id.to_owned())).collect();
        let condition = Filter::column(key, Predicate::OneOf(values));
        for row in resource.store.list(connection, &resource.all(condition))? {
            let record = row.to_object();
            by_key
                .entry(text(&record, key).to_owned())
                .or_default()
                .push(record);
        }
    }
    Ok(by_key)
}

fn add(fields: &mut Vec<(&'static str, String)>, name: &'static str, row: &Object, column: &str) {
    match &row[column] {
        Json::String(text) => fields.push((name, text.clone())),
        Json::Array(texts) => {
            let texts = texts.iter().filter_map(Json::as_str);
            fields.extend(texts.map(|text| (name, text.to_owned())));
        }
        _ => {}
    }
}

fn text<'r>(row: &'r Object, name: &str) -> &'r str {
    row.get(name).and_then(Json::as_str).unwrap_or_default()
}
