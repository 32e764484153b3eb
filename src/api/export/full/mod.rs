//! The whole register in one file: `/v1/dataset.zip`, `/v1/dataset.sqlite` and `/v1/dataset.xlsx`.

mod readme;
mod sqlite;
mod workbook;
mod zipped;

use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        export::{
            file_cache::Finished,
            file_head::{describe, is_compressed},
            provenance::{self, Provenance},
        },
        request::{accept::Format, parameters},
        response::{
            headers::{self, Head},
            url,
        },
        spool::{Spool, SpoolFile},
        state::State,
    },
    database::{self, AnyConnection, Caller, Work},
};

use actix_web::{HttpRequest, HttpResponse, rt::spawn, web};
use std::sync::Arc;

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

    fn build(
        self,
        connection: &mut AnyConnection,
        facts: &Provenance,
        spool: &Spool,
    ) -> Built<SpoolFile> {
        match self {
            Self::Zip => zipped::build(connection, facts, spool),
            Self::Sqlite => sqlite::build(connection, facts, spool),
            Self::Xlsx => workbook::build(connection, facts, spool),
        }
    }
}

type Built<T> = std::result::Result<T, database::Error>;

fn facts_of(register: &Register, state: &State, whole: Whole) -> Provenance {
    let address = url::address(state, &whole.path(), &[]);
    Provenance::new(register, &state.public_url, &address)
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
    let key = facts_of(&register, &state, whole).tag();
    let from = state.clone();
    // A task of its own: who goes away before the file is finished leaves it to those who ask next, and has paid.
    let build = async move { from.files.get(&key, build(from.clone(), whole)).await };
    let file = spawn(Caller::current().wait_for(build));
    let file = file
        .await
        .unwrap_or_else(|_| Err(database::Error::Cancelled.into()))?;
    let links = headers::link_header(&file.register, None, &url::cite_register(&state));
    match headers::head(&request, &file.register, file.tag.clone(), Some(links)) {
        Head::Begun(mut answer) => {
            let name = provenance::file_name("dataset", &file.register, whole.extension());
            describe(&mut answer, whole.media_type(), "attachment", &name);
            is_compressed(&mut answer);
            file.answer(answer, &state.spool)
        }
        Head::NotModified(answer) => Ok(answer),
    }
}

/// Builds the file of the register as it is, by a turn for downloads; whoever waits for that holds no turn.
async fn build(state: web::Data<State>, whole: Whole) -> Result<Arc<Finished>> {
    let turn = state.export_permits.acquire(&state.database).await?;
    let built = web::block(move || {
        let _work = Work::begin(turn.caller());
        state.database.read_here(|connection| {
            let register = Register::read(connection)?;
            let facts = facts_of(&register, &state, whole);
            let file = whole.build(connection, &facts, &state.spool)?;
            Ok((file, register))
        })
    });
    let built: Built<(SpoolFile, Register)> =
        built.await.unwrap_or(Err(database::Error::Cancelled));
    let (file, register) = built?;
    Finished::new(file, register).await
}
