//! Connections: a pool with admission control, deadlines and cancellation, for `SQLite` and PostgreSQL alike; migrations
//! and the watcher of changes. The handle of the database is made of them.

pub mod admission;
pub mod any;
pub mod availability;
pub mod bulkhead;
pub mod caller;
pub mod change_watcher;
pub mod connector;
pub mod dataset_version;
pub mod deadline;
pub mod failure_kind;
pub mod migrations;
pub mod pool;
pub mod redact;
pub mod register_file;
pub mod sqlite;
pub mod statement_cache;
pub mod url;
pub mod write_lock;
