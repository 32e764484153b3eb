//! TODO

pub mod backup;
pub mod bulk_load;
pub mod derived;
pub mod descriptor;
pub mod numbering;
pub mod prepare;
pub mod revisions;
pub mod uniqueness;
pub mod writer;
