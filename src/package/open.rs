//! What a path on the command line is a package by: a folder, its descriptor, an archive of it, or one file of CSV.

use crate::package::{
    Archive, Error, Folder, LoneFile, PackageSource,
    source::{DESCRIPTOR, open_regular},
};

use std::{
    io::{self, Read},
    path::Path,
};

/// What zip archives begin with, also empty ones.
const ARCHIVES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// The files behind a path. `resource` is what a file of CSV holds rows of, where neither its name nor its header
/// tells.
pub fn open(path: &Path, resource: Option<&str>) -> Result<Box<dyn PackageSource>, Error> {
    let in_file = |error| Error::File(path.display().to_string(), error);
    let is_descriptor = path.file_name().is_some_and(|name| name == DESCRIPTOR);
    if !path.exists() {
        return Err(in_file(io::Error::other("there is no such file or folder")));
    }
    if is_descriptor || path.is_dir() {
        return Ok(Box::new(Folder::new(path)));
    }
    let mut start = Vec::new();
    let read = open_regular(path).and_then(|file| file.take(4).read_to_end(&mut start));
    read.map_err(in_file)?;
    let is_named = |end: &str| {
        let extension = path.extension().unwrap_or_default();
        extension.eq_ignore_ascii_case(end)
    };
    if ["xlsx", "ods", "xls"].into_iter().any(is_named) {
        let reason = "is a workbook; save each sheet as \"CSV UTF-8 (comma delimited)\"";
        return Err(in_file(io::Error::other(reason)));
    }
    if is_named("json") {
        let reason = format!(
            "is no package; give a folder with a {DESCRIPTOR}, a zip archive of it, or a file of CSV"
        );
        return Err(in_file(io::Error::other(reason)));
    }
    if ARCHIVES.iter().any(|archive| start == *archive) {
        return Ok(Box::new(Archive::unpack(path).map_err(in_file)?));
    }
    Ok(Box::new(LoneFile::new(path, resource)?))
}
