//! TODO

pub mod budget;
pub mod conditional;
pub mod embed;
pub mod envelope;
pub mod immutable;
pub mod labels;
pub mod levels;
pub mod page;
pub mod projection;
pub mod search_page;
