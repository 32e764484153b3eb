//! Server.
use crate::{config::Serve, database::Database};
pub async fn run(_database: Database, _settings: &Serve) -> std::io::Result<()> { Ok(()) }
