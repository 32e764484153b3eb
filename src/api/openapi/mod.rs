//! The OpenAPI document: schemas from the types that are sent, parameters from the tables that read them.
//!
//! The service gives it at `/openapi.json`, and the command `openapi` prints it.

mod discovery;
pub mod document;
mod files;
mod headers;
mod operation;
mod operations;
mod parameters;
mod schemas;
pub mod served;
