//! Databases for the tests: each test has its own, a copy of one that was made once for its process, gone with the
//! test. A copy takes milliseconds where a load takes seconds, and what is gone fills no disk.

use super::{postgres, sqlite};
use aciqplan::{
    database::Database,
    generate::generate,
    package::{self, Folder, Options, PackageSource, Seeds},
};
use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
};
use tempfile::TempDir;

/// What a database holds at first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    Nothing,
    /// The tables, without a record.
    Tables,
    Seeds,
    /// So many measures that are made up, and what belongs to them.
    Generated(usize),
}

impl Content {
    /// Makes the tables in an empty database and loads the records.
    pub fn fill(self, url: &str) -> Database {
        let database = Database::open(url, 1).unwrap();
        let load = |files: &dyn PackageSource| {
            let mut connection = database.connection().unwrap();
            package::load(files, &mut connection, &Options::default(), &|_| {}).unwrap();
        };
        match self {
            Self::Nothing | Self::Tables => {}
            Self::Seeds => load(&Seeds),
            Self::Generated(measures) => {
                let folder = TempDir::new().unwrap();
                generate(measures, 1, folder.path()).unwrap();
                load(&Folder::new(folder.path()));
            }
        }
        database
    }
}

/// What is copied, of each content made once, by the first who asks for it.
pub struct Templates<T>(Mutex<BTreeMap<Content, Arc<OnceLock<T>>>>);

impl<T: Clone> Templates<T> {
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    pub fn get(&self, content: Content, make: impl FnOnce() -> T) -> T {
        let mut templates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let template = templates.entry(content).or_default().clone();
        drop(templates); // others may ask for another one meanwhile
        template.get_or_init(make).clone()
    }
}

/// Where a register is, or may be made.
pub struct Place {
    pub name: &'static str,
    pub url: String,
    /// Where the file is, and anything that goes with the test.
    pub folder: TempDir,
    /// The name of the database on a server.
    database: Option<String>,
}

impl Place {
    pub fn everywhere(content: Content) -> Vec<Self> {
        let places = [Some(Self::in_sqlite(content)), Self::in_postgres(content)];
        places.into_iter().flatten().collect()
    }

    pub fn in_sqlite(content: Content) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("register.sqlite");
        sqlite::copy(content, &path);
        Self {
            name: "SQLite",
            url: format!("sqlite://{}", path.display()),
            folder,
            database: None,
        }
    }

    /// `None` where no server is given.
    pub fn in_postgres(content: Content) -> Option<Self> {
        let (database, url) = postgres::copy(content)?;
        Some(Self {
            name: "PostgreSQL",
            url,
            folder: TempDir::new().unwrap(),
            database: Some(database),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(database) = &self.database {
            postgres::remove(database);
        }
    }
}

/// Says past the harness, which keeps what a test prints that does not fail, that the test at hand is skipped.
/// `tests/run` sets the variable, and fails where it finds the word all the same.
pub fn tell_skipped() {
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    let told = format!("skipped, as ACIQPLAN_TEST_POSTGRES names no server: {test}\n");
    io::stderr().write_all(told.as_bytes()).unwrap();
}
