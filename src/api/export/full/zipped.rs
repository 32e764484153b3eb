//! `dataset.zip`: the Data Package, as `aciqplan export` writes it, with a README and checksums.
//!
//! The same register gives the same bytes: entries are sorted and bear the time of the dataset.

use crate::{
    api::{
        export::{
            full::{Built, readme::readme},
            provenance::Provenance,
        },
        spool::{Spool, SpoolFile},
    },
    database::{self, AnyConnection, model::resource::Object, write::descriptor},
    package::{self, Target},
};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{self, Seek, SeekFrom, Write},
};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// Files beside those of `aciqplan export`, with their names: a page for people, CSVW metadata.
fn further_files(facts: &Provenance, properties: &Object) -> Vec<(String, Vec<u8>)> {
    let mut files = package::package_metadata(properties);
    files.push(("README.md".to_owned(), readme(facts).into_bytes()));
    files
}

/// Writes the package.
pub fn build(
    connection: &mut AnyConnection,
    facts: &Provenance,
    spool: &Spool,
) -> Built<SpoolFile> {
    let mut files = Parts {
        files: BTreeMap::new(),
        spool,
    };
    package::write(connection, &mut files).map_err(failed)?;
    let properties = descriptor::read(connection)?;
    for (name, bytes) in further_files(facts, &properties) {
        files.add(name, &bytes)?;
    }
    let sums = files.checksums()?;
    files.add("SHA256SUMS".to_owned(), sums.as_bytes())?;
    let mut file = spool.file()?;
    compress(files.files, facts, &mut file).map_err(io::Error::other)?;
    Ok(file)
}

fn failed(error: package::Error) -> database::Error {
    match error {
        package::Error::Database(error) => error,
        error => io::Error::other(error).into(),
    }
}

/// The files of the package, sorted by their names.
struct Parts<'s> {
    files: BTreeMap<String, SpoolFile>,
    spool: &'s Spool,
}

impl Target for Parts<'_> {
    type File = SpoolFile;

    fn create(&mut self, _: &str) -> io::Result<SpoolFile> {
        self.spool.file()
    }

    fn finish(&mut self, name: &str, file: SpoolFile) -> io::Result<()> {
        self.files.insert(name.to_owned(), file);
        Ok(())
    }
}

impl Parts<'_> {
    fn add(&mut self, name: String, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.spool.file()?;
        file.write_all(bytes)?;
        self.files.insert(name, file);
        Ok(())
    }

    /// As `sha256sum` writes them.
    fn checksums(&mut self) -> io::Result<String> {
        let sum = |(name, file): (&String, &mut SpoolFile)| {
            let mut hash = Hash(Sha256::new());
            file.rewind()?;
            io::copy(file, &mut hash)?;
            let hash = HEXLOWER.encode(&hash.0.finalize());
            Ok(format!("{hash}  {name}\n"))
        };
        self.files.iter_mut().map(sum).collect()
    }
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

fn compress(
    files: BTreeMap<String, SpoolFile>,
    facts: &Provenance,
    output: &mut SpoolFile,
) -> zip::result::ZipResult<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time(facts))
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(output);
    for (name, mut file) in files {
        let is_large = file.seek(SeekFrom::End(0))? >= u64::from(u32::MAX);
        file.rewind()?;
        zip.start_file(name, options.large_file(is_large))?;
        io::copy(&mut file, &mut zip)?;
    }
    zip.finish()?;
    Ok(())
}

/// When the dataset last changed; the earliest time of a ZIP file for an empty register.
fn time(facts: &Provenance) -> DateTime {
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
