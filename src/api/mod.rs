//! The HTTP API: what clients see. `server` answers with it, and `snapshot` copies what it answers.

mod calendar;
mod catalog;
mod count_cache;
mod dataset_version;
mod directory;
mod endpoints;
mod error;
mod export;
mod feeds;
pub mod handlers;
mod html;
mod i18n;
mod limits;
pub mod log_throttle;
mod openapi;
pub mod request;
pub mod response;
pub mod singleflight;
mod spool;
mod state;

pub use calendar::fold as fold_line;
pub use directory::{Directory, List, Records};
pub use endpoints::{Route, directory, document_text, no_such_path, operations, routes};
pub use error::{Error, Problem, Result};
pub use export::chunks::file_body;
pub use export::file_cache::USUAL_ROOM;
pub use export::list::HeadAlone;
pub use html::{escaped, link, list_item, page, style_hash};
pub use limits::{MAX_ADDRESS, MAX_BYTES, MAX_HEADERS};
pub use request::accept::{ByAccept, preferences};
pub use request::cursor::Cursor;
pub use response::conditional::{Unconditional, client_has};
pub use response::headers::{ASK_AGAIN, describedby_link};
pub use spool::{Sent, USUAL_SPOOL};
pub use state::{State, USUAL_CACHE, bytes_for_answers};
