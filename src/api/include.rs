//! Related records in an answer: `include=section,assignments.agency`.

use super::error::{Code, Wrong};
use crate::database::{
    AnyConnection,
    condition::{Condition, Test, Value},
    find,
    resource::{Object, Resource, include_name},
    rules::{listed, nearest_hint},
};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How deep includes may go: `assignments.agency.parent`.
pub const MAX_DEPTH: usize = 3;
/// How many ids go into one query.
const BATCH: usize = 500;

/// What to include, and what in that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<&'static str, Tree>);

impl Tree {
    /// Reads `include=`.
    pub fn parse(resource: &'static Resource, value: &str) -> Result<Self, Wrong> {
        let mut tree = Self::default();
        for path in value.split(',') {
            let names: Vec<&str> = path.split('.').collect();
            if names.len() > MAX_DEPTH {
                let reason = format!("`{path}` goes deeper than {MAX_DEPTH}");
                return Err(Wrong::new(Code::OutOfRange, reason).of(path));
            }
            tree.grow(resource, &names)?;
        }
        Ok(tree)
    }

    fn grow(&mut self, resource: &'static Resource, names: &[&str]) -> Result<(), Wrong> {
        let Some((name, rest)) = names.split_first() else {
            return Ok(());
        };
        let includes = resource.includes();
        let Some((name, target)) = includes.iter().find(|(other, _)| other == name) else {
            let known: Vec<&str> = includes.iter().map(|(name, _)| *name).collect();
            let hint = nearest_hint(name, &known);
            let known = match known.as_slice() {
                [] => "nothing".to_owned(),
                known => listed(known),
            };
            let reason = format!(
                "{} cannot include `{name}`{hint}; there is {known}",
                resource.name
            );
            return Err(Wrong::unknown(name, reason, hint));
        };
        match find(target) {
            Some(target) => self.0.entry(name).or_default().grow(target, rest),
            None => Ok(()),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }
}

/// Puts the records that the tree names into the rows.
pub fn embed(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    rows: &mut [Object],
    tree: &Tree,
) -> QueryResult<()> {
    for (&name, rest) in &tree.0 {
        let reference = resource
            .references
            .iter()
            .find(|reference| include_name(reference.column) == name);
        if let Some(reference) = reference {
            let mut records = fetch(
                connection,
                reference.resource,
                "id",
                rows,
                reference.column,
                rest,
            )?;
            for row in rows.iter_mut() {
                let id = text(row, reference.column);
                let record = records.get_mut(id).and_then(|found| found.first().cloned());
                row.insert(name.to_owned(), record.map_or(Json::Null, Json::Object));
            }
        } else if let Some(child) = resource.children.iter().find(|child| child.name == name) {
            let mut records = fetch(connection, child.resource, child.column, rows, "id", rest)?;
            for row in rows.iter_mut() {
                let found = records.remove(text(row, "id")).unwrap_or_default();
                row.insert(
                    name.to_owned(),
                    found.into_iter().map(Json::Object).collect(),
                );
            }
        }
    }
    Ok(())
}

/// The records whose `key` is a value of `column` in the rows, by that value.
fn fetch(
    connection: &mut AnyConnection,
    resource: &str,
    key: &'static str,
    rows: &[Object],
    column: &str,
    tree: &Tree,
) -> QueryResult<HashMap<String, Vec<Object>>> {
    let Some(resource) = find(resource) else {
        return Ok(HashMap::new());
    };
    let ids: BTreeSet<&str> = rows
        .iter()
        .map(|row| text(row, column))
        .filter(|id| !id.is_empty())
        .collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut records = Vec::new();
    for ids in ids.chunks(BATCH) {
        let values = ids.iter().map(|&id| Value::Text(id.to_owned())).collect();
        let condition = Condition::column(key, Test::OneOf(values));
        let found = resource.store.list(connection, &resource.all(condition))?;
        records.extend(found.iter().map(|row| row.to_object()));
    }
    embed(connection, resource, &mut records, tree)?;
    let mut by_key: HashMap<String, Vec<Object>> = HashMap::new();
    for record in records {
        by_key
            .entry(text(&record, key).to_owned())
            .or_default()
            .push(record);
    }
    Ok(by_key)
}

fn text<'r>(row: &'r Object, name: &str) -> &'r str {
    row.get(name).and_then(Json::as_str).unwrap_or_default()
}
