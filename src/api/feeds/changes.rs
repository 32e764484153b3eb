//! The feed of all changes.

use super::{
    entry::{name, paragraphs},
    feed::{Category, Entry, text, urn},
};
use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        feeds::writer::{self, Source, Written},
        handlers::changes::{self, ChangesRequest},
        html::escaped,
        request::{accept::Format, parameters},
        response::{envelope::ListLinks, url},
        state::State,
    },
    database::{
        model::resource::{Object, STAMP},
        write::revisions::{self, Change},
    },
};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value as Json;

const PATH: &str = "/v1/changes";
/// The longest title, in characters.
const TITLE: usize = 200;

/// Lists the last changes.
pub async fn list(
    format: Format,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let query = request.query_string();
    let not_taken = writer::not_taken(&parameters::given(query).0);
    if !not_taken.is_empty() {
        return Err(Error::BadParameter(not_taken));
    }
    let known = ["since", "limit", "resource", "action", "cursor"];
    let ChangesRequest {
        filter,
        limit,
        parameters,
    } = changes::parse(query, &known)?;
    let (register, mut found) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = Register::read(connection)?;
            Ok((register, revisions::newest(connection, &filter, limit + 1)?))
        })
        .await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let goes_on = found.len() > most;
    found.truncate(most);
    let write = move |register: &Register| {
        let source = Source {
            state: &state,
            register,
            name: "changes",
            path: PATH,
            format,
            parameters: &parameters,
        };
        let last = found.last().filter(|_| goes_on);
        let links = links(&source, last);
        let entries = found.iter().map(|change| entry(&source, change)).collect();
        source.write(entries, links)
    };
    Written::answer(&request, register, write).await
}

fn links(source: &Source<'_>, last: Option<&Change>) -> ListLinks {
    let path = source.path();
    let mut first = source.parameters.to_vec();
    first.retain(|(name, _)| name != "cursor");
    let next = last.map(|last| {
        let mut next = first.clone();
        next.push(("cursor".to_owned(), changes::cursor(last.number)));
        url::address(source.state, &path, &next)
    });
    ListLinks {
        this: url::address(source.state, &path, source.parameters),
        first: url::address(source.state, &path, &first),
        prev: None,
        next,
    }
}

fn entry(source: &Source<'_>, change: &Change) -> Entry {
    let record: Object = serde_json::from_str(change.record.get()).unwrap_or_default();
    let Change {
        number,
        resource,
        record_id,
        action,
        at,
        author,
        ..
    } = change;
    let action = action.as_str();
    let register = source.register.text("name");
    let one = [
        ("since".to_owned(), (number - 1).to_string()),
        ("limit".to_owned(), "1".to_owned()),
    ];
    let said = ["title", "name", "quote", "text"];
    let said = said.iter().find_map(|name| text(&record, name));
    Entry {
        id: urn(&format!(
            "{register}/changes/{number}/{resource}/{record_id}"
        )),
        url: url::address(source.state, PATH, &one),
        title: format!("{resource}, {action}: {}", title(&record, record_id)),
        summary: said.map(str::to_owned),
        html: columns(&record),
        authors: vec![author.clone()],
        categories: categories(source, resource, &record),
        published: *at,
        updated: *at,
    }
}

/// What the record calls itself; its id where it has no name.
fn title(record: &Object, id: &str) -> String {
    let own = ["title", "name", "text"];
    let title = match own.iter().find(|name| text(record, name).is_some()) {
        Some(&"title") => name(record),
        Some(own) => text(record, own).unwrap_or_default().to_owned(),
        None => id.to_owned(),
    };
    shortened(&title.replace('\n', " "), TITLE)
}

/// The text, cut after a word where it is longer.
pub fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let cut = &text[..end];
    let cut = cut.rsplit_once(' ').map_or(cut, |(words, _)| words);
    format!("{cut}…")
}

fn categories(source: &Source<'_>, resource: &str, record: &Object) -> Vec<Category> {
    let address = |path: &str| url::address(source.state, path, &[]);
    let of_resource = Category {
        scheme: address("/v1"),
        id: resource.to_owned(),
        name: resource.replace('_', " "),
    };
    let of_plan = text(record, "plan_id").map(|id| Category {
        scheme: address("/v1/plans"),
        id: id.to_owned(),
        name: id.to_owned(),
    });
    [of_resource].into_iter().chain(of_plan).collect()
}

/// The record after the change, column by column.
fn columns(record: &Object) -> String {
    let columns = record
        .iter()
        .filter(|(name, value)| !value.is_null() && !STAMP.contains(&name.as_str()));
    let columns = columns.map(|(name, value)| {
        let value = match value {
            Json::String(text) => paragraphs(Some(text)),
            other => escaped(&other.to_string()),
        };
        format!("<dt>{}</dt><dd>{value}</dd>", escaped(name))
    });
    format!("<dl>{}</dl>", columns.collect::<String>())
}
