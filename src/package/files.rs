//! Where the files of a package come from.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// The files of a package, by their names; several threads read them.
pub trait Files: Sync {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>>;

    /// The names of all files, sorted, where they can be told.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Whether a path is the name of a file beside the descriptor.
pub fn is_file_name(path: &str) -> bool {
    !path.is_empty() && !path.contains(['/', '\\', ':', '\0']) && path != "." && path != ".."
}

/// The files of a folder, or of the folder of the `datapackage.json` that was named.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let mut path = path.into();
        if path
            .file_name()
            .is_some_and(|name| name == "datapackage.json")
        {
            path.pop();
        }
        Self(path)
    }
}

impl Files for Folder {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        open_regular(&self.0.join(name))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort_unstable();
        names
    }
}

/// Opens a file that has an end: a pipe or a device may have none.
pub fn open_regular<'f>(path: &Path) -> io::Result<Box<dyn Read + 'f>> {
    if fs::metadata(path)?.is_file() {
        Ok(Box::new(File::open(path)?))
    } else {
        Err(io::Error::other("it is no regular file"))
    }
}
