//! TODO

pub mod admission;
pub mod any;
pub mod availability;
pub mod bulkhead;
pub mod caller;
pub mod change_watcher;
pub mod deadline;
pub mod failure_kind;
pub mod migrations;
pub mod pool;
pub mod redact;
pub mod register_file;
pub mod statement_cache;
pub mod url;
pub mod write_lock;
