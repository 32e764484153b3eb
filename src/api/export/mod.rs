//! Lists as files: everything that matches, in the formats of spreadsheets and data tools.
//!
//! A thread reads the rows in batches, within one state of the register. CSV and NDJSON go out as they
//! are written; XLSX and Parquet are written to a file that is kept (`file_cache`), which gives the connection to
//! the database back before a slow client has read the first byte. So are CSV and NDJSON for who asks for a part.

pub mod chunks;
mod csv;
pub mod file_cache;
pub mod file_head;
pub mod full;
pub mod list;
mod ndjson;
pub mod options;
mod parquet;
pub mod permits;
pub mod provenance;
mod reader_thread;
pub mod table;
pub mod xlsx;
