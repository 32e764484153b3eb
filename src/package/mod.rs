//! The Data Package: the one format of the seed, the import, the export and the bulk download.

mod check;
mod csvw;
mod export;
mod files;
mod keys;
mod load;
mod problem;
mod read;
mod references;
mod rows;
mod seeds;
mod together;

pub use check::{Found, check};
pub use csvw::{package_metadata, table_metadata};
pub use export::{cell, descriptor, export, live_descriptor, write};
pub use files::{Files, Folder};
pub use load::{Loaded, Options, load};
pub use problem::{Class, Error, Problem};
pub use read::DESCRIPTOR;
pub use seeds::Seeds;
