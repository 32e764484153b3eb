//! Content negotiation of formats: by the extension of the path, or by the Accept header.
//!
//! Handlers choose of the forms that they have; `response_cache::key` asks what of a header any could depend on.

use crate::{
    api::{Error, Result},
    database::model::{resource::Resource, validation::nearest},
};
use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{self, Accept, Header, Quality},
    mime,
};
use std::sync::LazyLock;

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

/// The media types of the catalogue and of citations; `choose` holds in tests that it knows all that are asked of it.
const OTHER_TYPES: [&str; 6] = [
    "application/ld+json",
    "text/turtle",
    "application/rdf+xml",
    "text/plain",
    "application/x-bibtex",
    "application/vnd.citationstyles.csl+json",
];

/// The media types of every form that any answer has.
static MEDIA_TYPES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let formats = LIST.iter().chain(FEEDS).chain(&[Format::Calendar]);
    let formats = formats.map(|format| format.media_type());
    formats.chain(OTHER_TYPES).collect()
});

impl Format {
    /// The formats that the list of a resource can be had in; the first where a client takes any.
    pub fn of(resource: &Resource) -> Vec<Self> {
        let mut formats = LIST.to_vec();
        if resource.behaviour.has_feeds {
            formats.extend(FEEDS);
        }
        if resource.behaviour.has_calendar {
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

/// Of a request: what it accepts decided the form of its answer.
pub struct ByAccept;

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
    let is_known = |(.., media_type): &Form<T>| MEDIA_TYPES.contains(media_type);
    debug_assert!(
        available.iter().all(is_known),
        "kept answers are told apart by these"
    );
    request.extensions_mut().insert(ByAccept);
    let accepted = Accepted::by(request);
    let best = available
        .iter()
        .map(|(form, _, media_type)| (accepted.quality(media_type), form))
        .filter(|(quality, _)| *quality > Quality::ZERO)
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
    Error::not_found(format!("This cannot be had as .{extension}; {hint}"))
}

/// What a client accepts, as far as the form of any answer depends on it: of each media type, how many others it likes
/// less, from 1, and 0 where it takes none of it. Nothing where it likes all alike.
pub fn preferences(request: &impl HttpMessage) -> Vec<u8> {
    let accepted = Accepted::by(request);
    let qualities = MEDIA_TYPES.iter().map(|it| accepted.quality(it));
    let qualities: Vec<Quality> = qualities.collect();
    let place = |quality: &Quality| {
        if *quality == Quality::ZERO {
            return 0;
        }
        let less = qualities.iter().filter(|other| *other < quality);
        u8::try_from(less.count() + 1).unwrap_or(u8::MAX)
    };
    let places: Vec<u8> = qualities.iter().map(place).collect();
    if places.iter().all(|place| *place == 1) {
        return Vec::new();
    }
    places
}

/// The media ranges that a client accepts.
struct Accepted {
    ranges: Accept,
    /// What it thinks of others: of none that it names nothing is known, and old Java writes some by no rule.
    rest: Quality,
}

impl Accepted {
    fn by(request: &impl HttpMessage) -> Self {
        let headers = request.headers().get_all(header::ACCEPT);
        let texts = headers.map(|header| header.to_str().unwrap_or_default());
        let named = texts.flat_map(|text| text.split(','));
        let named = named.filter(|range| !range.trim().is_empty()).count();
        let ranges = Accept::parse(request).unwrap_or_else(|_| Accept(Vec::new()));
        let rest = match ranges.len() {
            0 => Quality::MAX,
            read if read < named => Quality::MIN,
            _ => Quality::ZERO,
        };
        Self { ranges, rest }
    }

    /// How much the client likes a media type; the most specific range decides.
    fn quality(&self, media_type: &str) -> Quality {
        let kind = media_type.split('/').next().unwrap_or_default();
        let mut best = (0, self.rest);
        for range in self.ranges.iter() {
            let mime = &range.item;
            let specificity = match (mime.type_(), mime.subtype()) {
                (mime::STAR, mime::STAR) => 1,
                (other, mime::STAR) if other == kind => 2,
                _ if mime.essence_str().eq_ignore_ascii_case(media_type) => 3,
                _ => continue,
            };
            if specificity > best.0 {
                best = (specificity, range.quality);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use crate::api::request::accept::{Accepted, Format, Quality, preferences};
    use crate::{
        api::{catalog, handlers::citation},
        database::{RESOURCES, model::reserved_ids},
    };
    use actix_web::test::TestRequest;

    fn asked(accept: &str, media_type: &str) -> Quality {
        let request = TestRequest::default().insert_header(("Accept", accept));
        Accepted::by(&request.to_http_request()).quality(media_type)
    }

    #[test]
    fn the_most_specific_range_decides() {
        let accept = "text/csv;q=0.5, application/json;q=0, */*;q=0.1";
        let thousandths = |number: f32| Quality::try_from(number).expect("a quality");
        assert_eq!(asked(accept, "text/csv"), thousandths(0.5));
        assert_eq!(asked(accept, "application/json"), Quality::ZERO);
        assert_eq!(asked(accept, "application/x-ndjson"), thousandths(0.1));
        assert_eq!(asked("text/*", "text/calendar"), Quality::MAX);
        assert_eq!(asked("image/png", "text/csv"), Quality::ZERO);
    }

    #[test]
    fn neither_case_nor_parameters_matter() {
        for accept in [
            "TEXT/csv",
            "Text/CSV; Charset=UTF-8",
            "text/csv;header=present",
            "*/*;Q=0.1, TEXT/CSV",
            "TEXT/*",
            "nonsense",
            "text/html;q=often",
            "",
        ] {
            assert_eq!(asked(accept, "text/csv"), Quality::MAX, "{accept}");
        }
        assert_eq!(asked("text/csv;Q=0, */*", "text/csv"), Quality::ZERO);
        assert_eq!(
            asked("Application/LD+json", "application/ld+json"),
            Quality::MAX
        );
        let of_java = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";
        assert_eq!(asked(of_java, "text/csv"), Quality::MIN);
        let feed = "application/atom+xml";
        assert_eq!(asked("application/ATOM+XML;q=1", feed), Quality::MAX);
        assert_eq!(asked("application/atom", feed), Quality::ZERO);
    }

    #[test]
    fn what_is_liked_alike_is_told_alike_whatever_the_words() {
        let told = |accept: &str| {
            let request = TestRequest::default().insert_header(("Accept", accept));
            preferences(&request.to_http_request())
        };
        for anything in ["", "*/*", "*/*;q=0.3", "text/html, */*;q=0.8", "nonsense"] {
            assert!(told(anything).is_empty(), "{anything}");
        }
        for [one, same] in [
            ["text/csv", "TEXT/csv; header=present, image/png;q=0.7"],
            ["text/csv, */*;q=0.1", "*/*;q=0.25, text/csv;q=0.5"],
            ["image/png", "application/pdf;q=0.2"],
        ] {
            assert_eq!(told(one), told(same), "{one}");
        }
        for [one, other] in [
            ["text/csv", "text/csv, */*;q=0.1"],
            ["text/csv;q=0.5, */*;q=0.1", "text/csv;q=0.1, */*;q=0.5"],
            ["image/png", "*/*"],
            ["text/turtle", "application/rdf+xml"],
        ] {
            assert_ne!(told(one), told(other), "{one}");
        }
    }

    #[test]
    fn no_id_ends_in_the_extension_of_a_format() {
        let of_lists = RESOURCES.iter().flat_map(|resource| Format::of(resource));
        let formats = of_lists.chain(Format::of_changes());
        let extensions: Vec<&str> = formats
            .map(Format::extension)
            .chain(citation::extensions())
            .chain(catalog::extensions())
            .collect();
        assert!(extensions.contains(&"ics") && extensions.contains(&"bib"));
        for extension in extensions {
            let id = format!("x.{extension}");
            assert!(reserved_ids::reason(&id).is_some(), "{id}");
        }
    }
}
