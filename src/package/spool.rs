//! A spool: the files of a package, each copied when it is read first. `load` reads through it, so that what was
//! checked is what is written, and nobody who writes waits for the place that the package comes from.

use crate::package::PackageSource;
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The files of a package, and the copies of those that were read.
pub struct Spool<'f> {
    files: &'f dyn PackageSource,
    copies: Mutex<HashMap<String, Copy>>,
}

/// A file without a name, in the folder for temporary files; gone with the program.
type Copy = Arc<Mutex<File>>;

impl<'f> Spool<'f> {
    pub fn new(files: &'f dyn PackageSource) -> Self {
        let copies = Mutex::default();
        Self { files, copies }
    }

    /// The copy of a file, made where there is none.
    fn copy(&self, name: &str) -> io::Result<Copy> {
        let mut copies = locked(&self.copies);
        if let Some(copy) = copies.get(name) {
            return Ok(copy.clone());
        }
        let mut source = self.files.open(name)?;
        let failed = |error: io::Error| {
            let folder = tempfile::env::temp_dir();
            let reason = format!("it cannot be copied to {}: {error}", folder.display());
            io::Error::new(error.kind(), reason)
        };
        let mut file = tempfile::tempfile().map_err(failed)?;
        io::copy(&mut source, &mut file)?;
        let copy = Arc::new(Mutex::new(file));
        copies.insert(name.to_owned(), copy.clone());
        Ok(copy)
    }
}

impl PackageSource for Spool<'_> {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        if self.files.are_own() {
            return self.files.open(name);
        }
        let copy = self.copy(name)?;
        Ok(Box::new(Reader { copy, place: 0 }))
    }

    fn names(&self) -> Vec<String> {
        self.files.names()
    }
}

/// Reads a copy from its start, beside others who do.
struct Reader {
    copy: Copy,
    place: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = locked(&self.copy);
        file.seek(SeekFrom::Start(self.place))?;
        let size = file.read(buffer)?;
        self.place += size as u64;
        Ok(size)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
