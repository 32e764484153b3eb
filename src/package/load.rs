//! Loads a package into a register: all of it, or nothing.

use super::{
    Class, Error, Files, Problem, Problems,
    check::{Found, Together, Wrong, checked, together_checked},
    read::{Package, Table, read},
    rehearsal::{Planned, planned},
};
use crate::database::{
    AnyConnection,
    condition::Condition,
    draft::Draft,
    revisions,
    writer::{self, Counts, Writer, write},
};
use serde::Serialize;
use serde_json::Value as Json;
use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

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
    files: &dyn Files,
    connection: &mut AnyConnection,
    options: &Options<'_>,
    progress: &dyn Fn(u64),
) -> Result<Loaded, Error> {
    let load = Load {
        files,
        options,
        progress,
    };
    let written = write(connection, |writer| {
        let loaded = load.run(writer)?;
        if options.is_rehearsal {
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

/// A package on its way, and who is told how far it is.
struct Load<'l> {
    files: &'l dyn Files,
    options: &'l Options<'l>,
    progress: &'l dyn Fn(u64),
}

impl Load<'_> {
    fn run(&self, writer: &mut Writer<'_>) -> Result<Loaded, Error> {
        let since = revisions::version(writer.connection)?.map_or(0, |(number, _)| number);
        let mut beside = Vec::new();
        let problems = if writer.is_first() {
            self.first(writer)?
        } else {
            let checked = checked(self.files, Some(writer.connection))?;
            let problems = self.accepted(checked.found.problems)?;
            let package = &checked.package;
            self.put(writer, package, |table| table.drafts(self.files))?;
            for Table { resource, .. } in &package.tables {
                let all = Condition::default();
                let held = resource.store.count(writer.connection, &all)?;
                let held = usize::try_from(held).unwrap_or_default();
                let records = held.saturating_sub(checked.ids.count(resource.name));
                if records > 0 {
                    let resource = resource.name;
                    beside.push(Beside { resource, records });
                }
            }
            problems
        };
        let (planned, more) = if self.options.is_rehearsal {
            planned(writer.connection, since)?
        } else {
            (Vec::new(), 0)
        };
        Ok(Loaded {
            counts: writer.counts,
            problems,
            planned,
            more,
            beside,
        })
    }

    /// The problems, where the package is taken with them.
    fn accepted(&self, problems: Problems) -> Result<Problems, Error> {
        let is_taken = |problem: &Problem| match problem.class {
            Class::Error => false,
            Class::Damage => self.options.accept_damage,
            Class::Notice => true,
        };
        if problems.iter().all(is_taken) {
            Ok(problems)
        } else {
            Err(Error::Problems(problems))
        }
    }

    /// Writes the package while it is checked: a register without records has no bearing on either.
    /// What is wrong undoes all of it, and then the package is read again to tell everything that is.
    fn first(&self, writer: &mut Writer<'_>) -> Result<Problems, Error> {
        self.put_checking(writer).or_else(|error| {
            let Found { problems, .. } = checked(self.files, None)?.found;
            self.accepted(problems)?;
            Err(error)
        })
    }

    /// Nothing can refer to what is withdrawn, as that is checked too.
    fn put_checking(&self, writer: &mut Writer<'_>) -> Result<Problems, Error> {
        let mut problems = Vec::new();
        let package = read(self.files, &mut problems);
        if problems.iter().any(Problem::is_error) {
            return Err(problems.into());
        }
        let mut together = Together::default();
        together.problems.extend(problems);
        let together = Mutex::new(together);
        self.put(writer, &package, |table| {
            let together = together.lock().unwrap_or_else(PoisonError::into_inner);
            let records = together_checked(table, self.files, together)?;
            Ok(records.map(|record| record.map_err(Error::from)))
        })?;
        let together = together.into_inner();
        let together = together.unwrap_or_else(PoisonError::into_inner);
        let register = (Some(&mut *writer.connection), true);
        let (_, problems) = together.finish(&package, self.files, register)?;
        self.accepted(problems)
    }

    /// Writes the files of the package, by their records.
    fn put<'p, I: Iterator<Item = Result<Draft, Error>>>(
        &self,
        writer: &mut Writer<'_>,
        package: &'p Package,
        records: impl Fn(&'p Table) -> Result<I, Error> + Sync,
    ) -> Result<(), Error> {
        let name = package.properties.get("name").and_then(Json::as_str);
        let author = self.options.author.or(name).unwrap_or("load");
        author.clone_into(&mut writer.author);
        if !package.properties.is_empty() {
            writer.put_descriptor(&package.properties)?; // a file by itself has none
        }
        for table in &package.tables {
            writer.put(table.resource, || records(table), self.progress)?;
        }
        Ok(())
    }
}

/// What was found is told when the package is read again.
impl From<Wrong> for Error {
    fn from(_: Wrong) -> Self {
        Self::Problems(Problems::default())
    }
}
