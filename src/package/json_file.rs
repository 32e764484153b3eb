//! Reads the JSON files of a package, bounded in length. The descriptor is one.

use crate::{
    database::model::resource::Object,
    package::{PackageSource, encoding, strict_json},
};
use serde_json::Value as Json;
use std::io::Read;

/// The largest descriptor, and the largest file that it refers to.
const MAX_DESCRIPTOR: u64 = 8 << 20;

/// The JSON object in a file of a package; the reason where it is none.
pub fn read_json(files: &dyn PackageSource, name: &str) -> Result<Object, String> {
    let mut text = Vec::new();
    let read = files
        .open(name)
        .and_then(|file| file.take(MAX_DESCRIPTOR).read_to_end(&mut text));
    read.map_err(|error| format!("cannot be read: {error}; a package is a folder with this file"))?;
    if let Some(encoding) = encoding::wide_encoding(&text) {
        return Err(format!("is {encoding}; save it as UTF-8"));
    }
    // what only ends too early was cut
    if str::from_utf8(&text).is_err_and(|error| error.error_len().is_some()) {
        return Err(
            "is not UTF-8, but likely in a Windows code page such as 1254 or 1251; save it as UTF-8"
                .to_owned(),
        );
    }
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
    match strict_json::parse(text)? {
        Json::Object(properties) => Ok(properties),
        _ => Err("is no JSON object".to_owned()),
    }
}
