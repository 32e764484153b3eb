//! The pages of a snapshot for people, and the same for language models.

use crate::api::{List, escaped, link, list_item, page};

use serde_json::Value as Json;

/// What the files are, as it is told in the beginning.
const ABOUT: &str = "This is a copy of the register as it was when it was taken. Every list, record, \
    history and citation is a file. What answers a question (filters, search, counts) is not here: take the \
    whole as a package or a database and ask that.";

/// What describes the register to programs, with what to call it.
const DESCRIPTIONS: [(&str, &str); 7] = [
    ("v1/index.json", "what there is"),
    ("datapackage.json", "Data Package"),
    ("catalog.jsonld", "catalogue as JSON-LD"),
    ("catalog.ttl", "as Turtle"),
    ("catalog.rdf", "as RDF/XML"),
    ("openapi.json", "the OpenAPI document of the service"),
    ("llms.txt", "llms.txt"),
];

/// How to cite the register, in every form.
const CITATIONS: [(&str, &str); 3] = [
    ("v1/citation.txt", "text"),
    ("v1/citation.bib", "BibTeX"),
    ("v1/citation.csl.json", "CSL-JSON"),
];

/// A list that has been written.
pub struct Section {
    pub list: List,
    /// How many records have files of their own; none where the list has no such records.
    pub records: Option<usize>,
}

/// A record, for the page that lists the records of a resource.
pub struct Record {
    pub id: String,
    pub label: String,
    /// What stands in its folder.
    pub parts: Vec<String>,
}

/// What the pages tell of the register.
pub struct Contents {
    title: String,
    description: String,
    citation: String,
    wholes: Vec<String>,
    sections: Vec<Section>,
}

impl Contents {
    /// Of what `/v1` and the descriptor say.
    pub fn new(
        index: &Json,
        descriptor: &Json,
        wholes: Vec<String>,
        sections: Vec<Section>,
    ) -> Self {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        Self {
            title: text(&index["data"]["title"]),
            description: text(&descriptor["description"]),
            citation: text(&index["data"]["citation"]),
            wholes,
            sections,
        }
    }

    /// `index.html`
    pub fn html(&self) -> String {
        let title = escaped(&self.title);
        let wholes = self.wholes.iter().map(|file| link(file, file));
        let wholes = wholes.collect::<Vec<_>>().join(", ");
        let sections: String = self.sections.iter().map(Section::html).collect();
        let links = |all: &[(&str, &str)]| {
            let links = all.iter().map(|(file, name)| link(file, name));
            links.collect::<Vec<_>>().join(", ")
        };
        let body = format!(
            "<h1>{title}</h1>\n<p>{description}</p>\n<p>{ABOUT}</p>\n\
             <h2>Everything in one file</h2>\n<p>{wholes}</p>\n<h2>Lists</h2>\n<ul>\n{sections}</ul>\n\
             <h2>For programs</h2>\n<p>{descriptions}</p>\n\
             <h2>How to cite</h2>\n<p><cite>{citation}</cite></p>\n<p>{citations}</p>\n",
            description = escaped(&self.description),
            descriptions = links(&DESCRIPTIONS),
            citation = escaped(&self.citation),
            citations = links(&CITATIONS),
        );
        let feeds: String = self.sections.iter().filter_map(Section::feed).collect();
        page(&title, &feeds, &body)
    }

    /// `llms.txt`
    pub fn markdown(&self, before: &str) -> String {
        let link = |file: &str, about: &str| format!("- [{file}]({before}{file}): {about}\n");
        let lists = self.sections.iter().map(|section| {
            let extensions = section.list.extensions.join(", .");
            let about = format!("{} As .{extensions}.", section.list.about);
            link(&format!("{}.json", section.name()), &about)
        });
        let lists: String = lists.collect();
        let wholes: String = self
            .wholes
            .iter()
            .map(|file| link(file, "the whole register"))
            .collect();
        let descriptions = DESCRIPTIONS.iter().map(|(file, about)| link(file, about));
        let descriptions: String = descriptions.collect();
        format!(
            "# {}\n\n> {}\n\n{ABOUT} A list goes on in the file that its `links.next` names. Texts are \
             verbatim, in the language of the documents. A statement on a measure is always somebody's: name \
             the assessor and the year with it, and quote `quote`.\n\n\
             ## Lists\n\n{lists}\n## Everything in one file\n\n{wholes}\n\
             ## Descriptions\n\n{descriptions}\n## How to cite\n\n{}\n",
            self.title, self.description, self.citation,
        )
    }
}

impl Section {
    /// `v1/measures`
    fn name(&self) -> &str {
        self.list.path.trim_start_matches('/')
    }

    fn html(&self) -> String {
        let name = self.name();
        let more = self.records.map(|count| {
            let records = format!("{count} records one by one");
            [
                link(&format!("{name}.csv-metadata.json"), "columns"),
                link(&format!("{name}/index.html"), &records),
            ]
        });
        list_item(&self.list, "", more.as_ref().map_or(&[], |more| more))
    }

    /// Where a feed reader finds the feed.
    fn feed(&self) -> Option<String> {
        let name = self.name();
        self.list.extensions.contains(&"atom").then(|| {
            format!("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"{name}\" href=\"{name}.atom\">\n")
        })
    }
}

/// The page with the records of a list.
pub fn records(name: &str, records: &[Record]) -> String {
    let items = records.iter().map(|record| {
        let Record { id, label, parts } = record;
        let parts = parts.iter().map(|part| link(&format!("{id}/{part}"), part));
        let parts: Vec<String> = parts.collect();
        let named = link(&format!("{id}.json"), label);
        format!("<li>{named}<br><code>{id}</code> {}\n", parts.join(", "))
    });
    let items: String = items.collect();
    let title = name.trim_start_matches("v1/");
    let back = link("../../index.html", "All lists");
    page(
        title,
        "",
        &format!("<h1>{title}</h1>\n<p>{back}</p>\n<ul>\n{items}</ul>\n"),
    )
}

/// The page of the folder that citations name: it leads on.
pub fn folder() -> String {
    let body = format!(
        "<h1>v1</h1>\n<p>{}, {}</p>\n",
        link("../index.html", "All lists"),
        link("index.json", "what there is, as JSON"),
    );
    page("v1", "", &body)
}
