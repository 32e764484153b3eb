//! `dataset.sqlite`: a plain file for Datasette, DB Browser, Python, R …

use crate::{
    api::{
        export::{full::Built, provenance::Provenance},
        spool::{Spool, SpoolFile},
    },
    database::{
        AnyConnection, Error, RESOURCES, know_as_read, know_fold,
        model::resource::{Column, Kind, Object, Resource},
        query::batches::for_each_record,
    },
};
use diesel::{
    connection::SimpleConnection, prelude::*, result::Error as QueryError, sql_types::Text,
};
use serde_json::{Value as Json, json};
use std::{fmt::Write, fs::File, io};
use tempfile::NamedTempFile;

/// Writes the file.
pub fn build(
    connection: &mut AnyConnection,
    facts: &Provenance,
    spool: &Spool,
) -> Built<SpoolFile> {
    let mut room = spool.reserve();
    room.reach(1)?;
    let (file, mut output) = open()?;
    know_fold(&mut output)?;
    know_as_read(&mut output)?;
    // Nobody else sees the file before it is whole, so nothing need be kept safe. Of an empty file the journal is empty.
    output.batch_execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN")?;
    for resource in RESOURCES {
        output.batch_execute(&table(resource))?;
        let insert = insert(resource);
        for_each_record::<Error>(connection, resource, |records| {
            room.reach(length(&file)?)?;
            Ok(fill(&mut output, &insert, records)?)
        })?;
        output.batch_execute(&indexes(resource))?;
    }
    about(&mut output, facts)?;
    for resource in RESOURCES {
        let columns = resource.behaviour.full_text;
        if !columns.is_empty() {
            room.reach(length(&file)?)?;
            output.batch_execute(&search(resource.name, columns))?;
        }
    }
    output.batch_execute("COMMIT")?;
    room.reach(2 * length(&file)?)?;
    let copy = NamedTempFile::new()?;
    diesel::sql_query("VACUUM INTO ?")
        .bind::<Text, _>(copy.path().to_string_lossy())
        .execute(&mut output)?;
    Ok(SpoolFile::adopt(copy.into_file(), room)?)
}

/// A file that loses its name as soon as SQLite, which asks for one, has it open.
fn open() -> Built<(File, SqliteConnection)> {
    let file = NamedTempFile::new()?;
    let connection = SqliteConnection::establish(&file.path().to_string_lossy());
    let connection = connection.map_err(|error| Error::Connection(error.into()))?;
    Ok((file.into_file(), connection))
}

fn length(file: &File) -> io::Result<u64> {
    Ok(file.metadata()?.len())
}

/// Records go in as JSON, a batch in one statement; what SQLite makes of its values are the columns.
fn fill(
    output: &mut SqliteConnection,
    insert: &str,
    records: Vec<Object>,
) -> Result<(), QueryError> {
    let records: Json = records.into_iter().map(Json::Object).collect();
    diesel::sql_query(insert)
        .bind::<Text, _>(records.to_string())
        .execute(output)?;
    Ok(())
}

fn insert(resource: &Resource) -> String {
    let values = resource.columns.iter();
    let values: Vec<String> = values
        .map(|column| format!("value ->> '$.{}'", column.name))
        .collect();
    let values = values.join(", ");
    let name = resource.name;
    format!("INSERT INTO \"{name}\" SELECT {values} FROM json_each(?)")
}

fn table(resource: &Resource) -> String {
    let columns: Vec<String> = resource.columns.iter().map(column).collect();
    let columns = columns.join(",\n    ");
    format!("CREATE TABLE \"{}\" (\n    {columns}\n)", resource.name)
}

fn column(column: &Column) -> String {
    let kind = match column.kind {
        Kind::Integer => "INTEGER",
        Kind::Id
        | Kind::Text
        | Kind::Country
        | Kind::Enum(_)
        | Kind::Date
        | Kind::Timestamp
        | Kind::TextList => "TEXT",
    };
    let mut text = format!("\"{}\" {kind}", column.name);
    if !column.nullable {
        text += " NOT NULL";
    }
    if column.name == "id" {
        text += " PRIMARY KEY";
    }
    if let Some(target) = column.resource {
        let _ = write!(text, " REFERENCES \"{target}\" (\"id\")");
    }
    text
}

fn indexes(resource: &Resource) -> String {
    let name = resource.name;
    let indexes = resource.references.iter().map(|reference| {
        let column = reference.column;
        format!("CREATE INDEX \"{name}_by_{column}\" ON \"{name}\" (\"{column}\");\n")
    });
    indexes.collect()
}

/// An index over the texts of a table, which Datasette knows by `content=`: folded, as the service folds them,
/// so that `dovlet` finds `dövlət`; then as they stand, where that is another text, so that `dövlət` does too; then
/// as they read, where they are spelt with other letters for ə or with what nobody sees. The tokenizer of SQLite
/// cannot fold what is asked, so a question that is spelt so itself finds only what is spelt alike.
fn search(resource: &str, columns: &[&str]) -> String {
    let texts = columns.iter().map(|column| {
        format!(
            "CASE WHEN fold({column}) = lower({column}) THEN {column} ELSE fold({column}) || ' ' || {column} || \
             CASE WHEN as_read({column}) = {column} THEN '' ELSE ' ' || as_read({column}) END END"
        )
    });
    let texts = texts.collect::<Vec<_>>().join(", ");
    let columns = columns.join(", ");
    let name = format!("{resource}_fts");
    format!(
        "CREATE VIRTUAL TABLE \"{name}\" USING fts5({columns}, tokenize='unicode61', content=\"{resource}\");
         INSERT INTO \"{name}\" (rowid, {columns}) SELECT rowid, {texts} FROM \"{resource}\";
         INSERT INTO \"{name}\" (\"{name}\") VALUES ('optimize');"
    )
}

fn about(output: &mut SqliteConnection, facts: &Provenance) -> Result<(), QueryError> {
    output.batch_execute(
        "CREATE TABLE about (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    )?;
    let facts = facts.all.iter();
    let facts: Json = facts
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    diesel::sql_query(
        "INSERT INTO about SELECT value ->> '$.name', value ->> '$.value' FROM json_each(?)",
    )
    .bind::<Text, _>(facts.to_string())
    .execute(output)?;
    Ok(())
}
