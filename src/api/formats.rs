//! The formats of answers: by the extension of the path, or by the Accept header.

use super::{Error, Result};
use crate::database::{resource::Resource, rules::nearest};
use actix_web::{HttpRequest, http::header};

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Csv,
    Ndjson,
    Xlsx,
    Parquet,
    Atom,
    Rss,
    JsonFeed,
    Calendar,
}

/// The formats of every list.
const LIST: &[Format] = &[
    Format::Json,
    Format::Csv,
    Format::Ndjson,
    Format::Xlsx,
    Format::Parquet,
];
const FEEDS: &[Format] = &[Format::Atom, Format::Rss, Format::JsonFeed];

impl Format {
    /// The formats that the list of a resource can be had in; the first where a client takes any.
    pub fn of(resource: &Resource) -> Vec<Self> {
        let mut formats = LIST.to_vec();
        if matches!(resource.name, "status_entries" | "measures") {
            formats.extend(FEEDS);
        }
        if matches!(resource.name, "measures" | "obligations") {
            formats.push(Self::Calendar);
        }
        formats
    }

    /// The formats that the changes can be had in.
    pub fn of_changes() -> Vec<Self> {
        [&[Self::Json], FEEDS].concat()
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::JsonFeed => "feed.json",
            Self::Calendar => "ics",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::JsonFeed => "application/feed+json",
            Self::Calendar => "text/calendar",
        }
    }

    /// Whether it is a table of all that matches, which takes no page.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Ndjson | Self::Xlsx | Self::Parquet)
    }

    /// The format that the request asks for, of those that there are.
    pub fn choose(request: &HttpRequest, available: &[Self]) -> Result<Self> {
        let forms: Vec<Form<Self>> = available
            .iter()
            .map(|format| (*format, format.extension(), format.media_type()))
            .collect();
        choose(request, &forms)
    }
}

/// A form of an answer, with its extension and its media type.
pub type Form<T> = (T, &'static str, &'static str);

/// The form that the request asks for, of those that there are; the first where a client takes any.
pub fn choose<T: Copy>(request: &HttpRequest, available: &[Form<T>]) -> Result<T> {
    if let Some(asked) = request.match_info().get("extension") {
        let by_extension = available
            .iter()
            .find(|(_, extension, _)| *extension == asked);
        let extensions = available.iter().map(|(_, extension, _)| *extension);
        return by_extension
            .map(|(form, ..)| *form)
            .ok_or_else(|| no_extension(asked, &extensions.collect::<Vec<_>>()));
    }
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or("*/*");
    let best = available
        .iter()
        .map(|(form, _, media_type)| (quality(accept, media_type), form))
        .filter(|(quality, _)| *quality > 0)
        .max_by(|(a, _), (b, _)| a.cmp(b).then(std::cmp::Ordering::Greater));
    best.map(|(_, form)| *form).ok_or_else(|| {
        let types: Vec<&str> = available
            .iter()
            .map(|(.., media_type)| *media_type)
            .collect();
        Error::NotAcceptable(types.join(", "))
    })
}

fn no_extension(extension: &str, known: &[&str]) -> Error {
    let hint = nearest(extension, known).map_or_else(
        || format!("there are .{}", known.join(", .")),
        |nearest| format!("did you mean .{nearest}?"),
    );
    Error::NotFound(format!("This cannot be had as .{extension}; {hint}"))
}

/// How much a client likes a media type, in thousandths; the most specific range decides.
fn quality(accept: &str, media_type: &str) -> u16 {
    let kind = media_type.split('/').next().unwrap_or_default();
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let range = parts.next().unwrap_or_default();
        let specificity = match range {
            "*/*" | "*" | "" => 1,
            range if range.strip_suffix("/*") == Some(kind) => 2,
            range if range.eq_ignore_ascii_case(media_type) => 3,
            _ => continue,
        };
        let quality = parts
            .find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok())
            .map_or(1.0, |quality| quality.clamp(0.0, 1.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 1000"
        )]
        let quality = (quality * 1000.0) as u16;
        if specificity > best.0 {
            best = (specificity, quality);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::quality;

    #[test]
    fn the_most_specific_range_decides() {
        let accept = "text/csv;q=0.5, application/json;q=0, */*;q=0.1";
        assert_eq!(quality(accept, "text/csv"), 500);
        assert_eq!(quality(accept, "application/json"), 0);
        assert_eq!(quality(accept, "application/x-ndjson"), 100);
        assert_eq!(quality("text/*", "text/calendar"), 1000);
        assert_eq!(quality("image/png", "text/csv"), 0);
    }
}
