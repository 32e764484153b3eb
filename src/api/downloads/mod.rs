//! Lists as files: everything that matches, in the formats of spreadsheets and data tools.
//!
//! A thread reads the rows in batches, within one state of the register. CSV and NDJSON go out as they
//! are written; XLSX and Parquet are written to a file that is kept (`file_cache`), which gives the connection to
//! the database back before a slow client has read the first byte. So are CSV and NDJSON for who asks for a part.

pub mod body;
mod csv;
pub mod facts;
mod ndjson;
mod parquet;
mod source;
pub mod table;
pub mod xlsx;

use super::{
    Error, Result, State,
    answer::{self, Head},
    describedby_link,
    error::{Code, Wrong, WrongParameter},
    file_cache::Finished,
    formats::Format,
    parameters::{self, ListRequest, PAGE_PARAMETERS},
    register::Register,
    spool::Spool,
};
use crate::database::{
    Caller, Database, Share, Shares, Turn,
    resource::{Object, Resource},
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, ContentEncoding, EntityTag},
    rt::time::timeout,
    web,
};
use facts::Facts;
use source::Source;
use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};
use table::Table;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xxhash_rust::xxh3::xxh3_128;

/// How long a download waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets only so many downloads run at once that other requests find a connection, and of one client a share of these.
pub struct Turns {
    free: Arc<Semaphore>,
    most: usize,
    shares: Arc<Shares>,
}

impl Turns {
    pub fn new(database: &Database) -> Self {
        let most = half(database);
        Self {
            free: Arc::new(Semaphore::new(most)),
            most,
            shares: Arc::default(),
        }
    }

    /// Waits for a turn; a client that holds its share waits for one of its own.
    pub async fn take(&self, database: &Database) -> Result<DownloadTurn> {
        let caller = Caller::current();
        let most = u32::try_from(self.most).unwrap_or(u32::MAX);
        let shares = timeout(PATIENCE, self.shares.take(&caller, most)).await;
        let shares = shares.map_err(|_| crate::database::Error::Crowded)?;
        let turn = self.free.clone().acquire_owned();
        let turn = timeout(PATIENCE, turn).await;
        let turn = turn.ok().and_then(Result::ok);
        let turn = turn.ok_or(crate::database::Error::Busy)?;
        // The server may let in fewer connections than are asked for.
        let running = self.most - self.free.available_permits();
        if running > half(database) {
            return Err(crate::database::Error::Busy.into());
        }
        Ok(DownloadTurn {
            _of_client: shares,
            _of_downloads: turn,
            to_read: database.turn().await?.unmeasured(),
        })
    }
}

/// As many downloads as may run at once.
fn half(database: &Database) -> usize {
    (database.connections() / 2).max(1) as usize
}

/// The turn of a download, which reads as others do.
pub struct DownloadTurn {
    _of_client: Vec<Share>,
    _of_downloads: OwnedSemaphorePermit,
    to_read: Turn,
}

impl DownloadTurn {
    /// Whom the turn is for.
    pub fn caller(&self) -> &Arc<Caller> {
        self.to_read.caller()
    }
}

/// Lists the records of a resource as a file.
pub async fn list(
    resource: &'static Resource,
    format: Format,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let query = request.query_string();
    let (mut given, _) = parameters::given(query);
    let asked = ListRequest::parse_beside(of_pages(&given), resource, query);
    let asked = asked.map_err(Error::BadParameter)?;
    given.sort();
    let path = format!("/v1/{}.{}", resource.path(), format.extension());
    let address = answer::address(&state, &path, &given);
    let layout = Layout {
        format,
        table: Table::new(resource, &asked.view),
        bom: asked.bom,
        excel: asked.excel,
        lang: asked.lang.clone(),
        spool: state.spool.clone(),
    };
    let download = Download {
        resource,
        asked,
        layout,
        address,
    };
    if is_sent_finished(&request, format) {
        return download.finished(&request, &state).await;
    }
    download.streamed(&request, &state).await
}

/// Of a request: only the head of its answer is wanted.
pub struct HeadAlone;

/// Whether a file is finished before it is sent: where it cannot be otherwise, and where parts of it are wanted or
/// its length.
fn is_sent_finished(request: &HttpRequest, format: Format) -> bool {
    !matches!(format, Format::Csv | Format::Ndjson)
        || request.headers().contains_key(header::RANGE)
        || request.extensions().contains::<HeadAlone>()
}

/// A list that is asked for as a file.
struct Download {
    resource: &'static Resource,
    asked: ListRequest,
    layout: Layout,
    address: String,
}

impl Download {
    /// Sends the rows while they are read.
    async fn streamed(self, request: &HttpRequest, state: &State) -> Result<HttpResponse> {
        let head = self.head();
        let (facts, source) = self.open(state).await?;
        let mut answer = match head.begin(request, state, &source.register, facts.weak_tag()) {
            Head::Begun(answer) => answer,
            Head::NotModified(answer) => return Ok(answer),
        };
        answer.insert_header((header::ACCEPT_RANGES, "bytes"));
        Ok(answer.body(source.stream(facts).await?))
    }

    /// Sends a file that is kept, or kept from now on.
    async fn finished(self, request: &HttpRequest, state: &State) -> Result<HttpResponse> {
        let head = self.head();
        let registers = state.registers.clone();
        let register = state
            .database
            .read::<_, Error, _>(move |it| registers.read(it));
        let key = Facts::new(&register.await?, &state.public_url, &self.address).tag();
        let make = async {
            let (facts, source) = self.open(state).await?;
            let register = source.register.clone();
            Finished::new(source.file(facts).await?, register).await
        };
        let file = state.files.get(&key, make).await?;
        let tag = if head.is_text() {
            // As it is while it is streamed: who began with the one goes on with the other.
            EntityTag::new_weak(key)
        } else {
            file.tag.clone()
        };
        match head.begin(request, state, &file.register, tag) {
            Head::Begun(answer) => file.answer(answer, &state.spool),
            Head::NotModified(answer) => Ok(answer),
        }
    }

    /// Begins to read; the turn is kept until the last row is written.
    async fn open(self, state: &State) -> Result<(Facts, source::Ready)> {
        let Self {
            resource,
            asked,
            layout,
            address,
        } = self;
        let turn = state.turns.take(&state.database).await?;
        let source = Source::open(&state.database, resource, asked, layout, turn);
        let source = source.ready().await?;
        Ok((
            Facts::new(&source.register, &state.public_url, &address),
            source,
        ))
    }

    fn head(&self) -> FileHead {
        FileHead {
            resource: self.resource,
            format: self.layout.format,
        }
    }
}

/// What the head of an answer says of a list as a file.
#[derive(Clone, Copy)]
struct FileHead {
    resource: &'static Resource,
    format: Format,
}

impl FileHead {
    fn is_text(self) -> bool {
        matches!(self.format, Format::Csv | Format::Ndjson)
    }

    fn begin(
        self,
        request: &HttpRequest,
        state: &State,
        register: &Register,
        tag: EntityTag,
    ) -> Head {
        let Self { resource, format } = self;
        let mut links = answer::link_header(register, None, &answer::cite_register(state));
        if format == Format::Csv {
            // Validators of CSV on the Web look at no link behind the first.
            links = format!("{}, {links}", describedby_link(&state.public_url, resource));
        }
        let mut head = answer::head(request, register, tag, Some(links));
        if let Head::Begun(answer) = &mut head {
            let name = facts::file_name(resource.path(), register, format.extension());
            let how = if self.is_text() {
                "inline"
            } else {
                is_compressed(answer);
                "attachment"
            };
            describe(answer, content_type(format), how, &name);
        }
        head
    }
}

/// Gives a file that was made at once, of a table that is known already.
pub fn whole(
    format: Format,
    name: &str,
    body: Vec<u8>,
    request: &HttpRequest,
    register: &Register,
    state: &State,
) -> HttpResponse {
    let links = answer::link_header(register, None, &answer::cite_register(state));
    let tag = format!("{:032x}", xxh3_128(&body));
    let tag = EntityTag::new(format == Format::Csv, tag);
    let mut answer = match answer::head(request, register, tag, Some(links)) {
        Head::Begun(answer) => answer,
        Head::NotModified(answer) => return answer,
    };
    let name = facts::file_name(name, register, format.extension());
    let how = if format == Format::Csv {
        "inline"
    } else {
        is_compressed(&mut answer);
        "attachment"
    };
    describe(&mut answer, content_type(format), how, &name);
    answer.body(body)
}

/// How a file is to be written.
pub struct Layout {
    pub format: Format,
    pub table: Table,
    /// Whether a CSV begins with a byte order mark.
    pub bom: bool,
    /// Whether a CSV is as Excel reads it.
    pub excel: bool,
    /// The language of Excel's settings; that of the register where none is given.
    pub lang: Option<String>,
    /// Where it is written before it is sent.
    pub spool: Spool,
}

impl Layout {
    /// A file of rows that are known already.
    pub fn file(self, facts: &Facts, rows: Vec<Object>) -> io::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut writer = self.writer(facts, &mut file)?;
        writer.write(rows)?;
        writer.finish()?;
        Ok(file)
    }

    fn writer<'w, W: Write + Send>(
        self,
        facts: &Facts,
        target: &'w mut W,
    ) -> io::Result<Box<dyn table::Writer + 'w>> {
        Ok(match self.format {
            Format::Csv => {
                let language = self.lang.as_deref().or(facts.language.as_deref());
                let dialect = if self.excel {
                    csv::Dialect::excel(language)
                } else {
                    csv::Dialect::new(self.bom)
                };
                Box::new(csv::Writer::new(self.table, target, dialect)?)
            }
            Format::Ndjson => Box::new(ndjson::Writer::new(target)),
            Format::Parquet => Box::new(parquet::Writer::new(self.table, facts, target)?),
            _ => Box::new(xlsx::Writer::new(self.table, facts, &self.spool, target)?),
        })
    }
}

/// The parameters that only pages have, where they are given.
fn of_pages(given: &[(String, String)]) -> Vec<WrongParameter> {
    let pages = given
        .iter()
        .filter(|(name, _)| PAGE_PARAMETERS.contains(&name.as_str()));
    let wrong = pages.map(|(name, _)| {
        let reason = match name.as_str() {
            "include" => "a download holds one table; leave it out, or ask for `labels=true`",
            _ => "a download gives everything that matches; leave it out",
        };
        WrongParameter::new(name, Wrong::new(Code::NotTaken, reason))
    });
    wrong.collect()
}

fn content_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        format => format.media_type(),
    }
}

/// Says what a file is, and what it is to be called.
pub fn describe(answer: &mut HttpResponseBuilder, content_type: &str, how: &str, name: &str) {
    answer.content_type(content_type).insert_header((
        header::CONTENT_DISPOSITION,
        format!("{how}; filename=\"{name}\""),
    ));
}

/// Says that a file is compressed in itself, so that it goes out as it is, with its length.
pub fn is_compressed(answer: &mut HttpResponseBuilder) {
    answer.insert_header(ContentEncoding::Identity);
}
