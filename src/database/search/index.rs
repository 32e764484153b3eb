//! Keeps the index as the records are.

use super::documents::{Document, SEARCHED, documents};
use crate::{
    database::{
        AnyConnection,
        condition::{Condition, Test, Value},
        find,
        resource::{Object, Query, Resource},
        schema::{search_documents, search_words},
    },
    language::{stem::stem, words::words},
};
use diesel::{
    connection::SimpleConnection,
    dsl::max,
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::collections::{BTreeMap, BTreeSet};

/// Above so many changed records the whole index is made anew.
const FEW: usize = 300;
/// How many records are indexed at a time.
const BATCH: i64 = 500;
/// Stands between texts, so that no phrase crosses from one to the next.
const GAP: &str = "_";

/// A changed record: its resource and id.
pub type Changed = (&'static str, String);

/// Brings the index up to date with changed records.
pub fn refresh(connection: &mut AnyConnection, changed: &BTreeSet<Changed>) -> QueryResult<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let affected = if changed.len() > FEW {
        None
    } else {
        affected(connection, changed)?
    };
    let mut indexer = Indexer::new(connection)?;
    match affected {
        Some(affected) => {
            for (resource, ids) in affected {
                indexer.update(resource, &ids)?;
            }
        }
        None => indexer.rebuild()?,
    }
    indexer.finish()
}

/// The records whose documents hold texts of the changed ones; `None` where they are many.
fn affected(
    connection: &mut AnyConnection,
    changed: &BTreeSet<Changed>,
) -> QueryResult<Option<BTreeMap<&'static str, BTreeSet<String>>>> {
    let mut affected: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for (resource, id) in changed {
        if SEARCHED.contains(resource) {
            affected.entry(resource).or_default().insert(id.clone());
        }
        let filter = match *resource {
            "measures" => ("status_entries", "measure_id"),
            "sections" => ("measures", "section"),
            "agencies" => ("measures", "agency"),
            _ => continue,
        };
        let ids = depending(connection, filter, id)?;
        affected.entry(filter.0).or_default().extend(ids);
    }
    let count: usize = affected.values().map(BTreeSet::len).sum();
    Ok((count <= 10 * FEW).then_some(affected))
}

fn depending(
    connection: &mut AnyConnection,
    (resource, by): (&'static str, &str),
    id: &str,
) -> QueryResult<Vec<String>> {
    let values = vec![Value::Text(id.to_owned())];
    let mut condition = Condition::default();
    let Some(resource) = find(resource) else {
        return Ok(Vec::new());
    };
    let relation = resource
        .relations
        .iter()
        .find(|relation| relation.name == by);
    match relation.and_then(|relation| Some((relation.through?, relation.column))) {
        Some((through, column)) => condition.add_through(through, column, Test::OneOf(values)),
        None if by == "section" => condition.add("section_id", Test::Within(values)),
        None => condition.add("measure_id", Test::OneOf(values)),
    }
    resource
        .store
        .matching(connection, &resource.all(condition))
}

struct Indexer<'c> {
    connection: &'c mut AnyConnection,
    last: i64,
    words: BTreeSet<String>,
}

impl<'c> Indexer<'c> {
    fn new(connection: &'c mut AnyConnection) -> QueryResult<Self> {
        let last: Option<i64> = search_documents::table
            .select(max(search_documents::number))
            .first(connection)?;
        Ok(Self {
            connection,
            last: last.unwrap_or(0),
            words: BTreeSet::new(),
        })
    }

    fn rebuild(&mut self) -> QueryResult<()> {
        self.connection.batch_execute(
            "DELETE FROM search_index; DELETE FROM search_documents; DELETE FROM search_words",
        )?;
        self.last = 0;
        for resource in SEARCHED.into_iter().filter_map(find) {
            let mut condition = Condition::default();
            loop {
                let keys = resource.sort_keys(&[("id", false)]);
                let query = Query {
                    condition: condition.clone(),
                    limit: BATCH,
                    ..resource.ordered(keys.clone())
                };
                let rows = resource.store.list(self.connection, &query)?;
                let rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
                let Some(last) = rows.last().and_then(|row| row["id"].as_str()) else {
                    break;
                };
                condition = Condition::default();
                condition.add_beyond(&keys, vec![Some(Value::Text(last.to_owned()))], false);
                for document in documents(self.connection, resource, &rows)? {
                    self.insert(resource, &document)?;
                }
            }
        }
        Ok(())
    }

    fn update(&mut self, resource: &str, ids: &BTreeSet<String>) -> QueryResult<()> {
        let Some(resource) = find(resource) else {
            return Ok(());
        };
        let ids: Vec<&String> = ids.iter().collect();
        for ids in ids.chunks(500) {
            self.delete(resource, ids)?;
            let values = ids.iter().map(|&id| Value::Text(id.clone())).collect();
            let condition = Condition::column("id", Test::OneOf(values));
            let rows = resource
                .store
                .list(self.connection, &resource.all(condition))?;
            let rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
            for document in documents(self.connection, resource, &rows)? {
                self.insert(resource, &document)?;
            }
        }
        Ok(())
    }

    fn delete(&mut self, resource: &Resource, ids: &[&String]) -> QueryResult<()> {
        let numbers: Vec<i64> = search_documents::table
            .filter(search_documents::resource.eq(resource.name))
            .filter(search_documents::record_id.eq_any(ids))
            .select(search_documents::number)
            .load(self.connection)?;
        for number in &numbers {
            let sql = match self.connection {
                AnyConnection::Postgres(_) => "DELETE FROM search_index WHERE number = ",
                AnyConnection::Sqlite(_) => "DELETE FROM search_index WHERE rowid = ",
            };
            diesel::dsl::sql::<BigInt>(sql)
                .bind::<BigInt, _>(*number)
                .execute(self.connection)?;
        }
        diesel::delete(search_documents::table.filter(search_documents::number.eq_any(numbers)))
            .execute(self.connection)?;
        Ok(())
    }

    fn insert(&mut self, resource: &Resource, document: &Document) -> QueryResult<()> {
        self.last += 1;
        let fields = [&document.title, &document.summary, &document.body].map(|texts| {
            let texts: Vec<Vec<String>> = texts.iter().map(|(_, text)| words(text)).collect();
            texts.join(&GAP.to_owned())
        });
        diesel::insert_into(search_documents::table)
            .values((
                search_documents::number.eq(self.last),
                search_documents::resource.eq(resource.name),
                search_documents::record_id.eq(&document.id),
                search_documents::title.eq(fields[0].join(" ")),
                search_documents::summary.eq(fields[1].join(" ")),
                search_documents::body.eq(fields[2].join(" ")),
            ))
            .execute(self.connection)?;
        let words: Vec<String> = fields.join(&GAP.to_owned());
        self.insert_index(resource, &words)?;
        self.words.extend(words);
        Ok(())
    }

    fn insert_index(&mut self, resource: &Resource, words: &[String]) -> QueryResult<()> {
        let stems = words.iter().map(|word| stem(word));
        let insert = match self.connection {
            AnyConnection::Sqlite(_) => {
                let stems: Vec<String> = stems.collect();
                diesel::dsl::sql::<BigInt>(
                    "INSERT INTO search_index (rowid, resource, stems, words) VALUES (",
                )
                .bind::<BigInt, _>(self.last)
                .sql(", ")
                .bind::<Text, _>(resource.name)
                .sql(", ")
                .bind::<Text, _>(stems.join(" "))
                .sql(", ")
                .bind::<Text, _>(words.join(" "))
                .sql(")")
                .execute(self.connection)
            }
            AnyConnection::Postgres(_) => {
                let mut vector = vec![format!("'#{}'", resource.name)];
                // A place is at most 16,383 there, and words behind it share it.
                let placed = stems.enumerate().filter(|(_, stem)| stem != GAP);
                vector.extend(
                    placed.map(|(place, stem)| format!("'{stem}':{}", (place + 1).min(16_383))),
                );
                let different: BTreeSet<&String> =
                    words.iter().filter(|word| *word != GAP).collect();
                vector.extend(different.into_iter().map(|word| format!("'={word}'")));
                diesel::dsl::sql::<BigInt>("INSERT INTO search_index (number, vector) VALUES (")
                    .bind::<BigInt, _>(self.last)
                    .sql(", CAST(")
                    .bind::<Text, _>(vector.join(" "))
                    .sql(" AS TSVECTOR))")
                    .execute(self.connection)
            }
        };
        insert.map(drop)
    }

    /// Notes the words that were not known.
    fn finish(self) -> QueryResult<()> {
        let words: Vec<&String> = self.words.iter().filter(|word| *word != GAP).collect();
        for words in words.chunks(500) {
            let known: Vec<String> = search_words::table
                .filter(search_words::word.eq_any(words))
                .select(search_words::word)
                .load(self.connection)?;
            let known: BTreeSet<String> = known.into_iter().collect();
            for word in words.iter().filter(|word| !known.contains(**word)) {
                diesel::insert_into(search_words::table)
                    .values((
                        search_words::word.eq(word),
                        search_words::stem.eq(stem(word)),
                    ))
                    .execute(self.connection)?;
            }
        }
        Ok(())
    }
}
