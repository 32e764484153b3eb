//! What a descriptor says of a file: every property that changes how it is read is done, or refused by name.

use super::{
    dialect::Dialect,
    misplaced::{self, Place},
    refusals::Refusals,
    table_schema,
};
use crate::{
    database::model::resource::{Object, Resource},
    package::{PackageSource, source::is_file_name, table::Table},
};

use data_encoding::HEXLOWER;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256, Sha512};
use std::io::{self, Read};

/// The properties of a resource that the standard knows, and those of programs that change how one is read.
const KNOWN: [&str; 24] = [
    "name",
    "path",
    "data",
    "type",
    "title",
    "description",
    "homepage",
    "sources",
    "licenses",
    "format",
    "mediatype",
    "encoding",
    "bytes",
    "hash",
    "dialect",
    "schema",
    "scheme",
    "profile",
    "compression",
    "innerpath",
    "layout",
    "control",
    "extrapaths",
    "detector",
];

/// The file of a resource, and how it is read; `None` where it has no file that can be opened.
pub fn read(
    entry: &Object,
    resource: &'static Resource,
    files: &dyn PackageSource,
    refusals: &mut Refusals<'_>,
) -> Option<Table> {
    let of = |name: &str| entry.get(name).unwrap_or(&Json::Null);
    misplaced::refuse(Place::Resource, "", entry, refusals);
    let known: Vec<&str> = KNOWN.into_iter().chain(misplaced::names()).collect();
    for (name, value) in entry.iter().filter(|(_, value)| !value.is_null()) {
        if let Some(right) = unread(name, value) {
            refusals.refuse(name, value, right);
        }
        if !known.contains(&name.as_str()) {
            refusals.note_misspelt(name, name, &known);
        }
    }
    let mut dialect = Dialect::read(of("dialect"), files, refusals);
    let is_tab = [of("format"), of("mediatype")].into_iter().any(|value| {
        let value = value.as_str().unwrap_or_default().to_ascii_lowercase();
        value == "tsv" || value.starts_with("text/tab-separated-values")
    });
    dialect.delimiter = dialect.delimiter.or(is_tab.then_some(b'\t'));
    let missing = table_schema::read(of("schema"), resource, files, refusals);
    let file = path(of("path"), refusals)?;
    check_contents(&file, of("bytes"), of("hash"), files, refusals);
    Some(Table {
        resource,
        file,
        missing: missing.and(dialect.null_sequence.as_ref()),
        dialect,
    })
}

/// What would be right in place of a value by which a file cannot be read; `None` where it is read so.
pub fn unread(name: &str, value: &Json) -> Option<&'static str> {
    let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
    let is_any = |texts: &[&str]| value.is_string() && texts.contains(&text.as_str());
    let is_none = is_any(&["", "no", "none"]) || *value == json!({});
    let (is_read, right) = match name {
        "data" => (
            false,
            "put the rows into a CSV file and give its name as `path`",
        ),
        "type" => (is_any(&["table"]), "every resource is a \"table\""),
        "format" => (is_any(&["csv", "tsv"]), "give a CSV file and \"csv\""),
        "mediatype" => {
            let (essence, parameters) = text.split_once(';').unwrap_or((&text, ""));
            let types = ["text/csv", "text/tab-separated-values"];
            if types.contains(&essence.trim()) {
                (parameters.split(';').all(is_read_so), PARAMETERS)
            } else {
                (false, "give a CSV file and \"text/csv\"")
            }
        }
        "encoding" => (
            is_any(&ENCODINGS),
            "save the file as \"CSV UTF-8 (comma delimited)\" and give \"utf-8\"",
        ),
        "scheme" => (
            is_any(&["", "file"]),
            "put the file beside this one and give \"file\"",
        ),
        "compression" | "innerpath" => (is_none, "unpack the file, and leave this out"),
        "extrapaths" => (
            *value == json!([]),
            "put all rows into the file of `path`, and leave this out",
        ),
        "layout" | "control" | "detector" => (is_none, "say how the file is written by `dialect`"),
        _ => return None,
    };
    (!is_read).then_some(right)
}

/// The names of UTF-8, and of what is UTF-8 as well.
const ENCODINGS: [&str; 5] = ["utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii"];

const PARAMETERS: &str = "a file is read as UTF-8 with a header: save it as \"CSV UTF-8 (comma delimited)\" and give \"text/csv\"";

/// Whether a parameter of a media type, in small letters, says what is so anyway.
fn is_read_so(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let value = value.trim().trim_matches('"');
    match name.trim() {
        "charset" => ENCODINGS.contains(&value),
        "header" => value == "present",
        name => name.is_empty(),
    }
}

fn path(given: &Json, refusals: &mut Refusals<'_>) -> Option<String> {
    let path = match given {
        Json::Array(paths) if paths.len() == 1 => &paths[0],
        path => path,
    };
    let right = match path {
        Json::String(path) if is_file_name(path) => return Some(path.clone()),
        Json::Null => "give the name of a file beside this one",
        Json::Array(_) => "put all rows into one file and give its name",
        _ => "it is no name of a file beside this one",
    };
    refusals.refuse("path", given, right);
    None
}

/// Holds a file against the size and the hash that are given for it. That it is not there is told by its rows.
fn check_contents(
    file: &str,
    bytes: &Json,
    hash: &Json,
    files: &dyn PackageSource,
    refusals: &mut Refusals<'_>,
) {
    if bytes.is_null() && hash.is_null() {
        return;
    }
    let has_changed = "the file has changed since, or is cut: put this right, or leave it out";
    let (mut short, mut long) = (Sha256::new(), Sha512::new());
    let take = |part: &[u8]| {
        short.update(part);
        long.update(part);
    };
    let Ok(size) = files.open(file).and_then(|input| each_part(input, take)) else {
        return;
    };
    if !bytes.is_null() && bytes.as_u64() != Some(size) {
        refusals.refuse(
            "bytes",
            bytes,
            &format!("the file has {size}; {has_changed}"),
        );
    }
    let given = hash.as_str().map(str::to_ascii_lowercase);
    let (own, digits) = match given.as_deref().and_then(|given| given.split_once(':')) {
        Some(("sha256", digits)) => (HEXLOWER.encode(&short.finalize()), digits),
        Some(("sha512", digits)) => (HEXLOWER.encode(&long.finalize()), digits),
        _ if hash.is_null() || *hash == json!("") => return,
        _ => {
            let right = "give the SHA-256 of the file, like \"sha256:9f86…\", or leave this out";
            return refusals.refuse("hash", hash, right);
        }
    };
    if own != digits {
        refusals.refuse("hash", hash, &format!("the file has {own}; {has_changed}"));
    }
}

/// Gives a file away part by part, and says how many bytes it has.
fn each_part(mut input: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<u64> {
    let mut part = vec![0; 64 << 10];
    let mut size = 0;
    loop {
        match input.read(&mut part) {
            Ok(0) => return Ok(size),
            Ok(length) => {
                take(&part[..length]);
                size += length as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
