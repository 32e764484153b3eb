//! The OpenAPI document: schemas from the types that are sent, parameters from the tables that read them.
//!
//! The service gives it at `/openapi.json`, and the command `openapi` prints it.

pub mod discovery;
pub mod document;
pub mod files;
mod headers;
pub mod operation;
pub mod operations;
mod parameters;
mod schemas;
pub mod served;
