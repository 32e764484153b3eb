//! A package in a zip archive, as `/v1/dataset.zip` is one: unpacked into a folder that goes with it.

use super::{
    DESCRIPTOR, Files, Folder,
    files::{Steady, is_file_name, open_regular},
};
use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};
use tempfile::TempDir;
use zip::ZipArchive;

/// How large the files may be in all: any archive may hold so much, and one beyond it so many times its size.
const ANY: u64 = 64 << 20;
const RATIO: u64 = 200;
const MOST: u64 = 16 << 30;
/// The most entries.
const MAX_ENTRIES: usize = 10_000;

/// The files of an archive.
pub struct Archive {
    folder: Folder,
    /// Gone with the archive.
    _unpacked: TempDir,
}

impl Archive {
    /// Unpacks the files that stand beside the descriptor, which stands at the root or in one folder.
    pub fn unpack(path: &Path) -> io::Result<Self> {
        let file = open_regular(path)?;
        let mut left = (RATIO * file.size()).clamp(ANY, MOST);
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| refused(&error))?;
        if archive.len() > MAX_ENTRIES {
            return Err(io::Error::other(format!(
                "has more than {MAX_ENTRIES} entries"
            )));
        }
        let folder = folder(&archive)?;
        let unpacked = TempDir::new()?;
        for number in 0..archive.len() {
            let entry = archive.by_index(number).map_err(|error| refused(&error))?;
            let name = entry
                .name()
                .map_err(|error| refused(&error))?
                .replace('\\', "/");
            let Some(name) = name.strip_prefix(&folder).filter(|name| is_file_name(name)) else {
                continue;
            };
            if entry.is_symlink() {
                return Err(io::Error::other(format!(
                    "holds the symbolic link `{name}`; put the file itself in its place"
                )));
            }
            if entry.is_file() {
                let mut output = File::create(unpacked.path().join(name))?;
                let size = io::copy(&mut entry.take(left + 1), &mut output)?;
                left = left.checked_sub(size).ok_or_else(|| {
                    let reason =
                        "holds far more than an archive of its size does: unpack it by hand";
                    io::Error::other(reason)
                })?;
            }
        }
        Ok(Self {
            folder: Folder::new(unpacked.path()),
            _unpacked: unpacked,
        })
    }
}

impl Files for Archive {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        self.folder.open(name)
    }

    fn names(&self) -> Vec<String> {
        self.folder.names()
    }

    fn are_own(&self) -> bool {
        true
    }
}

/// What the names of the files of the package begin with.
fn folder(archive: &ZipArchive<BufReader<Steady>>) -> io::Result<String> {
    let mut folders = Vec::new();
    for name in archive.file_names() {
        let name = name.map_err(|error| refused(&error))?.replace('\\', "/");
        if let Some(folder) = name.strip_suffix(DESCRIPTOR)
            && (folder.is_empty() || folder.find('/') == Some(folder.len() - 1))
        {
            folders.push(folder.to_owned());
        }
    }
    match folders.len() {
        1 => Ok(folders.remove(0)),
        0 => Err(io::Error::other(format!(
            "holds no {DESCRIPTOR}, neither at its root nor in a folder of it"
        ))),
        more => Err(io::Error::other(format!(
            "holds {more} packages: unpack it, and give the folder of one"
        ))),
    }
}

fn refused(error: &zip::result::ZipError) -> io::Error {
    io::Error::other(format!("cannot be unpacked: {error}"))
}
