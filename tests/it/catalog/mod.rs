//! The catalogue says what DCAT-AP wants, and the same in every syntax; the packages' metadata too.

mod descriptions;
mod metadata;
mod readers;
mod syntaxes;
