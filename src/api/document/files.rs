//! The answers that are files: lists as downloads, and the whole register.

use super::{Object, operations, parameters};
use crate::{
    api::{
        dataset::{WHOLES, Whole},
        formats::Format,
    },
    database::resource::Resource,
};
use serde_json::{Value as Json, json};

/// What the description of a list says of its downloads.
pub fn about(resource: &Resource) -> String {
    let extensions = downloads(resource).map(|format| format!("`.{}`", format.extension()));
    let extensions: Vec<String> = extensions.collect();
    format!(
        "To download everything that matches, add {} to the path or send `Accept`; filters, `sort` and \
         `fields` hold there too, and the columns are those of the record. A download takes neither \
         `limit`, `cursor` and `page` nor `include`.",
        extensions.join(", ")
    )
}

/// The formats of a list that are downloads.
fn downloads(resource: &Resource) -> impl Iterator<Item = Format> {
    let formats = Format::of(resource).into_iter();
    formats.filter(|format| format.is_table())
}

/// Adds the downloads to the 200 of a list.
pub fn add(operation: &mut Json, resource: &Resource) {
    add_formats(operation, downloads(resource));
}

/// Adds files of these formats to the 200 of an operation.
pub fn add_formats(operation: &mut Json, formats: impl IntoIterator<Item = Format>) {
    let answer = &mut operation["responses"]["200"];
    for format in formats {
        answer["content"][format.media_type()] = json!({ "schema": schema(format) });
    }
    name(answer);
}

fn name(answer: &mut Json) {
    answer["headers"]["Content-Disposition"] =
        json!({ "$ref": "#/components/headers/Content-Disposition" });
}

/// A text is a string; of bytes, OpenAPI 3.1 says nothing but their media type.
fn schema(format: Format) -> Json {
    match format {
        Format::Csv | Format::Ndjson => json!({ "type": "string" }),
        _ => json!({}),
    }
}

/// The files that hold the whole register, by their paths.
pub fn wholes() -> Object {
    let paths = WHOLES.map(|whole| (whole.path(), json!({ "get": operation(whole) })));
    paths.into_iter().collect()
}

fn operation(whole: Whole) -> Json {
    let extension = whole.extension();
    let about = format!(
        "{} Made once for each version of the dataset, which the name of the file, the `ETag` and the file \
         itself bear.",
        whole.about()
    );
    let mut operation = operations::operation(
        "register",
        &format!("get_dataset_{extension}"),
        &format!("Download the whole register as .{extension}"),
        &about,
        &["if_none_match", "if_modified_since"].map(parameters::reference),
        "",
        &["400", "503"],
    );
    let answer = &mut operation["responses"]["200"];
    answer["description"] = "The file.".into();
    answer["content"] = json!({ whole.media_type(): { "schema": {} } });
    name(answer);
    operation
}
