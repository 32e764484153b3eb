//! The answers that are files: lists as downloads, feeds and calendars, and the whole register.
//!
//! Each has a path of its own: a client that is generated knows the type of each answer then. The endpoint table names
//! them.

use crate::{
    api::{
        export::full::Whole,
        openapi::{
            operation::{Operations, operation, own, words},
            parameters::{self, reference},
            schemas,
        },
        request::accept::Format,
    },
    database::model::resource::Resource,
};
use serde_json::{Value as Json, json};

/// What the description of a list says of its files.
pub fn about(formats: &[Format]) -> String {
    let extensions = formats
        .iter()
        .filter(|format| **format != Format::Json)
        .map(|format| format!("`.{}`", format.extension()));
    let extensions: Vec<String> = extensions.collect();
    format!(
        "As a file with {} at the end of the path, or by `Accept`.",
        extensions.join(", ")
    )
}

const DOWNLOAD: &str = "Everything that matches, in one file. Filters, `sort` and `fields` hold as in the list, and the \
    columns are those of the record; `limit`, `cursor`, `page` and `include` are for the list.";
const FEED: &str = "Newest change first. `limit` and `cursor` page it; `sort`, `page`, `fields` and `include` go \
    without it.";
const CALENDAR: &str = "What falls due on a day that is known: all that matches and has one, with a reminder 7 days before \
    what is ahead. A year alone makes no event, and measures tell years. It goes without `limit`, `cursor`, `page`, \
    `sort`, `fields` and `include`.";
const STATISTICS: &str =
    "The groups as a table, with a column for each of what they are counted by.";

/// The files of a list.
pub fn of_list(resource: &'static Resource) -> Operations {
    let mut operations = Operations::new();
    for format in Format::of(resource) {
        let about = match format {
            Format::Json => continue,
            Format::Atom | Format::Rss | Format::JsonFeed => FEED,
            Format::Calendar => CALENDAR,
            Format::Csv | Format::Ndjson | Format::Xlsx | Format::Parquet => DOWNLOAD,
        };
        let file = File {
            tag: resource.name,
            name: resource.name.to_owned(),
            title: words(resource.name),
            about,
            parameters: parameters::of_file(resource, format),
        };
        operations.push(file.operation(format));
    }
    operations
}

/// The statistics of a list as tables.
pub fn of_stats(resource: &'static Resource) -> Operations {
    let mut operations = Operations::new();
    for format in [Format::Csv, Format::Xlsx] {
        let file = File {
            tag: resource.name,
            name: format!("{}_stats", resource.name),
            title: format!("the counts of {}", words(resource.name)),
            about: STATISTICS,
            parameters: parameters::of_stats(resource, format),
        };
        operations.push(file.operation(format));
    }
    operations
}

/// The feeds of all changes.
pub fn of_changes() -> Operations {
    let mut operations = Operations::new();
    for format in Format::of_changes() {
        if format == Format::Json {
            continue;
        }
        let taken = ["since", "resource", "action", "limit", "cursor"];
        let cached = ["if_none_match", "if_modified_since"];
        let file = File {
            tag: "register",
            name: "changes".to_owned(),
            title: "the changes of all records".to_owned(),
            about: "Newest change first.",
            parameters: taken.into_iter().chain(cached).map(reference).collect(),
        };
        operations.push(file.operation(format));
    }
    operations
}

/// What can be had as a file.
struct File<'f> {
    tag: &'f str,
    name: String,
    title: String,
    about: &'f str,
    parameters: Vec<Json>,
}

impl File<'_> {
    /// Its operation, with what follows the path.
    fn operation(self, format: Format) -> (String, Json) {
        let extension = format.extension();
        let verb = match format {
            Format::Atom | Format::Rss | Format::JsonFeed => "Follow",
            Format::Calendar => "Subscribe to",
            _ => "Download",
        };
        let mut operation = operation(
            self.tag,
            &format!("get_{}_{}", self.name, extension.replace('.', "_")),
            &format!("{verb} {} as .{extension}", self.title),
            self.about,
            &self.parameters,
            "",
            &["400", "503"],
        );
        let answer = &mut operation["responses"]["200"];
        answer["description"] = "The file.".into();
        answer["content"] = json!({ format.media_type(): { "schema": schema(format) } });
        if format.is_table() {
            name(answer);
        }
        add_parts(&mut operation);
        (format!(".{extension}"), operation)
    }
}

/// Says that a part of the file can be asked for by `Range` (RFC 9110, 14).
fn add_parts(operation: &mut Json) {
    let responses = &mut operation["responses"];
    let mut part = responses["200"].clone();
    part["description"] = "The part of the file that `Range` asks for.".into();
    part["headers"]["Content-Range"] = json!({ "$ref": "#/components/headers/Content-Range" });
    responses["206"] = part;
    responses["416"] = json!({ "$ref": "#/components/responses/Problem416" });
}

fn name(answer: &mut Json) {
    answer["headers"]["Content-Disposition"] =
        json!({ "$ref": "#/components/headers/Content-Disposition" });
}

/// A text is a string; of bytes, OpenAPI 3.1 says nothing but their media type.
fn schema(format: Format) -> Json {
    match format {
        Format::Csv | Format::Ndjson | Format::Atom | Format::Rss | Format::Calendar => {
            json!({ "type": "string" })
        }
        Format::JsonFeed => schemas::reference("JsonFeed"),
        Format::Json | Format::Xlsx | Format::Parquet => json!({}),
    }
}

/// A file that holds the whole register.
pub fn whole(whole: Whole) -> Operations {
    let extension = whole.extension();
    let about = format!(
        "{} Made once for each version of the dataset, which the name of the file, the `ETag` and the file \
         itself bear.",
        whole.about()
    );
    let mut operation = operation(
        "register",
        &format!("get_dataset_{extension}"),
        &format!("Download the whole register as .{extension}"),
        &about,
        &["if_none_match", "if_modified_since"].map(reference),
        "",
        &["400", "503"],
    );
    let answer = &mut operation["responses"]["200"];
    answer["description"] = "The file.".into();
    answer["content"] = json!({ whole.media_type(): { "schema": {} } });
    name(answer);
    add_parts(&mut operation);
    own(operation)
}
