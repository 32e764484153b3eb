//! What the tests share: registers on both databases, and requests to them.
#![allow(
    dead_code,
    unused_imports,
    reason = "a program that stands beside the others uses a part of it"
)]

mod packages;
mod places;
mod postgres;
mod sqlite;

use aciqplan::{
    api::State,
    database::Database,
    package::{self, PackageSource},
    server::{self, FrontState},
};
use actix_web::{
    http::{Method, StatusCode, header::HeaderMap},
    test, web,
};
use diesel::connection::SimpleConnection;
pub use packages::{Memory, refusals};
pub use places::{Content, Place};
pub use postgres::administer;
use serde_json::Value as Json;
use std::{net::SocketAddr, sync::Arc};

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
    /// After `database`, so that its connections are closed before it goes.
    place: Arc<Place>,
}

/// An empty register on each database.
pub fn empty() -> Vec<Register> {
    let places = Place::everywhere(Content::Tables);
    places.into_iter().map(Register::at).collect()
}

/// The embedded register on each database.
pub fn seeded() -> Vec<Register> {
    let places = Place::everywhere(Content::Seeds);
    places.into_iter().map(Register::at).collect()
}

pub fn empty_in_sqlite() -> Register {
    Register::at(Place::in_sqlite(Content::Tables))
}

pub fn seeded_in_sqlite() -> Register {
    Register::at(Place::in_sqlite(Content::Seeds))
}

/// A register with so many measures that are made up, on each database.
pub fn generated(measures: usize) -> Vec<Register> {
    let places = Place::everywhere(Content::Generated(measures));
    places.into_iter().map(Register::at).collect()
}

pub fn generated_in_sqlite(measures: usize) -> Register {
    Register::at(Place::in_sqlite(Content::Generated(measures)))
}

/// The embedded register in PostgreSQL; where there is none, `None`, and a word that the test is skipped.
pub fn seeded_in_postgres() -> Option<Register> {
    let place = Place::in_postgres(Content::Seeds);
    if place.is_none() {
        places::tell_skipped();
    }
    place.map(Register::at)
}

/// Two registers of one kind, in SQLite and in PostgreSQL; where one database is missing, `None`, and a word that the
/// test is skipped.
pub fn pair(registers: Vec<Register>) -> Option<[Register; 2]> {
    let pair = registers.try_into().ok();
    if pair.is_none() {
        places::tell_skipped();
    }
    pair
}

impl Register {
    fn at(place: Place) -> Self {
        Self {
            name: place.name,
            database: Database::open(&place.url, 4).unwrap(),
            url: place.url.clone(),
            contact: None,
            front: web::Data::default(),
            peer: None,
            place: Arc::new(place),
        }
    }

    /// The same register behind another front.
    pub fn behind(&self, front: web::Data<FrontState>) -> Self {
        Self {
            name: self.name,
            url: self.url.clone(),
            database: self.database.clone(),
            contact: self.contact.clone(),
            front,
            peer: self.peer,
            place: self.place.clone(),
        }
    }

    /// The URL, for connections to PostgreSQL that have these settings.
    pub fn url_with(&self, settings: &[&str]) -> String {
        let options = settings.iter();
        let options = options.map(|setting| format!("-c%20{}", setting.replace('=', "%3D")));
        let options: Vec<String> = options.collect();
        format!("{}?options={}", self.url, options.join("%20"))
    }

    /// What a statement does that no service sends.
    pub fn execute(&self, statement: &str) {
        let mut connection = self.database.connection().unwrap();
        connection.batch_execute(statement).unwrap();
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
