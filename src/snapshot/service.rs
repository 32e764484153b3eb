//! The service, asked within this process: no socket, no port, and a body that fails is an error.

use crate::{api::State, database::Database, server::app};
use actix_http::Request;
use actix_service::IntoServiceFactory as _;
use actix_web::{
    HttpResponse,
    body::{BoxBody, MessageBody, to_bytes},
    dev::{AppConfig, Service as _, ServiceFactory as _, ServiceResponse},
    http::header,
    web,
};
use serde_json::Value as Json;
use std::{
    collections::HashMap,
    fs::File,
    future::poll_fn,
    io::{self, Write},
    path::Path,
    pin::pin,
};

/// What the service answers at a path.
pub trait Ask: AsyncFn(String) -> io::Result<HttpResponse<BoxBody>> {}
impl<F: AsyncFn(String) -> io::Result<HttpResponse<BoxBody>>> Ask for F {}

/// Starts the service for whoever asks it here, under a public address.
pub async fn start(database: Database, public_url: &str) -> io::Result<impl Ask + use<>> {
    let state = web::Data::new(State::new(database, public_url, None));
    let app = app(state).into_factory();
    let app = app.new_service(AppConfig::default()).await;
    let app = app.map_err(|()| failed("the service does not start"))?;
    Ok(async move |path: String| {
        let mut request = Request::new();
        request.head_mut().uri = path.parse().map_err(failed)?;
        let answer = app.call(request).await.map_err(failed)?;
        let answer = ServiceResponse::into_parts(answer).1.map_into_boxed_body();
        if answer.status() == 200 {
            return Ok(answer);
        }
        let status = answer.status();
        let problem = to_bytes(answer.into_body()).await.unwrap_or_default();
        let problem = String::from_utf8_lossy(&problem);
        Err(io::Error::other(format!("{path}: {status} {problem}")))
    })
}

/// A text that the service answered.
pub struct Text {
    /// The pages beside it, by their relations.
    pub links: HashMap<String, String>,
    pub body: String,
}

impl Text {
    /// Asks for a text; `service` is the public address, which the links go without.
    pub async fn of(ask: &impl Ask, path: &str, service: &str) -> io::Result<Self> {
        let answer = ask(path.to_owned()).await?;
        let link = answer.headers().get(header::LINK);
        let link = link.and_then(|link| link.to_str().ok()).unwrap_or_default();
        let links = links(link, service);
        let body = to_bytes(answer.into_body()).await.map_err(failed)?;
        let body = String::from_utf8(body.to_vec()).map_err(io::Error::other)?;
        Ok(Self { links, body })
    }

    pub fn json(&self) -> io::Result<Json> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

/// Writes what is no text into a file, piece by piece.
pub async fn copy(ask: &impl Ask, path: &str, file: &Path) -> io::Result<()> {
    let mut body = pin!(ask(path.to_owned()).await?.into_body());
    let mut file = File::create(file)?;
    while let Some(piece) = poll_fn(|context| body.as_mut().poll_next(context)).await {
        file.write_all(&piece.map_err(failed)?)?;
    }
    Ok(())
}

/// The pages that a `Link` header names, without the address of the service.
fn links(header: &str, service: &str) -> HashMap<String, String> {
    let link = |link: &str| {
        let (address, relation) = link.trim().split_once(">; rel=\"")?;
        let path = address.strip_prefix('<')?.strip_prefix(service)?;
        Some((relation.strip_suffix('"')?.to_owned(), path.to_owned()))
    };
    header.split(", ").filter_map(link).collect()
}

fn failed(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(error.to_string())
}
