//! Online backups of a register that is in use (`VACUUM INTO`). The command `backup` makes them.

use crate::database::{
    AnyConnection,
    connection::{connector::Connector, register_file::file_of, url},
    write::numbering,
};
use diesel::{RunQueryDsl, r2d2::ManageConnection, sql_query, sql_types::Text};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{} is there already; a backup replaces nothing, so give a name that is free", .0.display())]
    Exists(PathBuf),
    #[error(
        "PostgreSQL backs up its databases itself: pg_dump --format=custom --file=FILE --dbname=URL, and \
         pg_restore --dbname=URL FILE into a new database"
    )]
    Postgres,
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Database(#[from] crate::database::Error),
}

/// Writes one state of the register into a new file, whatever is read and written meanwhile, and says
/// how many bytes that are. The tables stay as they are: a later program may migrate the backup.
pub fn back_up(url: &str, file: &Path) -> Result<u64, Error> {
    url::verify(url)?;
    if file_of(url).is_none() {
        return Err(Error::Postgres);
    }
    url::verify_presence(url)?;
    if file.exists() {
        return Err(Error::Exists(file.to_owned()));
    }
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let in_file = |error| Error::File(file.to_owned(), error);
    let copy = tempfile::Builder::new()
        .prefix(".backup-")
        .suffix(".partial")
        .tempfile_in(folder)
        .map_err(in_file)?;
    copy_into(url, copy.path())?;
    finish(copy, file, folder)
}

/// `VACUUM INTO` is one read transaction. The online backup interface of `SQLite` would begin anew with
/// every load that another program commits, and might never end.
fn copy_into(url: &str, copy: &Path) -> Result<(), Error> {
    let connection = Connector::new(url).connect();
    match connection.map_err(crate::database::Error::Connection)? {
        AnyConnection::Postgres(_) => return Err(Error::Postgres),
        AnyConnection::Sqlite(mut sqlite) => sql_query("VACUUM INTO ?")
            .bind::<Text, _>(copy.to_string_lossy())
            .execute(&mut sqlite)
            .map_err(crate::database::Error::Query)?,
    };
    Ok(numbering::mark_copy(&copy.to_string_lossy())?)
}

/// Gives the copy its name only when it is whole and on the disk.
fn finish(copy: NamedTempFile, file: &Path, folder: &Path) -> Result<u64, Error> {
    let in_file = |error| Error::File(file.to_owned(), error);
    copy.as_file().sync_all().map_err(in_file)?;
    copy.persist_noclobber(file)
        .map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists(file.to_owned()),
            _ => in_file(failed.error),
        })?;
    if let Ok(folder) = File::open(folder) {
        folder.sync_all().map_err(in_file)?; // the name, too, must outlive a power cut
    }
    Ok(fs::metadata(file).map_err(in_file)?.len())
}
