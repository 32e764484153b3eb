//! A package as it is read: its properties, and its files of records in the order in which they can be written.

use crate::{
    database::model::resource::{Column, Object, Resource},
    package::dialect::Dialect,
};
use std::collections::HashMap;

/// A package, read.
#[derive(Default)]
pub struct Package {
    /// The descriptor without its list of files.
    pub properties: Object,
    /// The files in the order in which they can be written.
    pub tables: Vec<Table>,
}

/// One file of records.
pub struct Table {
    pub resource: &'static Resource,
    pub file: String,
    /// How the file is written.
    pub dialect: Dialect,
    pub missing: Missing,
}

/// The texts that stand for a missing value besides an empty cell.
#[derive(Default)]
pub struct Missing {
    pub all: Vec<String>,
    pub columns: HashMap<String, Vec<String>>,
}

impl Missing {
    /// Those of each column; none at all where only an empty cell stands for a missing value.
    pub fn of(&self, columns: &[(usize, &Column)]) -> Vec<Vec<String>> {
        if self.all.is_empty() && self.columns.is_empty() {
            return Vec::new();
        }
        let of =
            |(_, column): &(usize, &Column)| self.columns.get(column.name).unwrap_or(&self.all);
        columns.iter().map(of).cloned().collect()
    }

    /// The same, with one more text in every column.
    pub fn and(mut self, text: Option<&String>) -> Self {
        for texts in self.columns.values_mut().chain([&mut self.all]) {
            texts.extend(text.cloned());
        }
        self
    }
}
