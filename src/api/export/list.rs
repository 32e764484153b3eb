//! The handler of lists as files: everything that matches, streamed, or finished and kept.

use crate::{
    api::{
        Error, Result,
        error::{Code, Wrong, WrongParameter},
        export::{
            file_cache::Finished,
            file_head::FileHead,
            options::ExportOptions,
            provenance::Provenance,
            reader_thread::{self, Source},
            table::Table,
        },
        request::{
            accept::Format,
            list_request::ListRequest,
            parameters::{self, PAGE_PARAMETERS},
        },
        response::{headers::Head, url},
        state::State,
    },
    database::model::resource::Resource,
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::{self, EntityTag},
    web,
};

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
    let address = url::address(&state, &path, &given);
    let layout = ExportOptions {
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
pub struct Download {
    resource: &'static Resource,
    asked: ListRequest,
    layout: ExportOptions,
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
        let registers = state.dataset_versions.clone();
        let register = state
            .database
            .read::<_, Error, _>(move |it| registers.read(it));
        let key = Provenance::new(&register.await?, &state.public_url, &self.address).tag();
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
    async fn open(self, state: &State) -> Result<(Provenance, reader_thread::Ready)> {
        let Self {
            resource,
            asked,
            layout,
            address,
        } = self;
        let turn = state.export_permits.acquire(&state.database).await?;
        let source = Source::open(&state.database, resource, asked, layout, turn);
        let source = source.ready().await?;
        Ok((
            Provenance::new(&source.register, &state.public_url, &address),
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
