//! What the tests share: registers on both databases, and requests to them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use aciqplan::{
    api::State,
    database::Database,
    package::{self, PackageSource, Seeds},
    server::{self, FrontState},
};
use actix_web::{
    http::{Method, StatusCode, header::HeaderMap},
    test, web,
};
use diesel::{connection::SimpleConnection, prelude::*};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    io::{self, Read},
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

pub const PUBLIC_URL: &str = "http://register.example";

/// A register of its own, gone with the test.
pub struct Register {
    pub name: &'static str,
    pub url: String,
    pub database: Database,
    /// Whom the service names as its contact.
    pub contact: Option<String>,
    /// What meets the requests.
    pub front: web::Data<FrontState>,
    /// Whom the requests come from.
    pub peer: Option<SocketAddr>,
    _folder: TempDir,
}

/// An empty register on each database.
pub fn empty() -> Vec<Register> {
    places()
        .map(|(name, url, folder)| Register {
            name,
            database: Database::open(&url, 4).unwrap(),
            url,
            contact: None,
            front: web::Data::default(),
            peer: None,
            _folder: folder,
        })
        .into()
}

/// Where a register of each database can be made: its name, its URL, and the folder that goes with the test.
pub fn places() -> [(&'static str, String, TempDir); 2] {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let sqlite = TempDir::new().unwrap();
    let sqlite_url = format!(
        "sqlite://{}",
        sqlite.path().join("register.sqlite").display()
    );
    let server = std::env::var("ACIQPLAN_TEST_POSTGRES")
        .expect("ACIQPLAN_TEST_POSTGRES names a database to test on; `tests/run` starts one");
    let schema = format!("test_{}_{number}", std::process::id());
    PgConnection::establish(&server)
        .unwrap()
        .batch_execute(&format!("CREATE SCHEMA {schema}"))
        .unwrap();
    let postgres_url = format!("{server}?options=-c%20search_path%3D{schema}");
    [
        ("SQLite", sqlite_url, sqlite),
        ("PostgreSQL", postgres_url, TempDir::new().unwrap()),
    ]
}

/// The embedded register on each database.
pub fn seeded() -> Vec<Register> {
    let registers = empty();
    for register in &registers {
        register.load(&Seeds).unwrap();
    }
    registers
}

impl Register {
    /// The same register behind another front.
    pub fn behind(&self, front: web::Data<FrontState>) -> Self {
        Self {
            name: self.name,
            url: self.url.clone(),
            database: self.database.clone(),
            contact: self.contact.clone(),
            front,
            peer: self.peer,
            _folder: TempDir::new().unwrap(),
        }
    }

    pub fn load(
        &self,
        files: &dyn PackageSource,
    ) -> Result<aciqplan::database::write::writer::Counts, package::Error> {
        self.load_with(files, &package::Options::default())
    }

    pub fn load_with(
        &self,
        files: &dyn PackageSource,
        options: &package::Options<'_>,
    ) -> Result<aciqplan::database::write::writer::Counts, package::Error> {
        let mut connection = self.database.connection().unwrap();
        let loaded = package::load(files, &mut connection, options, &|_| {})?;
        Ok(loaded.counts)
    }

    /// Makes everything that happened so far happen at one moment in the past.
    pub fn backdate(&self) {
        self.date("2020-02-27 09:00:00");
    }

    /// Makes everything that happened so far happen at one moment.
    pub fn date(&self, moment: &str) {
        let mut connection = self.database.connection().unwrap();
        for resource in aciqplan::database::RESOURCES {
            let columns = ["created_at", "updated_at"];
            let moments = columns.map(|column| format!("{column} = '{moment}'"));
            let update = format!("UPDATE {} SET {}", resource.name, moments.join(", "));
            connection.batch_execute(&update).unwrap();
        }
        let update = format!("UPDATE revisions SET at = '{moment}'");
        connection.batch_execute(&update).unwrap();
    }

    /// The answer to GET.
    pub async fn get(&self, url: &str) -> Answer {
        self.ask(Method::GET, url, &[]).await
    }

    /// The body of an answer that must be 200.
    pub async fn json(&self, url: &str) -> Json {
        let answer = self.get(url).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{} {url}: {}",
            self.name,
            answer.text()
        );
        answer.json()
    }

    /// How many records a list has.
    pub async fn total(&self, url: &str) -> Json {
        self.json(url).await["meta"]["total"].clone()
    }

    /// The ids of the records of a list.
    pub async fn ids(&self, url: &str) -> Vec<String> {
        let body = self.json(url).await;
        texts(&body["data"], "id")
    }

    pub async fn ask(&self, method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
        let state = State::new(self.database.clone(), PUBLIC_URL, self.contact.clone());
        let state = web::Data::new(state);
        let app = test::init_service(server::app(state).app_data(self.front.clone())).await;
        let url = url.replace('[', "%5B").replace(']', "%5D");
        let mut request = test::TestRequest::with_uri(&url).method(method);
        for header in headers {
            request = request.insert_header(*header);
        }
        if let Some(peer) = self.peer {
            request = request.peer_addr(peer);
        }
        let response = test::call_service(&app, request.to_request()).await;
        Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: test::read_body(response).await.to_vec(),
        }
    }
}

/// The answer to a request.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// The texts under a key of each record.
pub fn texts(records: &Json, key: &str) -> Vec<String> {
    let records = records.as_array().expect("a list");
    records
        .iter()
        .map(|record| record[key].as_str().unwrap_or("null").to_owned())
        .collect()
}

/// The path and query of an address of the service.
pub fn path_of(link: &Json) -> Option<String> {
    link.as_str().map(|link| {
        link.strip_prefix(PUBLIC_URL)
            .expect("the public address")
            .to_owned()
    })
}

/// A package in memory, made from the seeds.
#[derive(Clone, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl PackageSource for Memory {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        self.0
            .get(name)
            .map(|bytes| Box::new(bytes.as_slice()) as _)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

impl Memory {
    /// The seeds.
    pub fn seeds() -> Self {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if std::path::Path::new(&name).extension() != Some("md".as_ref()) {
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
        Self(files)
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.0[name].clone()).unwrap()
    }

    /// The package with a text in one of its files replaced, which must stand there once.
    pub fn with(mut self, name: &str, old: &str, new: &str) -> Self {
        let text = self.text(name);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {name}");
        self.0
            .insert(name.to_owned(), text.replace(old, new).into_bytes());
        self
    }

    /// The package with rows added to one of its files.
    pub fn and(mut self, name: &str, rows: &str) -> Self {
        let text = self.text(name) + rows + "\n";
        self.0.insert(name.to_owned(), text.into_bytes());
        self
    }

    /// What is wrong with the package by itself: mistakes and damage.
    pub fn problems(&self) -> Vec<String> {
        let told = self.told().into_iter();
        told.filter(|told| !told.starts_with("notice: ")).collect()
    }

    /// Everything that is told of the package by itself.
    pub fn told(&self) -> Vec<String> {
        let problems = match package::check(self, None) {
            Ok(found) => found.problems,
            Err(package::Error::Problems(problems)) => problems,
            Err(error) => panic!("{error}"),
        };
        problems.iter().map(ToString::to_string).collect()
    }
}

/// What is wrong, as a load tells it.
pub fn refusals(
    loaded: Result<aciqplan::database::write::writer::Counts, package::Error>,
) -> Vec<String> {
    match loaded {
        Err(package::Error::Problems(problems)) => {
            let told = problems.iter().map(ToString::to_string);
            told.filter(|told| !told.starts_with("notice: ")).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}
