//! Copies of files of `SQLite`, whose bytes are kept in memory so that nothing stays behind a process.

use super::places::{Content, Templates};
use diesel::connection::SimpleConnection;
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;

static FILES: Templates<Arc<[u8]>> = Templates::new();

/// Puts a file with that content there; none, where it has none.
pub fn copy(content: Content, path: &Path) {
    if content != Content::Nothing {
        let file = FILES.get(content, || made(content));
        fs::write(path, &file).unwrap();
    }
}

fn made(content: Content) -> Arc<[u8]> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("template.sqlite");
    let database = content.fill(&format!("sqlite://{}", path.display()));
    // What was written stands in the log beside the file until then.
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    let mut connection = database.connection().unwrap();
    connection.batch_execute(checkpoint).unwrap();
    let log = path.with_extension("sqlite-wal");
    assert_eq!(fs::metadata(log).unwrap().len(), 0, "the file is whole");
    fs::read(path).unwrap().into()
}
