//! Where the files of a package come from.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::PathBuf,
};

/// The files of a package, by their names; several threads read them.
pub trait Files: Sync {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>>;
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
        let path = self.0.join(name);
        if !fs::metadata(&path)?.is_file() {
            return Err(io::Error::other("it is no regular file")); // a pipe or a device may never end
        }
        Ok(Box::new(File::open(path)?))
    }
}
