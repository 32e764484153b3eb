//! Incremental indexing: brings the index up to date with the records that a write changed, or has it rebuilt where
//! they are many.

use crate::database::{
    AnyConnection, find,
    model::{
        change_set::ChangeSet,
        resource::{Object, SearchedIn},
    },
    search::{
        analyzer::Analyzer,
        document::documents,
        index_version,
        index_writer::{Entry, Indexer},
        rebuild,
    },
    sql::filter::{Filter, Predicate, Value},
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// So many records depend on few changed ones at most; where more do, the whole index is made anew.
const MOST: usize = 3000;
/// How many records are indexed at a time.
const BATCH: usize = 500;

/// A changed record: its resource and id.
pub type Changed = (&'static str, String);

/// Brings the index up to date with changed records.
pub fn refresh(connection: &mut AnyConnection, changed: &ChangeSet<Changed>) -> QueryResult<()> {
    let affected = match changed {
        ChangeSet::Few(changed) if changed.is_empty() => return Ok(()),
        ChangeSet::Few(_) if !index_version::are_followed(connection)? => None,
        ChangeSet::Few(changed) => affected(connection, changed)?,
        ChangeSet::Many => None,
    };
    let Some(affected) = affected else {
        return rebuild::build(connection);
    };
    let mut indexer = Indexer::new(connection)?;
    let mut analyst = Analyzer::default();
    for (resource, ids) in affected {
        update(&mut indexer, &mut analyst, resource, &ids)?;
    }
    indexer.finish(&analyst)
}

fn update(
    indexer: &mut Indexer<'_>,
    analyst: &mut Analyzer,
    resource: &str,
    ids: &BTreeSet<String>,
) -> QueryResult<()> {
    let Some(resource) = find(resource) else {
        return Ok(());
    };
    let ids: Vec<&String> = ids.iter().collect();
    for ids in ids.chunks(BATCH) {
        indexer.delete(resource.name, ids)?;
        let values = ids.iter().map(|&id| Value::Text(id.clone())).collect();
        let condition = Filter::column("id", Predicate::OneOf(values));
        let rows = resource
            .store
            .list(indexer.connection, &resource.all(condition))?;
        let rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
        let documents = documents(indexer.connection, resource, &rows)?;
        let entries = documents
            .iter()
            .map(|document| Entry::of(document, analyst));
        indexer.insert(resource.name, &entries.collect::<Vec<_>>())?;
    }
    Ok(())
}

/// The records whose documents hold texts of the changed ones; `None` where they are many.
fn affected(
    connection: &mut AnyConnection,
    changed: &BTreeSet<Changed>,
) -> QueryResult<Option<BTreeMap<&'static str, BTreeSet<String>>>> {
    let mut affected: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for (resource, id) in changed {
        let Some(behaviour) = find(resource).map(|resource| &resource.behaviour) else {
            continue;
        };
        if behaviour.searched.is_some() {
            affected.entry(resource).or_default().insert(id.clone());
        }
        let Some(within) = &behaviour.searched_in else {
            continue;
        };
        let ids = depending(connection, within, id)?;
        affected.entry(within.resource).or_default().extend(ids);
    }
    let count: usize = affected.values().map(BTreeSet::len).sum();
    Ok((count <= MOST).then_some(affected))
}

fn depending(
    connection: &mut AnyConnection,
    within: &SearchedIn,
    id: &str,
) -> QueryResult<Vec<String>> {
    let values = vec![Value::Text(id.to_owned())];
    let mut condition = Filter::default();
    let Some(resource) = find(within.resource) else {
        return Ok(Vec::new());
    };
    let relation = resource
        .relations
        .iter()
        .find(|relation| relation.name == within.filter);
    match relation.and_then(|relation| Some((relation.through?, relation.column))) {
        Some((through, column)) => condition.add_joined(through, column, Predicate::OneOf(values)),
        None if within.filter == "section" => {
            condition.add("section_id", Predicate::Subtree(values));
        }
        None => condition.add("measure_id", Predicate::OneOf(values)),
    }
    resource
        .store
        .matching(connection, &resource.all(condition))
}
