//! The one write path: whoever writes, a record is validated, prepared, written and remembered as a revision here.

pub mod backup;
pub mod bulk_load;
pub mod derived;
pub mod descriptor;
pub mod numbering;
pub mod prepare;
pub mod revisions;
pub mod uniqueness;
pub mod writer;
