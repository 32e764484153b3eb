//! Response headers of files: their type, their name, and that they are compressed in themselves.

use crate::{
    api::{
        dataset_version::Register,
        export::provenance,
        request::accept::Format,
        response::{
            headers::{self, Head},
            url,
        },
        state::State,
    },
    database::model::resource::Resource,
};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, ContentEncoding, EntityTag},
};
use xxhash_rust::xxh3::xxh3_128;

/// What the head of an answer says of a list as a file.
#[derive(Clone, Copy)]
pub struct FileHead {
    pub resource: &'static Resource,
    pub format: Format,
}

impl FileHead {
    pub fn is_text(self) -> bool {
        matches!(self.format, Format::Csv | Format::Ndjson)
    }

    pub fn begin(
        self,
        request: &HttpRequest,
        state: &State,
        register: &Register,
        tag: EntityTag,
    ) -> Head {
        let Self { resource, format } = self;
        let mut links = headers::link_header(register, None, &url::cite_register(state));
        if format == Format::Csv {
            // Validators of CSV on the Web look at no link behind the first.
            links = format!(
                "{}, {links}",
                headers::describedby_link(&state.public_url, resource)
            );
        }
        let mut head = headers::head(request, register, tag, Some(links));
        if let Head::Begun(answer) = &mut head {
            let name = provenance::file_name(resource.path(), register, format.extension());
            let how = if self.is_text() {
                "inline"
            } else {
                is_compressed(answer);
                "attachment"
            };
            describe(answer, content_type(format), how, &name);
        }
        head
    }
}

/// Gives a file that was made at once, of a table that is known already.
pub fn whole(
    format: Format,
    name: &str,
    body: Vec<u8>,
    request: &HttpRequest,
    register: &Register,
    state: &State,
) -> HttpResponse {
    let links = headers::link_header(register, None, &url::cite_register(state));
    let tag = format!("{:032x}", xxh3_128(&body));
    let tag = EntityTag::new(format == Format::Csv, tag);
    let mut answer = match headers::head(request, register, tag, Some(links)) {
        Head::Begun(answer) => answer,
        Head::NotModified(answer) => return answer,
    };
    let name = provenance::file_name(name, register, format.extension());
    let how = if format == Format::Csv {
        "inline"
    } else {
        is_compressed(&mut answer);
        "attachment"
    };
    describe(&mut answer, content_type(format), how, &name);
    answer.body(body)
}

pub fn content_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        format => format.media_type(),
    }
}

/// Says what a file is, and what it is to be called.
pub fn describe(answer: &mut HttpResponseBuilder, content_type: &str, how: &str, name: &str) {
    answer.content_type(content_type).insert_header((
        header::CONTENT_DISPOSITION,
        format!("{how}; filename=\"{name}\""),
    ));
}

/// Says that a file is compressed in itself, so that it goes out as it is, with its length.
pub fn is_compressed(answer: &mut HttpResponseBuilder) {
    answer.insert_header(ContentEncoding::Identity);
}
