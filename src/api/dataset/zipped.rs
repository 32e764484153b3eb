//! `dataset.zip`: the Data Package, as `aciqplan export` writes it, with a README and checksums.
//!
//! The same register gives the same bytes: entries are sorted and bear the time of the dataset.

use super::{Built, readme::readme};
use crate::{
    api::downloads::facts::Facts,
    database::{self, AnyConnection, descriptor, resource::Object},
    package,
};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};
use tempfile::{NamedTempFile, TempDir};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// Files beside those of `aciqplan export`, with their names: a page for people, CSVW metadata.
fn further_files(facts: &Facts, properties: &Object) -> Vec<(String, Vec<u8>)> {
    let mut files = package::package_metadata(properties);
    files.push(("README.md".to_owned(), readme(facts).into_bytes()));
    files
}

/// Writes the package.
pub fn build(connection: &mut AnyConnection, facts: &Facts) -> Built<NamedTempFile> {
    let folder = TempDir::new()?;
    package::write(connection, folder.path()).map_err(failed)?;
    let properties = descriptor::read(connection)?;
    for (name, bytes) in further_files(facts, &properties) {
        fs::write(folder.path().join(name), bytes)?;
    }
    let sums = checksums(folder.path())?;
    fs::write(folder.path().join("SHA256SUMS"), sums)?;
    let file = NamedTempFile::new()?;
    compress(folder.path(), facts, file.as_file()).map_err(io::Error::other)?;
    Ok(file)
}

fn failed(error: package::Error) -> database::Error {
    match error {
        package::Error::Database(error) => error,
        error => io::Error::other(error).into(),
    }
}

/// The files of a folder, sorted by their names.
fn files(folder: &Path) -> io::Result<BTreeMap<String, File>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        files.insert(name, File::open(entry.path())?);
    }
    Ok(files)
}

/// As `sha256sum` writes them.
fn checksums(folder: &Path) -> io::Result<String> {
    let sum = |(name, mut file)| {
        let mut hash = Hash(Sha256::new());
        io::copy(&mut file, &mut hash)?;
        let hash = HEXLOWER.encode(&hash.0.finalize());
        Ok(format!("{hash}  {name}\n"))
    };
    files(folder)?.into_iter().map(sum).collect()
}

struct Hash(Sha256);

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn compress(folder: &Path, facts: &Facts, output: &File) -> zip::result::ZipResult<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time(facts))
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(output);
    for (name, mut file) in files(folder)? {
        let is_large = file.metadata()?.len() >= u64::from(u32::MAX);
        zip.start_file(name, options.large_file(is_large))?;
        io::copy(&mut file, &mut zip)?;
    }
    zip.finish()?;
    Ok(())
}

/// When the dataset last changed; the earliest time of a ZIP file for an empty register.
fn time(facts: &Facts) -> DateTime {
    use chrono::{Datelike, Timelike};
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let time = facts.at.and_then(|at| {
        let year = u16::try_from(at.year()).ok()?;
        let (month, day) = (small(at.month()), small(at.day()));
        let (hour, minute, second) = (small(at.hour()), small(at.minute()), small(at.second()));
        DateTime::from_date_and_time(year, month, day, hour, minute, second).ok()
    });
    time.unwrap_or_default()
}
