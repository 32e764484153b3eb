//! What clients see: routes, parameters, answers, and their documentation.

mod answer;
mod budget;
mod calendar;
mod catalog;
mod changes;
mod citation;
mod conditional;
mod contents;
mod cursor;
mod dataset;
mod dimensions;
mod discovery;
mod docs;
mod document;
mod downloads;
mod error;
mod facets;
mod feeds;
mod file_cache;
mod fixed;
mod formats;
mod health;
mod include;
mod index;
mod labels;
mod levels;
mod memory;
mod page;
mod pages;
mod parameters;
mod records;
mod register;
mod relevance;
mod scorecard;
mod search;
pub mod seldom;
pub mod singleflight;
mod spool;
mod stats;
mod view;
mod welcome;
mod words;
mod wrong;

pub use answer::ASK_AGAIN;
pub use budget::MAX_BYTES;
pub use calendar::fold as fold_line;
pub use conditional::{Unconditional, client_has};
pub use contents::{List, Records, descriptions, lists, wholes};
pub use cursor::Cursor;
pub use discovery::describedby_link;
pub use downloads::{HeadAlone, body::FileBody};
pub use error::{Error, Problem, Result};
pub use file_cache::USUAL_ROOM;
pub use formats::{ByAccept, preferences};
pub use pages::{escaped, link, list_item, page, style_hash};
pub use spool::{Sent, USUAL_SPOOL};

use crate::database::{self, Database, RESOURCES};
use actix_web::{
    HttpRequest, HttpResponse, Resource, Route,
    web::{self, ServiceConfig},
};
use chrono::{DateTime, Utc};
use formats::Format;
use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

/// The longest address that is read, in bytes.
pub const MAX_ADDRESS: usize = 16_000;
/// The most bytes that the headers of a request may have together.
pub const MAX_HEADERS: usize = 32_000;

/// How many bytes all caches take where the settings say nothing else.
pub const USUAL_CACHE: u64 = 64 << 20;

/// What every request may need.
pub struct State {
    pub database: Database,
    /// The address that clients know the service by, without a slash at its end.
    pub public_url: String,
    /// Whom to write to: a `mailto:` or `https:` URI.
    pub contact: Option<String>,
    /// Whether `/readyz` is at the same address.
    pub tells_status: bool,
    /// When the service started.
    pub started: DateTime<Utc>,
    /// Whether the service is about to stop.
    pub stopping: AtomicBool,
    turns: downloads::Turns,
    files: file_cache::FileCache,
    spool: spool::Spool,
    document: document::Served,
    memory: Arc<memory::Memory>,
    registers: Arc<register::Registers>,
    dates: conditional::Dates,
}

impl State {
    /// What requests need, to begin with.
    pub fn new(database: Database, public_url: &str, contact: Option<String>) -> Self {
        Self {
            turns: downloads::Turns::new(&database),
            files: file_cache::FileCache::new(USUAL_ROOM),
            spool: spool::Spool::new(USUAL_SPOOL),
            document: document::Served::default(),
            memory: Arc::new(memory::Memory::new(rooms(USUAL_CACHE))),
            registers: Arc::default(),
            dates: conditional::Dates::default(),
            database,
            public_url: public_url.trim_end_matches('/').to_owned(),
            contact,
            tells_status: true,
            started: Utc::now(),
            stopping: AtomicBool::new(false),
        }
    }

    /// The same, with files of at most so many bytes kept, of those that all temporary files may have.
    #[must_use]
    pub fn with_files(self, kept: u64, all: u64) -> Self {
        let files = file_cache::FileCache::new(kept);
        let spool = spool::Spool::new(all);
        Self {
            files,
            spool,
            ..self
        }
    }

    /// The same, where all caches take so many bytes at most. Those that are left to the answers of the service are
    /// told by [`bytes_for_answers`].
    #[must_use]
    pub fn with_cache(self, bytes: u64) -> Self {
        let memory = Arc::new(memory::Memory::new(rooms(bytes)));
        Self { memory, ..self }
    }

    /// How many bytes the caches take.
    pub fn cached_bytes(&self) -> u64 {
        self.memory.bytes()
    }
}

/// What is left of the bytes of all caches for those who keep whole answers: five of eight.
pub fn bytes_for_answers(bytes: u64) -> u64 {
    let memory::Rooms { counts, search } = rooms(bytes);
    bytes - counts - search
}

/// An eighth for counts, and two for the search.
fn rooms(bytes: u64) -> memory::Rooms {
    memory::Rooms {
        counts: bytes / 8,
        search: bytes / 4,
    }
}

/// Every route of the register.
pub fn routes(config: &mut ServiceConfig) {
    for resource in RESOURCES {
        let path = format!("/v1/{}", resource.path());
        let list = move |request, state| list(resource, request, state);
        let get = move |request: HttpRequest, id, state| async move {
            let extension = Path::new(request.path()).extension();
            if extension.is_none_or(|extension| extension != "json") {
                Format::choose(&request, &[Format::Json])?;
            }
            records::get(resource, request, id, state).await
        };
        let history = move |request: HttpRequest, id, state| async move {
            Format::choose(&request, &[Format::Json])?;
            records::history(resource, request, id, state).await
        };
        let stats = move |request, state| stats::get(resource, request, state);
        let scorecard = move |request: HttpRequest, id, state| async move {
            if contents::has_scorecards(resource) {
                scorecard::get(resource, request, id, state).await
            } else {
                no_such_path(request).await
            }
        };
        let cite = move |request, path, state| citation::of_record(resource, request, path, state);
        config.service(
            // one look at the path rules out all of its routes
            web::scope(&path)
                .service(reads([""], web::get().to(list)))
                .service(reads(
                    ["/stats", "/stats.{extension}"],
                    web::get().to(stats),
                ))
                .service(reads(["/{id}"], web::get().to(get))) // the most asked for
                .service(reads(["/{id}/scorecard"], web::get().to(scorecard)))
                .service(reads(["/{id}/history"], web::get().to(history)))
                .service(reads(
                    ["/{id}/citation", "/{id}/citation.{extension}"],
                    web::get().to(cite),
                )),
        );
    }
    // After all of those: a pattern is tried letter by letter.
    for resource in RESOURCES {
        let list = move |request, state| list(resource, request, state);
        let metadata = move |request, state| discovery::table_metadata(resource, request, state);
        let file = format!("/v1/{}.{{extension}}", resource.path());
        config
            .service(reads(
                [discovery::metadata_path(resource)],
                web::get().to(metadata),
            ))
            .service(reads([file], web::get().to(list)));
    }
    for whole in dataset::WHOLES {
        let get = move |request, state| dataset::get(whole, request, state);
        config.service(reads([whole.path()], web::get().to(get)));
    }
    config
        .service(reads(["/v1", "/v1/"], web::get().to(index::get)))
        .service(reads(
            ["/v1/changes", "/v1/changes.{extension}"],
            web::get().to(changes),
        ))
        .service(reads(["/v1/search"], web::get().to(search::get)))
        .service(reads(
            ["/v1/citation", "/v1/citation.{extension}"],
            web::get().to(citation::of_register),
        ))
        .service(reads(
            ["/catalog", "/catalog.{extension}"],
            web::get().to(catalog::get),
        ))
        .configure(known_places)
        .service(reads(["/openapi.json"], web::get().to(document::get)))
        .service(web::redirect("/docs", "docs/"))
        .service(reads(["/docs/{file:.*}"], web::get().to(docs::get)))
        .service(reads(["/"], web::get().to(welcome::get)))
        .service(reads(["/problems/{name}"], web::get().to(pages::problem)))
        .default_service(web::to(no_such_path));
}

/// What a supervisor and a balancer ask.
pub fn operations(config: &mut ServiceConfig) {
    config
        .service(reads(["/healthz"], web::get().to(health::is_alive)))
        .service(reads(["/readyz"], web::get().to(health::is_ready)));
}

/// What programs look for without being told where it is.
fn known_places(config: &mut ServiceConfig) {
    config
        .service(reads(
            ["/datapackage.json"],
            web::get().to(discovery::data_package),
        ))
        .service(reads(
            ["/.well-known/api-catalog"],
            web::get().to(discovery::api_catalog),
        ))
        .service(reads(
            ["/.well-known/security.txt"],
            web::get().to(discovery::security),
        ))
        .service(reads(["/robots.txt"], web::get().to(discovery::robots)))
        .service(reads(["/sitemap.xml"], web::get().to(discovery::sitemap)))
        .service(reads(["/llms.txt"], web::get().to(discovery::llms)));
}

/// A list, in the format that is asked for.
async fn list(
    resource: &'static database::resource::Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    match Format::choose(&request, &Format::of(resource))? {
        Format::Json => records::list(resource, request, state).await,
        format @ (Format::Atom | Format::Rss | Format::JsonFeed) => {
            feeds::list(resource, format, request, state).await
        }
        Format::Calendar => calendar::list(resource, request, state).await,
        format => downloads::list(resource, format, request, state).await,
    }
}

/// The changes, in the format that is asked for.
async fn changes(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    match Format::choose(&request, &Format::of_changes())? {
        Format::Json => changes::list(request, state).await,
        format => feeds::list_changes(format, request, state).await,
    }
}

/// A path that is only read: HEAD is answered as GET is, another method is refused.
pub fn reads<P: Into<String>, const N: usize>(paths: [P; N], get: Route) -> Resource {
    Resource::new(paths.map(Into::into).to_vec())
        .route(get)
        .default_service(web::to(|| async {
            Err::<&str, _>(Error::MethodNotAllowed)
        }))
}

/// A path that is none of the service.
pub async fn no_such_path(request: HttpRequest) -> Result<HttpResponse> {
    let path = request.path();
    let known: Vec<String> = RESOURCES
        .iter()
        .map(|resource| format!("/v1/{}", resource.path()))
        .chain([
            "/v1".to_owned(),
            "/v1/changes".to_owned(),
            "/docs/".to_owned(),
        ])
        .chain(dataset::WHOLES.map(dataset::Whole::path))
        .collect();
    let hint = crate::database::rules::nearest_hint(path, &known);
    Err(Error::NotFound {
        reason: format!("Nothing is at {path}{hint}"),
        suggestion: hint.meant,
    })
}

/// The OpenAPI document, as it is kept beside the code.
pub fn document_text() -> String {
    document::text()
}
