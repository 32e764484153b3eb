//! Writes a list as a feed in the format that is asked for. `records` and `changes` bring the entries.

use crate::{
    api::{
        dataset_version::Register,
        error::WrongParameter,
        feeds::{
            atom,
            feed::{Entry, Feed, urn},
            json, rss,
        },
        limits::MAX_BYTES,
        request::{accept::Format, parameters},
        response::{envelope::ListLinks, headers, url},
        state::State,
    },
    database,
};
use actix_web::{HttpRequest, HttpResponse, web};

/// A list that is shown as a feed.
pub struct Source<'s> {
    pub state: &'s State,
    pub register: &'s Register,
    /// `measures`
    pub name: &'s str,
    /// `/v1/measures`
    pub path: &'s str,
    pub format: Format,
    pub parameters: &'s [(String, String)],
}

impl Source<'_> {
    /// The path of this list in this format.
    pub fn path(&self) -> String {
        format!("{}.{}", self.path, self.format.extension())
    }

    /// Writes the feed of the entries.
    pub fn write(&self, entries: Vec<Entry>, links: ListLinks) -> Written {
        let cite_as = url::cite_register(self.state);
        let links_header = headers::link_header(self.register, Some(&links), &cite_as);
        let feed = self.feed(entries, links);
        let body = match self.format {
            Format::Atom => atom::write(&feed),
            Format::Rss => rss::write(&feed),
            _ => json::write(&feed),
        };
        Written {
            media_type: format!("{}; charset=utf-8", self.format.media_type()),
            body,
            links: links_header,
        }
    }

    fn feed(&self, entries: Vec<Entry>, links: ListLinks) -> Feed {
        let register = self.register;
        let mut filters: Vec<_> = self
            .parameters
            .iter()
            .filter(|(name, _)| name != "limit" && name != "cursor")
            .cloned()
            .collect();
        let list = url::address(self.state, self.path, &filters);
        let shown = filters
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let shown: Vec<String> = shown.collect();
        let shown = match shown.as_slice() {
            [] => String::new(),
            shown => format!(" ({})", shown.join(", ")),
        };
        filters.sort();
        let newest = entries.iter().map(|entry| entry.updated).max();
        Feed {
            id: urn(&format!(
                "{}/{}?{filters:?}",
                register.text("name"),
                self.name
            )),
            title: format!(
                "{}: {}{shown}",
                register.text("title"),
                self.name.replace('_', " ")
            ),
            about: register.text("description").to_owned(),
            language: register.language().map(str::to_owned),
            author: register.text("title").to_owned(),
            licence: register.licence().map(str::to_owned),
            licence_url: register.licence_url().map(str::to_owned),
            home: url::address(self.state, "/", &[]),
            list,
            links,
            updated: newest.or(register.at).unwrap_or_default(),
            entries,
        }
    }
}

/// A feed as it is sent.
pub struct Written {
    media_type: String,
    body: String,
    links: String,
}

impl Written {
    /// Writes a feed of a state of the register away from the threads that answer, and answers with it.
    pub async fn answer(
        request: &HttpRequest,
        register: Register,
        write: impl FnOnce(&Register) -> Self + Send + 'static,
    ) -> crate::api::Result<HttpResponse> {
        let written = web::block(move || (write(&register), register)).await;
        let (written, register) = written.map_err(|_| database::Error::Cancelled)?;
        let Self {
            media_type,
            body,
            links,
        } = written;
        if body.len() > MAX_BYTES {
            return Err(crate::api::Error::AnswerTooLong);
        }
        Ok(headers::cached(
            request,
            &register,
            &media_type,
            body,
            Some(links),
        ))
    }
}

/// The parameters that a feed does without, where they are given.
pub fn not_taken(given: &[(String, String)]) -> Vec<WrongParameter> {
    parameters::not_taken(given, &NOT_TAKEN, WHY_NOT)
}

/// The parameters of a list of JSON that a feed does without.
pub const NOT_TAKEN: [&str; 6] = ["sort", "page", "fields", "include", "facets", "labels"];

pub const WHY_NOT: &str = "goes without a feed, which shows whole entries, newest change first; `limit` and `cursor` page it";
