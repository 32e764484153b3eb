//! Parquet: typed columns, compressed with zstd.

use crate::{
    api::export::{
        provenance::Provenance,
        table::{self, Column, Table},
    },
    database::model::resource::{Kind, Object},
};
use arrow_array::{
    ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    builder::{ListBuilder, StringBuilder},
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use chrono::{DateTime, NaiveDate};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::{metadata::KeyValue, properties::WriterProperties},
};
use serde_json::Value as Json;
use std::{
    collections::HashMap,
    io::{self, Write},
    sync::Arc,
};

/// Rows of a row group: what is held in memory until it is written.
const ROW_GROUP: usize = 20_000;

/// Writes Parquet.
pub struct Writer<W: Write + Send> {
    columns: Vec<Column>,
    schema: Arc<Schema>,
    output: ArrowWriter<W>,
}

impl<W: Write + Send> Writer<W> {
    pub fn new(table: Table, facts: &Provenance, output: W) -> io::Result<Self> {
        let fields = table
            .columns
            .iter()
            .map(|column| Field::new(&column.name, data_type(&column.kind), column.nullable));
        let facts = facts.all.iter();
        let facts = facts.map(|(name, fact)| ((*name).to_owned(), fact.clone()));
        // Some readers look for the facts in the schema, others in the file.
        let in_schema = facts.clone().collect::<HashMap<_, _>>();
        let in_file = facts.map(|(name, fact)| KeyValue::new(name, fact));
        let fields = fields.collect::<Vec<_>>();
        let schema = Arc::new(Schema::new_with_metadata(fields, in_schema));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .set_key_value_metadata(Some(in_file.collect()))
            .build();
        let writer = ArrowWriter::try_new(output, schema.clone(), Some(properties))?;
        Ok(Self {
            columns: table.columns,
            schema,
            output: writer,
        })
    }
}

impl<W: Write + Send> table::Writer for Writer<W> {
    fn write(&mut self, records: Vec<Object>) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let arrays = self.columns.iter().map(|column| array(column, &records));
        let batch = RecordBatch::try_new(self.schema.clone(), arrays.collect());
        self.output.write(&batch.map_err(io::Error::other)?)?;
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.output.close()?;
        Ok(())
    }
}

fn data_type(kind: &Kind) -> DataType {
    match kind {
        Kind::Id | Kind::Text | Kind::Country | Kind::Enum(_) => DataType::Utf8,
        Kind::Integer => DataType::Int64,
        Kind::Date => DataType::Date32,
        Kind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::TextList => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
    }
}

/// A column of the records.
fn array(column: &Column, records: &[Object]) -> ArrayRef {
    let values = records.iter().map(|record| &record[&column.name]);
    match column.kind {
        Kind::Id | Kind::Text | Kind::Country | Kind::Enum(_) => {
            Arc::new(values.map(Json::as_str).collect::<StringArray>())
        }
        Kind::Integer => Arc::new(values.map(Json::as_i64).collect::<Int64Array>()),
        Kind::Date => Arc::new(values.map(days).collect::<Date32Array>()),
        Kind::Timestamp => {
            let moments = values
                .map(microseconds)
                .collect::<TimestampMicrosecondArray>();
            Arc::new(moments.with_timezone("UTC"))
        }
        Kind::TextList => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for value in values {
                let texts = value.as_array().into_iter().flatten();
                texts.for_each(|text| lists.values().append_option(text.as_str()));
                lists.append(!value.is_null());
            }
            Arc::new(lists.finish())
        }
    }
}

/// Days since 1970.
fn days(value: &Json) -> Option<i32> {
    let date: NaiveDate = value.as_str()?.parse().ok()?;
    let days = date.signed_duration_since(DateTime::UNIX_EPOCH.date_naive());
    i32::try_from(days.num_days()).ok()
}

fn microseconds(value: &Json) -> Option<i64> {
    let moment = DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
    Some(moment.timestamp_micros())
}
