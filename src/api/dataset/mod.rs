//! The whole register in one file: `/v1/dataset.zip`, `/v1/dataset.sqlite` and `/v1/dataset.xlsx`.

mod readme;
mod sqlite;
mod workbook;
mod zipped;

use super::{
    Error, Result, State,
    answer::{self, Head},
    downloads::{
        body::FileBody,
        describe,
        facts::{self, Facts},
        is_compressed,
    },
    formats::Format,
    parameters,
    register::Register,
};
use crate::database::{self, AnyConnection};
use actix_web::{HttpRequest, HttpResponse, http::header::EntityTag, web};
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio::sync::Mutex;

/// A file that holds the whole register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// The Data Package.
    Zip,
    Sqlite,
    Xlsx,
}

pub const WHOLES: [Whole; 3] = [Whole::Zip, Whole::Sqlite, Whole::Xlsx];

impl Whole {
    pub fn extension(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Sqlite => "sqlite",
            Self::Xlsx => "xlsx",
        }
    }

    pub fn path(self) -> String {
        format!("/v1/dataset.{}", self.extension())
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Zip => "application/zip",
            Self::Sqlite => "application/vnd.sqlite3",
            Self::Xlsx => Format::Xlsx.media_type(),
        }
    }

    /// What it is, in few words.
    pub fn short(self) -> &'static str {
        match self {
            Self::Zip => "the Data Package, with a CSV file for each list",
            Self::Sqlite => "a database for Datasette, DB Browser, Python, R",
            Self::Xlsx => "an Excel workbook with a sheet for each list",
        }
    }

    /// What it is, for clients.
    pub fn about(self) -> &'static str {
        match self {
            Self::Zip => {
                "The Data Package: one CSV a resource, `datapackage.json` with the columns and how they \
                 relate, a README and checksums. What `aciqplan load` reads."
            }
            Self::Sqlite => {
                "A SQLite file: one table a resource with primary and foreign keys, full-text search \
                 over the original texts (`measures_fts` and others), and a table `about`. Datasette \
                 opens it as it is."
            }
            Self::Xlsx => {
                "A workbook: one sheet a resource, and a sheet About with licence, version and citation."
            }
        }
    }

    fn build(self, connection: &mut AnyConnection, facts: &Facts) -> Built<NamedTempFile> {
        match self {
            Self::Zip => zipped::build(connection, facts),
            Self::Sqlite => sqlite::build(connection, facts),
            Self::Xlsx => workbook::build(connection, facts),
        }
    }
}

type Built<T> = std::result::Result<T, database::Error>;

/// The files as they were last built, each kept until the register changes.
#[derive(Default)]
pub struct Kept([Arc<Mutex<Option<Arc<Edition>>>>; WHOLES.len()]);

/// A file as it was built of one state of the register.
struct Edition {
    register: Register,
    tag: String,
    file: NamedTempFile,
}

impl Edition {
    /// The file of the register as it is: the last one, where that still is of it.
    fn read(last: Option<&Arc<Self>>, state: &State, whole: Whole) -> Built<Arc<Self>> {
        state.database.read_here(|connection| {
            let register = Register::read(connection)?;
            let facts = facts_of(&register, state, whole);
            let tag = facts.tag();
            if let Some(last) = last.filter(|last| last.tag == tag) {
                return Ok(last.clone());
            }
            let file = whole.build(connection, &facts)?;
            Ok(Arc::new(Self {
                register,
                tag,
                file,
            }))
        })
    }
}

/// The file of the register as it is, or as it was when its tag was made.
///
/// Who asks while it is built waits for it, and only then for a permit to read: those who wait would hold all
/// permits, and nobody could read anything else.
async fn edition(state: web::Data<State>, whole: Whole, tag: &str) -> Result<Arc<Edition>> {
    let place = Arc::clone(&state.kept.0[whole as usize]);
    let mut place = place.lock_owned().await;
    if let Some(last) = place.as_ref().filter(|last| last.tag == tag) {
        return Ok(last.clone());
    }
    let turn = state.database.turn().await?.unmeasured();
    // The place goes with the thread: it builds on where the client goes away.
    let built = web::block(move || {
        let _turn = turn;
        let edition = Edition::read(place.as_ref(), &state, whole)?;
        *place = Some(edition.clone());
        Ok(edition)
    });
    let built = built.await;
    Ok(built.unwrap_or(Err(database::Error::Cancelled))?)
}

fn facts_of(register: &Register, state: &State, whole: Whole) -> Facts {
    let address = answer::address(state, &whole.path(), &[]);
    Facts::new(register, &state.public_url, &address)
}

/// Gives the whole register as a file.
pub async fn get(
    whole: Whole,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let given = parameters::decode(request.query_string()).map_err(Error::BadParameter)?;
    if let Some((name, _)) = given.first() {
        let wrong = parameters::unknown::<&str>(name, &[]);
        return Err(Error::BadParameter(vec![wrong]));
    }
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let tag = facts_of(&register, &state, whole).tag();
    let weak = EntityTag::new_weak(tag.clone());
    let links = answer::link_header(&register, None, &answer::cite_register(&state));
    if let Head::NotModified(answer) = answer::head(&request, &register, weak, Some(links.clone()))
    {
        return Ok(answer);
    }
    let edition = edition(state, whole, &tag).await?;
    let body = edition.file.reopen().and_then(FileBody::new);
    let body = body.map_err(facts::failed)?;
    match answer::head(
        &request,
        &edition.register,
        EntityTag::new_weak(edition.tag.clone()),
        Some(links),
    ) {
        Head::Begun(mut answer) => {
            let name = facts::file_name("dataset", &edition.register, whole.extension());
            describe(&mut answer, whole.media_type(), "attachment", &name);
            if whole != Whole::Sqlite {
                is_compressed(&mut answer);
            }
            Ok(answer.body(body))
        }
        Head::NotModified(answer) => Ok(answer),
    }
}
