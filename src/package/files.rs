//! Where the files of a package come from.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::PathBuf,
};

/// The files of a package, by their names; several threads read them.
pub trait Files: Sync {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>>;
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
        Ok(Box::new(BufReader::new(File::open(self.0.join(name))?)))
    }
}
