//! A package in a zip archive, as `/v1/dataset.zip` is one: unpacked into a folder that goes with it.
//!
//! `source` opens it. Of an archive that may be read in two ways, or is damaged, nothing is taken.

use super::Folder;
use crate::package::{
    PackageSource,
    source::{DESCRIPTOR, Steady, is_file_name, open_regular},
};

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
};
use tempfile::TempDir;
use zip::{ZipArchive, result::ZipError};

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
        let mut archive =
            ZipArchive::new(BufReader::new(file)).map_err(|error| refused("", &error))?;
        if archive.len() > MAX_ENTRIES {
            return Err(io::Error::other(format!(
                "has more than {MAX_ENTRIES} entries"
            )));
        }
        let folder = folder(&archive)?;
        refuse_repeated(
            &directory(path, archive.central_directory_start())?,
            &folder,
        )?;
        let names: Vec<String> = archive.file_names_raw().map(slashed).collect();
        let unpacked = TempDir::new()?;
        for (number, name) in names.iter().enumerate() {
            let Some(name) = own_name(name, &folder) else {
                continue;
            };
            let entry = archive.by_index(number);
            let entry = entry.map_err(|error| refused(name, &error))?;
            if entry.is_symlink() {
                return Err(io::Error::other(format!(
                    "holds the symbolic link `{name}`; put the file itself in its place"
                )));
            }
            if entry.is_file() {
                let mut output = File::create(unpacked.path().join(name))?;
                let size = io::copy(&mut entry.take(left + 1), &mut output)
                    .map_err(|error| unpacking(name, error))?;
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

impl PackageSource for Archive {
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

/// The length of an entry of the central directory before its name, and what each begins with (APPNOTE 4.3.12).
const ENTRY: usize = 46;
const ENTRY_SIGNATURE: &[u8] = b"PK\x01\x02";

/// The names in the central directory, also those that stand there twice: of these `ZipArchive` keeps the last.
fn directory(path: &Path, start: u64) -> io::Result<Vec<String>> {
    let mut input = BufReader::new(open_regular(path)?);
    input.seek(SeekFrom::Start(start))?;
    let (mut entry, mut names) = ([0; ENTRY], Vec::new());
    while input.read_exact(&mut entry).is_ok() && entry.starts_with(ENTRY_SIGNATURE) {
        let length = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
        let mut name = vec![0; usize::from(length(28))];
        input.read_exact(&mut name)?;
        input.seek_relative(i64::from(length(30)) + i64::from(length(32)))?;
        names.push(slashed(&name));
    }
    Ok(names)
}

/// Refuses two files of one name: which of them is meant nobody knows.
fn refuse_repeated(names: &[String], folder: &str) -> io::Result<()> {
    let mut seen = HashSet::new();
    let mut own = names.iter().filter_map(|name| own_name(name, folder));
    match own.find(|name| !seen.insert(*name)) {
        Some(name) => Err(io::Error::other(format!(
            "holds `{name}` twice: unpack it, keep the right one, and give the folder"
        ))),
        None => Ok(()),
    }
}

/// A name with slashes between its parts, as some programs write backslashes.
fn slashed(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace('\\', "/")
}

/// The name of a file beside the descriptor; nothing of any other.
fn own_name<'n>(name: &'n str, folder: &str) -> Option<&'n str> {
    let name = name.strip_prefix(folder);
    name.filter(|name| is_file_name(name))
}

/// What the names of the files of the package begin with.
fn folder(archive: &ZipArchive<BufReader<Steady>>) -> io::Result<String> {
    let mut folders = Vec::new();
    for name in archive.file_names_raw().map(slashed) {
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

/// Methods by which programs pack beside the usual one, by their numbers (APPNOTE 4.4.5).
const METHODS: [(u16, &str); 8] = [
    (6, "imploding"),
    (9, "Deflate64"),
    (12, "bzip2"),
    (14, "LZMA"),
    (93, "Zstandard"),
    (95, "XZ"),
    (98, "PPMd"),
    (99, "AES encryption"),
];

/// What is wrong with an archive or with one of its files, and what to do.
fn refused(name: &str, error: &ZipError) -> io::Error {
    let reason = match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            "a password locks it; unpack it, and give the folder".to_owned()
        }
        ZipError::CompressionMethodNotSupported(number) => {
            let mut methods = METHODS.iter();
            let method = methods.find(|(other, _)| other == number);
            let method = method.map_or_else(
                || format!("method {number}"),
                |(_, name)| (*name).to_owned(),
            );
            format!(
                "it is packed by {method}; pack it by the usual method (Deflate), or unpack it and give the folder"
            )
        }
        ZipError::UnsupportedArchive(reason) => {
            format!("{reason}; unpack it, and give the folder")
        }
        other => format!("{other}; {DAMAGED}"),
    };
    told(name, &reason)
}

/// That a file does not come out whole. What the system says, of a full disk for example, is not the archive's fault.
fn unpacking(name: &str, error: io::Error) -> io::Error {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    match (error.raw_os_error(), cause) {
        (Some(_), _) => error,
        (None, Some(cause)) => refused(name, cause),
        (None, None) => told(name, &format!("{error}; {DAMAGED}")),
    }
}

const DAMAGED: &str = "the archive is damaged: download it or pack it once more";

fn told(name: &str, reason: &str) -> io::Error {
    let name = match name {
        "" => String::new(),
        name => format!("`{name}` "),
    };
    io::Error::other(format!("{name}cannot be unpacked: {reason}"))
}
