//! Request parsing: from a query string to what is asked for, and every mistake in it. The handlers begin with it.

pub mod dimensions;

pub mod accept;
pub mod conventions;
pub mod cursor;
pub mod filters;
pub mod list_request;
pub mod parameters;
pub mod parser;
pub mod refusal;
pub mod sort;
pub mod values;
