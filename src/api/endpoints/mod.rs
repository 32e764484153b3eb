//! The endpoint table: every path once, with its handler, its documentation and who finds it where.
//!
//! Routes, the labels of metrics, the OpenAPI document, the sitemap, descriptions and snapshots are made from it.
//! `server` configures its application with them.

mod directory;
mod endpoint;
mod negotiated;
mod paths;
mod route;
mod routes;
mod table;

pub use directory::directory;
pub use paths::document_text;
pub use route::Route;
pub use routes::{no_such_path, operations, routes};
