//! The Data Package: the one format of the seed, the import, the export and the bulk download.

mod check;
mod export;
mod files;
mod load;
mod problem;
mod read;
mod seeds;

pub use check::check;
pub use export::{cell, descriptor, export, write};
pub use files::{Files, Folder};
pub use load::{Progress, load};
pub use problem::{Error, Problem};
pub use seeds::Seeds;
