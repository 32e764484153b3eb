//! The file of a register in `SQLite`, told from another one that has taken its place: a program that has a file open
//! goes on with it, wherever the file is moved and whatever is put there.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The file of a register in `SQLite`; `None` for another database.
pub fn file_of(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?;
    let path = match path.strip_prefix("file:") {
        Some(uri) => uri.split_once('?').map_or(uri, |(path, _)| path),
        None => path,
    };
    Some(PathBuf::from(path))
}

/// Where the file stands, and which one it was when it was opened first.
#[derive(Debug)]
pub struct RegisterFile {
    path: PathBuf,
    first: OnceLock<Identity>,
}

/// What a file is known by on its machine: its device and its number there.
type Identity = (u64, u64);

/// That another file stands there now, or none.
#[derive(Debug, thiserror::Error)]
#[error(
    "the file {0} was moved, removed or replaced while it was open; start the service anew to read what is there now"
)]
pub struct Replaced(String);

impl RegisterFile {
    /// The file that a URL names; `None` where it names a server.
    pub fn of(url: &str) -> Option<Self> {
        let (path, first) = (file_of(url)?, OnceLock::new());
        Some(Self { path, first })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Holds what stands there now against what was met there first.
    pub fn verify(&self) -> Result<(), Replaced> {
        let Ok(now) = identity(&self.path) else {
            return Err(self.replaced());
        };
        if *self.first.get_or_init(|| now) == now {
            return Ok(());
        }
        Err(self.replaced())
    }

    /// The same for who is about to open it, perhaps as the first.
    pub fn verify_known(&self) -> Result<(), Replaced> {
        self.first.get().map_or(Ok(()), |_| self.verify())
    }

    fn replaced(&self) -> Replaced {
        Replaced(self.path.display().to_string())
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

/// Elsewhere a file that is open cannot be replaced.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Identity> {
    fs::metadata(path).map(|_| (0, 0))
}
