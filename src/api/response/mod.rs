//! Response building: the envelope around records, headers, links, and what an answer may cost. Handlers end with it.

pub mod facets;

pub mod budget;
pub mod conditional;
pub mod embed;
pub mod envelope;
pub mod headers;
pub mod immutable;
pub mod labels;
pub mod levels;
pub mod page;
pub mod projection;
pub mod search_page;
pub mod url;
