//! The welcome page: what there is, for people.
//!
//! Its addresses are relative: it is opened by other names than the public one, and below the path of a proxy.

use crate::api::{
    Error, Result,
    dataset_version::{self, Register},
    directory::Directory,
    export::full::WHOLES,
    handlers::citation,
    html::{HTML, escaped, link, list_item, page},
    response::{headers, url},
    state::State,
};

use actix_web::{HttpRequest, HttpResponse, web};

/// Five questions and the path that answers each.
const EXAMPLES: [(&str, &str); 5] = [
    (
        "What was the Ministry of Finance given to do in 2016-2018?",
        "/v1/measures?agency=maliyye-nazirliyi",
    ),
    (
        "What was reported on measure 2.11 in 2021?",
        "/v1/status-entries?measure=az-nap-2020-2022-2.11&year=2021",
    ),
    (
        "What was reported as not started?",
        "/v1/status-entries?completion=not_started&include=measure",
    ),
    (
        "Who is responsible for measure 4.1.1 of 2016-2018?",
        "/v1/measures/az-nap-2016-2018-4.1.1?include=assignments.agency",
    ),
    (
        "Which duties fall due every year?",
        "/v1/obligations?recurrence=yearly&include=parties.agency",
    ),
];

/// The feeds that a reader finds from the welcome page.
const FEEDS: [(&str, &str); 3] = [
    ("/v1/status-entries.atom", "Status entries"),
    ("/v1/measures.atom", "Measures"),
    ("/v1/changes.atom", "All changes"),
];

/// Greets a person.
pub async fn get(
    request: HttpRequest,
    state: web::Data<State>,
    directory: web::Data<Directory>,
) -> Result<HttpResponse> {
    let register = state.database.read::<_, Error, _>(Register::read).await?;
    let title = escaped(register.text("title"));
    let about = escaped(register.text("description"));
    let cited = escaped(&dataset_version::citation(&register, &state.public_url));
    let examples = EXAMPLES.map(|(question, path)| {
        let href = escaped(relative(path));
        let code = escaped(path);
        format!("<li><a href=\"{href}\">{question}</a><br><code>{code}</code>\n")
    });
    let examples = examples.concat();
    let lists = directory.lists.iter();
    let lists: String = lists.map(|list| list_item(list, "", &[])).collect();
    let wholes = WHOLES.map(|whole| {
        let path = whole.path();
        let link = link(relative(&path), &path);
        format!("<li>{link}: {}\n", escaped(whole.short()))
    });
    let wholes = wholes.concat();
    let citations = citation::extensions()
        .map(|extension| link(&format!("v1/citation.{extension}"), extension));
    let citations = citations.collect::<Vec<_>>().join(", ");
    let terms = terms(&register);
    let body = format!(
        "<h1>{title}</h1>\n<p>{about}</p>\n\
         <form action=\"v1/search\"><label>Search all texts: <input type=\"search\" name=\"q\" required></label> \
         <button>Search</button></form>\n\
         <h2>Five questions</h2>\n<ol>\n{examples}</ol>\n\
         <h2>Everything in one file</h2>\n<ul>\n{wholes}</ul>\n\
         <h2>List by list</h2>\n<p>Any filter of a list holds for its files, feeds and calendars too. \
         For Excel take XLSX: it keeps numbers like 2.10 as they are.</p>\n\
         <ul>\n{lists}</ul>\n\
         <h2>For programs</h2>\n<p>Start at <a href=\"v1\">/v1</a>. \
         <a href=\"docs/\">Every parameter, to be tried here</a>; \
         <a href=\"openapi.json\">the OpenAPI document</a>. No key is needed.</p>\n\
         <p>For machines: <a href=\"catalog\">catalogue</a>, \
         <a href=\"datapackage.json\">data package</a>, \
         <a href=\"sitemap.xml\">sitemap</a>, <a href=\"llms.txt\">llms.txt</a>.</p>\n\
         <h2>How to cite</h2>\n<p><cite>{cited}</cite></p>\n<p>{citations}</p>\n\
         <h2 id=\"terms\">Terms</h2>\n<p>{terms}</p>\n",
    );
    let feeds = FEEDS.map(|(path, about)| {
        let href = escaped(relative(path));
        format!(
            "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{about}\" href=\"{href}\">\n"
        )
    });
    let head = feeds.concat() + &links(&state, &register);
    let page = page(&title, &head, &body);
    Ok(headers::cached(&request, &register, HTML, page, None))
}

/// What may be done with the data, and what is promised of the service.
fn terms(register: &Register) -> String {
    let licence = register.licence().map_or_else(
        || "The data name no licence".to_owned(),
        |name| match register.licence_url() {
            Some(url) => format!("The data may be used under {}", link(url, name)),
            None => format!("The data may be used under {}", escaped(name)),
        },
    );
    format!(
        "{licence}; please cite them as above. Reading needs no key. Each address may ask as \
         often as the header <code>RateLimit-Policy</code> says. The service comes without warranty: what \
         counts are the sources that each record names."
    )
}

/// The address of a path as the welcome page, which stands above all, leads to it.
fn relative(path: &str) -> &str {
    path.trim_start_matches('/')
}

/// What the welcome page tells programs.
const LINKS: [(&str, &str, &str); 7] = [
    ("alternate", "/v1", "application/json"),
    ("describedby", "/catalog", "application/ld+json"),
    ("describedby", "/datapackage.json", "application/json"),
    ("service-desc", "/openapi.json", "application/json"),
    ("service-doc", "/docs/", "text/html"),
    (
        "api-catalog",
        "/.well-known/api-catalog",
        "application/linkset+json",
    ),
    ("sitemap", "/sitemap.xml", "text/xml"),
];

/// The same as elements of the page's head, with the licence and what to cite.
fn links(state: &State, register: &Register) -> String {
    let typed = LINKS.map(|(relation, path, kind)| {
        let href = escaped(relative(path));
        format!("<link rel=\"{relation}\" href=\"{href}\" type=\"{kind}\">\n")
    });
    let cite_as = url::cite_register(state);
    let plain = [
        ("cite-as", Some(cite_as.as_str())),
        ("license", register.licence_url()),
    ];
    let plain = plain.into_iter().filter_map(|(relation, href)| {
        let href = escaped(href?);
        Some(format!("<link rel=\"{relation}\" href=\"{href}\">\n"))
    });
    typed.into_iter().chain(plain).collect()
}
