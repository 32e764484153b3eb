//! Where a record comes from, and what to call it.

use crate::database::{
    AnyConnection, find,
    model::resource::{Object, Resource},
    resources::{agencies::AGENCIES, sources::SOURCES},
};
use diesel::QueryResult;
use std::fmt;

/// How far a record is followed to the one that names its document: an assignment to its measure.
const STEPS: usize = 2;

/// The columns that say what a record is called, the best first.
const LABELS: [&str; 5] = ["title", "name", "label", "text", "reason"];

/// The document that a record comes from, and the place in it.
pub struct Source {
    title: String,
    published_on: Option<String>,
    url: Option<String>,
    locator: Option<String>,
}

impl Source {
    /// The document of a record, or of the record that it belongs to; `None` where neither names one.
    pub fn of(
        connection: &mut AnyConnection,
        resource: &Resource,
        record: &Object,
    ) -> QueryResult<Option<Self>> {
        if resource.name == SOURCES.name {
            return Ok(Some(Self::new(record, None)));
        }
        let mut resource = resource;
        let mut record = record.clone();
        let locator = text(&record, "locator");
        for _ in 0..=STEPS {
            if let Some(id) = text(&record, "source_id") {
                let locator = locator.or_else(|| text(&record, "locator"));
                let source = SOURCES.store.find(connection, &id)?;
                return Ok(source.map(|source| Self::new(&source.to_object(), locator)));
            }
            match owner(connection, resource, &record)? {
                Some(owner) => (resource, record) = owner,
                None => break,
            }
        }
        Ok(None)
    }

    fn new(source: &Object, locator: Option<String>) -> Self {
        Self {
            title: text(source, "title").unwrap_or_default(),
            published_on: text(source, "published_on"),
            url: text(source, "url"),
            locator,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.title)?;
        let parts = [&self.published_on, &self.locator, &self.url];
        for part in parts.into_iter().flatten() {
            write!(to, ", {part}")?;
        }
        Ok(())
    }
}

/// What to call a record: its title, or that of the record it belongs to with who says what of it
/// and for which year; else its id.
pub fn label(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    record: &Object,
) -> QueryResult<String> {
    if let Some(own) = own_label(record) {
        return Ok(own);
    }
    let kind = capitalised(&resource.singular.replace('_', " "));
    let owner = owner(connection, resource, record)?;
    let Some(label) = owner.and_then(|(_, owner)| own_label(&owner)) else {
        return Ok(format!("{kind} {}", text(record, "id").unwrap_or_default()));
    };
    let assessor = match text(record, "assessor_id") {
        Some(id) => AGENCIES.store.find(connection, &id)?,
        None => None,
    };
    let assessor = assessor.and_then(|assessor| text(&assessor.to_object(), "name"));
    let year = record.get("year").and_then(serde_json::Value::as_i64);
    let year = year.map(|year| year.to_string());
    let said = [assessor, year, text(record, "as_written")];
    let said: Vec<String> = said.into_iter().flatten().collect();
    Ok(if said.is_empty() {
        format!("{kind}: {label}")
    } else {
        format!("{kind} ({}): {label}", said.join(", "))
    })
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn own_label(record: &Object) -> Option<String> {
    LABELS.iter().find_map(|column| text(record, column))
}

/// The record that a record belongs to: the first that it refers to.
fn owner(
    connection: &mut AnyConnection,
    resource: &Resource,
    record: &Object,
) -> QueryResult<Option<(&'static Resource, Object)>> {
    for reference in resource.references {
        let target = find(reference.resource).filter(|target| target.name != SOURCES.name);
        if let (Some(target), Some(id)) = (target, text(record, reference.column)) {
            let owner = target.store.find(connection, &id)?;
            return Ok(owner.map(|owner| (target, owner.to_object())));
        }
    }
    Ok(None)
}

fn text(record: &Object, column: &str) -> Option<String> {
    let text = record.get(column)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}
