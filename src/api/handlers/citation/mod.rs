//! `/v1/citation` and `/v1/{resource}/{id}/citation`: how to cite the register and a record of it.

mod forms;
mod source;

use crate::{
    api::{
        Error, Result,
        dataset_version::{self, Register},
        handlers::record,
        request::{
            accept::{self, Form},
            parameters,
        },
        response::{
            headers::{self, CSL_JSON},
            url,
        },
        state::State,
    },
    database::{
        AnyConnection,
        model::resource::{Resource, Row},
    },
};

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use serde::Deserialize;
use source::{Source, label};

/// A form of a citation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CitationForm {
    Text,
    Bibtex,
    CslJson,
}

/// Every form, with its extension and its media type.
const FORMS: &[Form<CitationForm>] = &[
    (CitationForm::Text, "txt", "text/plain"),
    (CitationForm::Bibtex, "bib", "application/x-bibtex"),
    (CitationForm::CslJson, "csl.json", CSL_JSON),
];

/// The extensions that a citation can be had with.
pub fn extensions() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|(_, extension, _)| *extension)
}

/// What is said of a thing that is cited.
pub struct Citation {
    /// The citation as people write it.
    text: String,
    /// A short name, for a list of references.
    key: String,
    title: String,
    /// The title of the register, where a record of it is cited.
    register: Option<String>,
    publisher: Option<String>,
    version: i64,
    at: Option<NaiveDateTime>,
    url: String,
    language: Option<String>,
    licence: Option<String>,
    /// The document that the record comes from.
    source: Option<String>,
}

/// Gives the citation of the register.
pub async fn of_register(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let form = accept::choose(&request, FORMS)?;
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let citation = Citation {
        text: dataset_version::citation(&register, &state.public_url),
        key: register.text("name").to_owned(),
        title: register.text("title").to_owned(),
        ..Citation::of(&register, url::cite_register(&state))
    };
    let body = citation.write(form);
    Ok(headers::data(
        &request,
        &register,
        media_type(form),
        body,
        None,
    ))
}

/// The part of the path that names the record; an extension may follow.
#[derive(Deserialize)]
pub struct RecordPath {
    id: String,
}

/// Gives the citation of a record.
pub async fn of_record(
    resource: &'static Resource,
    request: HttpRequest,
    path: web::Path<RecordPath>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let form = accept::choose(&request, FORMS)?;
    let id = &path.id;
    let show = |connection: &mut AnyConnection, row: Box<dyn Row>| {
        let record = row.to_object();
        let title = label(connection, resource, &record)?;
        Ok((title, Source::of(connection, resource, &record)?))
    };
    let (register, (title, source)) = record::read(&state, resource, id, show).await?;
    let url = url::record_address(&state, resource, id);
    let links = headers::link_header(&register, None, &url);
    let body = Citation::of(&register, url)
        .for_record(id, title, source, &register)
        .write(form);
    let kind = media_type(form);
    Ok(headers::cached(
        &request,
        &register,
        kind,
        body,
        Some(links),
    ))
}

/// The media type, with the character set where it has none of its own.
fn media_type(form: CitationForm) -> &'static str {
    match form {
        CitationForm::Text => "text/plain; charset=utf-8",
        CitationForm::Bibtex => "application/x-bibtex; charset=utf-8",
        CitationForm::CslJson => CSL_JSON,
    }
}

impl Citation {
    /// What a citation says of the register, whatever is cited.
    fn of(register: &Register, url: String) -> Self {
        let publisher = register.publisher();
        let publisher = publisher.and_then(|publisher| publisher.get("title")?.as_str());
        Self {
            text: String::new(),
            key: String::new(),
            title: String::new(),
            register: None,
            publisher: publisher.map(str::to_owned),
            version: register.version,
            at: register.at,
            url,
            language: register.language().map(str::to_owned),
            licence: register.licence().map(str::to_owned),
            source: None,
        }
    }

    fn for_record(
        mut self,
        id: &str,
        title: String,
        source: Option<Source>,
        register: &Register,
    ) -> Self {
        id.clone_into(&mut self.key);
        self.title = title;
        self.register = Some(register.text("title").to_owned());
        self.source = source.map(|source| source.to_string());
        self.text = self.sentence();
        self
    }
}
