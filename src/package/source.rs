//! Where the files of a package come from.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The files of a package, by their names; several threads read them.
pub trait PackageSource: Sync {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>>;

    /// The names of all files, sorted, where they can be told.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether the files are this program's own: nobody changes them, and they are read without waiting.
    fn are_own(&self) -> bool {
        false
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

impl PackageSource for Folder {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(open_regular(&self.0.join(name))?))
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

/// Opens a regular file: a pipe or a device may have no end, and a link may lead to a file that its owner shows
/// to nobody.
pub fn open_regular(path: &Path) -> io::Result<Steady> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        let reason = "it is a symbolic link; put the file itself in its place";
        return Err(io::Error::other(reason));
    }
    refuse_other(kind.is_file())?; // to open a device may do something
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // What has taken its place since: no link is followed, no pipe is waited for.
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    Steady::new(options.open(path)?)
}

fn refuse_other(is_file: bool) -> io::Result<()> {
    let reason = "it is no regular file";
    is_file
        .then_some(())
        .ok_or_else(|| io::Error::other(reason))
}

/// A file that must stay as it was opened until it is read: half of one state and half of another are none.
pub struct Steady {
    file: File,
    state: (u64, SystemTime),
}

impl Steady {
    fn new(file: File) -> io::Result<Self> {
        refuse_other(file.metadata()?.is_file())?;
        let state = state(&file)?;
        Ok(Self { file, state })
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.state.0
    }
}

fn state(file: &File) -> io::Result<(u64, SystemTime)> {
    let metadata = file.metadata()?;
    Ok((metadata.len(), metadata.modified()?))
}

/// For archives, which are read from their end. That is at their end too.
impl Seek for Steady {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Read for Steady {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.file.read(buffer)?;
        if size == 0 && !buffer.is_empty() && state(&self.file)? != self.state {
            let reason = "it was changed while it was read; run this again when nobody writes it";
            return Err(io::Error::other(reason));
        }
        Ok(size)
    }
}

pub const DESCRIPTOR: &str = "datapackage.json";
