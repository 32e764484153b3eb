//! The index writer: adds documents to the full-text index of either engine, and takes them out.

use crate::database::{
    AnyConnection,
    schema::{search_documents, search_words},
    search::{
        analyzer::{Analyzer, GAP, TokenStream},
        document::Document,
        truncate::bounded,
    },
    sql::bulk_insert::{self, SqlValue, Table, Type},
};
use diesel::{
    connection::SimpleConnection,
    dsl::max,
    prelude::*,
    sql_types::{Array, BigInt, Text},
};
use std::collections::BTreeSet;

/// The words of records in their order, and FTS5's index of them.
static DOCUMENTS: Table = Table::new(
    "search_documents",
    &[
        ("number", Type::Integer),
        ("resource", Type::Text),
        ("record_id", Type::Text),
        ("title", Type::Text),
        ("summary", Type::Text),
        ("body", Type::Text),
    ],
);
static INDEX: Table = Table::new(
    "search_index",
    &[
        ("rowid", Type::Integer),
        ("resource", Type::Text),
        ("stems", Type::Text),
        ("words", Type::Text),
    ],
);

/// How many bytes FTS5 collects before it writes; one MiB by default. It has fewer segments to merge so.
const COLLECTED: usize = 8 << 20;

/// What is found of a record.
pub struct Entry {
    id: String,
    /// The words of title, summary and body.
    words: [String; 3],
    /// The stems of all, and the words that are not their own stems.
    stems: String,
    forms: String,
}

impl Entry {
    /// What is found of a record by its title, summary and body.
    fn new(id: String, fields: [TokenStream; 3]) -> Self {
        let (stems, forms) = bounded(TokenStream::joined(&fields));
        let words = fields.map(|field| field.words);
        Self {
            id,
            words,
            stems,
            forms,
        }
    }

    pub fn of(document: &Document, analyst: &mut Analyzer) -> Self {
        let fields = [&document.title, &document.summary, &document.body];
        let fields = fields.map(|texts| {
            let texts = texts.iter().map(|(_, text)| analyst.text(text));
            TokenStream::joined(&texts.collect::<Vec<_>>())
        });
        Self::new(document.id.clone(), fields)
    }
}

pub struct Indexer<'c> {
    pub connection: &'c mut AnyConnection,
    last: i64,
}

impl<'c> Indexer<'c> {
    pub fn new(connection: &'c mut AnyConnection) -> QueryResult<Self> {
        let last: Option<i64> = search_documents::table
            .select(max(search_documents::number))
            .first(connection)?;
        Ok(Self {
            connection,
            last: last.unwrap_or(0),
        })
    }

    /// Takes so many numbers, and gives the first.
    fn reserve(&mut self, count: usize) -> i64 {
        let first = self.last + 1;
        self.last += i64::try_from(count).unwrap_or(i64::MAX);
        first
    }

    /// Takes everything out. Numbers go on: whoever remembers records by theirs finds no others there.
    pub fn clear(&mut self) -> QueryResult<()> {
        match self.connection {
            AnyConnection::Sqlite(sqlite) => sqlite.batch_execute(&format!(
                "INSERT INTO search_index (search_index) VALUES ('delete-all');
                 INSERT INTO search_index (search_index, rank) VALUES ('hashsize', {COLLECTED})"
            ))?,
            AnyConnection::Postgres(postgres) => {
                postgres.batch_execute("DELETE FROM search_index")?;
            }
        }
        let rest = "DELETE FROM search_documents; DELETE FROM search_words";
        self.connection.batch_execute(rest)
    }

    pub fn delete(&mut self, resource: &str, ids: &[&String]) -> QueryResult<()> {
        let numbers: Vec<i64> = search_documents::table
            .filter(search_documents::resource.eq(resource))
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

    pub fn insert(&mut self, resource: &str, entries: &[Entry]) -> QueryResult<()> {
        let first = self.reserve(entries.len());
        insert_texts(self.connection, first, resource, entries)?;
        insert_documents(self.connection, first, resource, entries)
    }

    /// Notes the words that were not known.
    pub fn finish(self, analyst: &Analyzer) -> QueryResult<()> {
        let mut words: Vec<(&String, &String)> = analyst.stems.iter().collect();
        words.sort();
        let row = |(word, stem): &(&String, &String)| {
            let (word, stem) = ((*word).clone(), (*stem).clone());
            (search_words::word.eq(word), search_words::stem.eq(stem))
        };
        for words in words.chunks(500) {
            let rows = words.iter().map(row);
            match self.connection {
                AnyConnection::Sqlite(sqlite) => {
                    for row in rows {
                        diesel::insert_or_ignore_into(search_words::table)
                            .values(row)
                            .execute(sqlite)?;
                    }
                }
                AnyConnection::Postgres(postgres) => {
                    diesel::insert_into(search_words::table)
                        .values(rows.collect::<Vec<_>>())
                        .on_conflict_do_nothing()
                        .execute(postgres)?;
                }
            }
        }
        Ok(())
    }
}

/// Writes entries into the index, numbered from the first.
fn insert_texts(
    connection: &mut AnyConnection,
    first: i64,
    resource: &str,
    entries: &[Entry],
) -> QueryResult<()> {
    if let AnyConnection::Postgres(postgres) = connection {
        let numbers: Vec<i64> = (first..).take(entries.len()).collect();
        let vectors = entries.iter().map(|entry| vector(resource, entry));
        let insert = "INSERT INTO search_index (number, vector) \
            SELECT number, CAST(vector AS TSVECTOR) FROM UNNEST($1, $2) AS new (number, vector)";
        return diesel::sql_query(insert)
            .bind::<Array<BigInt>, _>(numbers)
            .bind::<Array<Text>, _>(vectors.collect::<Vec<_>>())
            .execute(postgres)
            .map(drop);
    }
    let rows = entries.iter().zip(first..).map(|(entry, number)| {
        vec![
            SqlValue::Integer(number),
            SqlValue::Text(resource),
            SqlValue::Text(&entry.stems),
            SqlValue::Text(&entry.forms),
        ]
    });
    bulk_insert::insert::<Entry>(connection, &INDEX, rows)
}

/// Writes what the index does not keep: the words in their order.
fn insert_documents(
    connection: &mut AnyConnection,
    first: i64,
    resource: &str,
    entries: &[Entry],
) -> QueryResult<()> {
    let rows = entries.iter().zip(first..).map(|(entry, number)| {
        let [title, summary, body] = &entry.words;
        vec![
            SqlValue::Integer(number),
            SqlValue::Text(resource),
            SqlValue::Text(&entry.id),
            SqlValue::Text(title),
            SqlValue::Text(summary),
            SqlValue::Text(body),
        ]
    });
    bulk_insert::insert::<search_documents::table>(connection, &DOCUMENTS, rows)
}

/// The stems with their places, the resource behind a `#`, and the other forms behind a `=`.
fn vector(resource: &str, text: &Entry) -> String {
    let mut vector = vec![format!("'#{resource}'")];
    // A place is at most 16,383 there. Words behind it share it, beside none.
    let place = |place: usize| if place < 16_381 { place + 1 } else { 16_383 };
    let stems = text.stems.split(' ').enumerate();
    let stems = stems.filter(|(_, stem)| !stem.is_empty() && *stem != GAP);
    vector.extend(stems.map(|(at, stem)| format!("'{stem}':{}", place(at))));
    let forms = text.forms.split(' ').filter(|form| !form.is_empty());
    let forms: BTreeSet<&str> = forms.collect();
    vector.extend(forms.into_iter().map(|form| format!("'={form}'")));
    vector.join(" ")
}
