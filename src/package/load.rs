//! Loads a package into a register: all of it, or nothing. It is checked first, and written under the lock then, so that
//! others write while it is read.

use super::{
    Class, Error, Problems,
    check::{Checked, checked},
    spool::Spool,
};
use crate::{
    database::{
        AnyConnection,
        connection::dataset_version::{self, Version},
        sql::filter::Filter,
        write::writer::{self, Counts, Writer, write},
    },
    package::{
        PackageSource,
        dry_run::{Planned, planned},
        table::Table,
    },
};

use diesel::QueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use std::{fmt, mem};

/// How to load.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'l> {
    /// Whom the revisions name; the package's own name where there is none.
    pub author: Option<&'l str>,
    /// Whether damaged values are taken as they are.
    pub accept_damage: bool,
    /// Whether nothing is written in the end.
    pub is_rehearsal: bool,
}

/// What a load did.
#[derive(Debug)]
pub struct Loaded {
    pub counts: Counts,
    /// Notices, and the damage that was accepted.
    pub problems: Problems,
    /// The first changes, where nothing is written in the end.
    pub planned: Vec<Planned>,
    /// How many changes there are beside those.
    pub more: usize,
    /// Records of the resources of the package that the register holds and the package does not.
    pub beside: Vec<Beside>,
}

/// Records that a load does nothing to.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Beside {
    pub resource: &'static str,
    pub records: usize,
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} record(s) of {} stand in the register and not in the package; nothing happens to them",
            self.records, self.resource
        )
    }
}

/// Writes what differs from the register and says how much that was.
///
/// `progress` is told how many more records are done.
pub fn load(
    files: &dyn PackageSource,
    connection: &mut AnyConnection,
    options: &Options<'_>,
    progress: &dyn Fn(u64),
) -> Result<Loaded, Error> {
    Ready::new(files, connection, *options)?.write(connection, progress)
}

/// A package that was checked beside a state of the register, and is ready to be written.
pub struct Ready<'l> {
    files: Spool<'l>,
    options: Options<'l>,
    checked: Checked,
    /// The state of the register.
    version: Option<Version>,
}

impl<'l> Ready<'l> {
    /// Reads and checks a package. Nobody waits for that, and nothing is written. What others write meanwhile is
    /// noticed before it is written.
    pub fn new(
        files: &'l dyn PackageSource,
        connection: &mut AnyConnection,
        options: Options<'l>,
    ) -> Result<Self, Error> {
        let files = Spool::new(files);
        let version = dataset_version::version(connection)?;
        let checked = options.checked(&files, connection)?;
        Ok(Self {
            files,
            options,
            checked,
            version,
        })
    }

    /// Writes it. Where others wrote since it was checked, it is checked again beside what they wrote.
    pub fn write(
        mut self,
        connection: &mut AnyConnection,
        progress: &dyn Fn(u64),
    ) -> Result<Loaded, Error> {
        let written = write(connection, |writer| {
            if dataset_version::version(writer.connection)? != self.version {
                self.checked = self.options.checked(&self.files, writer.connection)?;
            }
            let loaded = self.run(writer, progress)?;
            if self.options.is_rehearsal {
                return Err(End::Rehearsed(Box::new(loaded)));
            }
            Ok(loaded)
        });
        match written {
            Ok((loaded, _)) => Ok(loaded),
            Err(End::Rehearsed(loaded)) => Ok(*loaded),
            Err(End::Error(error)) => Err(error),
        }
    }

    fn run(&mut self, writer: &mut Writer<'_>, progress: &dyn Fn(u64)) -> Result<Loaded, Error> {
        let since = dataset_version::version(writer.connection)?.map_or(0, |(number, _)| number);
        self.put(writer, progress)?;
        let (planned, more) = if self.options.is_rehearsal {
            planned(writer.connection, since)?
        } else {
            (Vec::new(), 0)
        };
        Ok(Loaded {
            counts: writer.counts,
            problems: mem::take(&mut self.checked.found.problems),
            planned,
            more,
            beside: self.beside(writer.connection)?,
        })
    }

    /// Writes the files of the package, by their records.
    fn put(&self, writer: &mut Writer<'_>, progress: &dyn Fn(u64)) -> Result<(), Error> {
        let package = &self.checked.package;
        let name = package.properties.get("name").and_then(Json::as_str);
        let author = self.options.author.or(name).unwrap_or("load");
        author.clone_into(&mut writer.author);
        if !package.properties.is_empty() {
            writer.put_descriptor(&package.properties)?; // a file by itself has none
        }
        for table in &package.tables {
            writer.put(table.resource, || table.drafts(&self.files), progress)?;
        }
        Ok(())
    }

    /// How many records the register holds that the package does not.
    fn beside(&self, connection: &mut AnyConnection) -> QueryResult<Vec<Beside>> {
        let mut beside = Vec::new();
        for Table { resource, .. } in &self.checked.package.tables {
            let all = Filter::default();
            let held = resource.store.count(connection, &all)?;
            let held = usize::try_from(held).unwrap_or_default();
            let records = held.saturating_sub(self.checked.ids.count(resource.name));
            if records > 0 {
                let resource = resource.name;
                beside.push(Beside { resource, records });
            }
        }
        Ok(beside)
    }
}

impl Options<'_> {
    /// The package without a mistake, and without damage that is not accepted.
    fn checked(
        &self,
        files: &dyn PackageSource,
        connection: &mut AnyConnection,
    ) -> Result<Checked, Error> {
        let checked = checked(files, Some(connection))?;
        if checked.found.problems.has(Class::Damage) && !self.accept_damage {
            return Err(Error::Problems(checked.found.problems));
        }
        Ok(checked)
    }
}

/// Why the transaction of a load is rolled back.
enum End {
    Rehearsed(Box<Loaded>),
    Error(Error),
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<writer::Error> for End {
    fn from(error: writer::Error) -> Self {
        Self::Error(error.into())
    }
}

impl From<diesel::result::Error> for End {
    fn from(error: diesel::result::Error) -> Self {
        Self::Error(error.into())
    }
}
