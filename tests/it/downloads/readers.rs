//! Downloads as readers of their formats see them.

use crate::support::Register;
use actix_web::{http::StatusCode, web::Bytes};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value as Json;
use std::{collections::BTreeMap, io::Read};

impl Register {
    /// The body of a download that must be 200.
    pub async fn download(&self, url: &str) -> Vec<u8> {
        let answer = self.get(url).await;
        assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.text());
        answer.body
    }

    pub async fn csv(&self, url: &str) -> Vec<Vec<String>> {
        rows(&self.download(url).await)
    }

    /// A CSV for Excel, which begins with a byte order mark.
    pub async fn excel(&self, url: &str, separator: u8) -> Vec<Vec<String>> {
        let bytes = self.download(url).await;
        rows_between(separator, bytes.strip_prefix(b"\xef\xbb\xbf").unwrap())
    }

    pub async fn ndjson(&self, url: &str) -> Vec<Json> {
        let body = String::from_utf8(self.download(url).await).unwrap();
        body.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The files in an XLSX or ZIP.
    pub async fn unzipped(&self, url: &str) -> BTreeMap<String, Vec<u8>> {
        unzip(self.download(url).await)
    }
}

/// The version of the register, as its answers tell it.
pub async fn version(register: &Register) -> String {
    register.json("/v1").await["meta"]["dataset_version"].to_string()
}

/// The header and the records of a CSV.
pub fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    rows_between(b',', bytes)
}

fn rows_between(separator: u8, bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .from_reader(bytes);
    let records = reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect());
    records.collect()
}

/// The files in a ZIP.
pub fn unzip(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(file.name().unwrap().into_owned(), content);
    }
    files
}

/// How often a part stands in a text.
pub fn count(text: &[u8], part: &str) -> usize {
    std::str::from_utf8(text).unwrap().matches(part).count()
}

/// The one batch of a Parquet file, and what the file says of itself.
pub fn parquet(bytes: Vec<u8>) -> (arrow_array::RecordBatch, BTreeMap<String, String>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
    let facts = builder
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .unwrap();
    let facts = facts
        .iter()
        .map(|fact| (fact.key.clone(), fact.value.clone().unwrap_or_default()));
    let facts = facts.collect();
    let mut reader = builder.with_batch_size(10_000).build().unwrap();
    let batch = reader.next().unwrap().unwrap();
    assert!(reader.next().is_none());
    (batch, facts)
}
