//! What programs look for at known places: the catalogue of APIs, security.txt, robots.txt, the sitemap.

use crate::{
    api::{
        Error, Result,
        dataset_version::{self, Register},
        directory::Directory,
        html::escaped,
        request::{accept::Format, parameters},
        response::{headers, url},
        state::State,
    },
    database::{
        RESOURCES, find,
        model::{resource::Resource, timestamp},
    },
    package,
};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use chrono::Days;
use serde_json::{Map, Value as Json, json};

const TEXT: &str = "text/plain; charset=utf-8";
pub const LINKSET: &str =
    "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

/// How long what is made from the settings alone may be kept.
const FIXED: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=3600");

/// Gives the CSVW metadata of a resource.
pub async fn table_metadata(
    resource: &'static Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let body = package::table_metadata(&register.descriptor, &state.public_url, resource);
    let kind = "application/csvm+json";
    Ok(headers::data(
        &request,
        &register,
        kind,
        body.to_string(),
        None,
    ))
}

/// Gives the descriptor of the register as a Data Package.
pub async fn data_package(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    Format::choose(&request, &[Format::Json])?;
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let descriptor = package::live_descriptor((*register.descriptor).clone(), &state.public_url);
    let body = Json::Object(descriptor).to_string();
    Ok(headers::json(&request, &register, body, None))
}

/// Gives the catalogue of APIs (RFC 9727): the one that there is, and what describes it.
pub async fn api_catalog(
    request: HttpRequest,
    state: web::Data<State>,
    directory: web::Data<Directory>,
) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let url = |path: &str| url::address(&state, path, &[]);
    let mut api = Map::from_iter([("anchor".to_owned(), url("/v1").into())]);
    let told = directory.descriptions.iter();
    for description in told.filter(|it| it.relation != "status" || state.tells_status) {
        let target = |(path, kind): &(String, &str)| json!({ "href": url(path), "type": kind });
        let targets = api.entry(description.relation).or_insert_with(|| json!([]));
        if let Json::Array(targets) = targets {
            targets.extend(description.types.iter().map(target));
        }
    }
    if let Some(licence) = register.licence_url() {
        api.insert("license".to_owned(), json!([{ "href": licence }]));
    }
    let this = url("/.well-known/api-catalog");
    let linkset = json!({
        "linkset": [{ "anchor": this, "item": [{ "href": url("/v1") }] }, api],
    });
    let links = format!(
        "<{this}>; rel=\"api-catalog\", <{}>; rel=\"item\"",
        url("/v1")
    );
    let body = linkset.to_string();
    Ok(headers::cached(
        &request,
        &register,
        LINKSET,
        body,
        Some(links),
    ))
}

/// Gives security.txt (RFC 9116), where the settings name a contact.
pub async fn security(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let Some(contact) = &state.contact else {
        let reason = "Whoever runs this service names no contact.";
        return Err(Error::not_found(reason.to_owned()));
    };
    // To the day, so that several nodes that start together say the same.
    let day = state.started.date_naive();
    let expires = day.checked_add_days(Days::new(365)).unwrap_or(day);
    let expires = timestamp::format(expires.and_time(chrono::NaiveTime::MIN));
    let this = url::address(&state, "/.well-known/security.txt", &[]);
    let body = format!("Contact: {contact}\nExpires: {expires}\nCanonical: {this}\n");
    Ok(HttpResponse::Ok()
        .content_type(TEXT)
        .insert_header(FIXED)
        .body(body))
}

/// Gives robots.txt: everything may be read.
pub async fn robots(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let sitemap = url::address(&state, "/sitemap.xml", &[]);
    Ok(HttpResponse::Ok()
        .content_type(TEXT)
        .insert_header(FIXED)
        .body(format!("User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n")))
}

/// Gives the sitemap: what a search engine should know.
pub async fn sitemap(
    request: HttpRequest,
    state: web::Data<State>,
    directory: web::Data<Directory>,
) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let day = register.at.map_or_else(String::new, |at| {
        at.format("<lastmod>%Y-%m-%d</lastmod>").to_string()
    });
    let entries = directory.sitemap.iter().map(|path| {
        let url = escaped(&url::address(&state, path, &[]));
        format!("<url><loc>{url}</loc>{day}</url>\n")
    });
    let entries = entries.collect::<Vec<_>>().concat();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{entries}</urlset>\n"
    );
    let kind = "text/xml; charset=utf-8";
    Ok(headers::cached(&request, &register, kind, body, None))
}

/// Some paths that show what can be asked, for llms.txt.
const EXAMPLES: [(&str, &str); 6] = [
    (
        "/v1",
        "every resource with its number of records, and how to cite the register",
    ),
    (
        "/v1/measures?agency=maliyye-nazirliyi",
        "the measures that a body is responsible for",
    ),
    (
        "/v1/status-entries?plan=az-nap-2020-2022&year=2021",
        "what was reported on a plan in a year, with the words quoted",
    ),
    (
        "/v1/measures/az-nap-2016-2018-4.1.1?include=assignments.agency",
        "a measure with the bodies that are responsible for it",
    ),
    (
        "/v1/measures/az-nap-2016-2018-4.1.1/citation",
        "how to cite a record",
    ),
    (
        "/v1/changes?since=0",
        "every change of a record since a version of the dataset",
    ),
];

/// Gives llms.txt: what this is, for language models and whoever reads like one.
pub async fn llms(
    request: HttpRequest,
    state: web::Data<State>,
    directory: web::Data<Directory>,
) -> Result<HttpResponse> {
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let url = &state.public_url;
    let link = |path: &str, about: &str| format!("- [{path}]({url}{path}): {about}\n");
    let resources = RESOURCES.map(|one| link(&format!("/v1/{}", one.path()), one.about));
    let examples = EXAMPLES.map(|(path, about)| link(path, about));
    let cited = dataset_version::citation(&register, url);
    let measures = find("measures").map_or_else(String::new, url::metadata_path);
    let described = directory.descriptions.iter();
    let metadata = described.filter_map(|it| Some(link(&it.path, it.about?)));
    let metadata: String = metadata
        .chain([link(&measures, "CSVW metadata; every resource has it")])
        .collect();
    let body = format!(
        "# {}\n\n> {}\n\n\
         No key is needed. Lists are pages of 50 records, `limit` asks for up to 500, and `links.next` \
         leads on. Filters bear the names of columns and relations; an unknown one is refused with the \
         nearest known one. Texts are verbatim, in the language of the documents. A statement on a \
         measure is always somebody's: name the assessor and the year with it, and quote `quote`.\n\n\
         ## Examples\n\n{}\n## Resources\n\n{}\n## Descriptions\n\n{}\n## How to cite\n\n{cited}\n",
        register.text("title"),
        register.text("description"),
        examples.concat(),
        resources.concat(),
        metadata,
    );
    let kind = "text/markdown; charset=utf-8";
    Ok(headers::cached(&request, &register, kind, body, None))
}
