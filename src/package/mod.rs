//! The Data Package: the one format of the seed, the import, the export and the bulk download.

mod alphabets;
mod archive;
mod check;
mod csv_rows;
mod csvw;
mod dialect;
mod export;
mod files;
mod head;
mod header;
mod keys;
mod load;
mod lone_file;
mod problem;
mod properties;
mod read;
mod references;
mod refusals;
mod rows;
mod seeds;
mod source;
mod table_properties;
mod table_schema;
mod together;

pub use archive::Archive;
pub use check::{Found, check};
pub use csvw::{package_metadata, table_metadata};
pub use export::{cell, descriptor, export, live_descriptor, write};
pub use files::{Files, Folder};
pub use load::{Loaded, Options, load};
pub use lone_file::LoneFile;
pub use problem::{Class, Error, Problem};
pub use read::DESCRIPTOR;
pub use seeds::Seeds;
pub use source::open;
