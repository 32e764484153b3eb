//! Which ids and values were seen, in few bytes each.

use crate::database::draft::{Cell, Draft};
use std::collections::{HashMap, HashSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// What a text is known by: among billions of texts, no two are likely to share it.
pub type Key = u128;

pub fn key(text: &str) -> Key {
    xxh3_128(text.as_bytes())
}

/// The ids of each resource of a package.
#[derive(Default)]
pub struct Ids(HashMap<&'static str, HashSet<Key>>);

impl Ids {
    pub fn add(&mut self, resource: &'static str, id: &str) {
        self.0.entry(resource).or_default().insert(key(id));
    }

    pub fn contain(&self, resource: &str, id: &str) -> bool {
        let ids = self.0.get(resource);
        ids.is_some_and(|ids| ids.contains(&key(id)))
    }
}

/// The values of columns that must be unique together, each with the last row that has them.
pub struct Unique {
    pub columns: &'static [&'static str],
    rows: HashMap<Key, usize>,
}

impl Unique {
    pub fn new(columns: &'static [&'static str]) -> Self {
        let rows = HashMap::new();
        Self { columns, rows }
    }

    /// Notes the values of a row; gives the row that had them before. Missing values are not compared.
    pub fn add(&mut self, row: usize, draft: &Draft) -> Option<usize> {
        let mut hash = Xxh3::new();
        for column in self.columns {
            match draft.cell(column) {
                Cell::Nothing => return None,
                Cell::Integer(integer) => hash.update(&integer.to_le_bytes()),
                Cell::Text(text) => hash.update(text.as_bytes()),
                Cell::List(texts) => texts.iter().for_each(|text| hash.update(text.as_bytes())),
            }
            hash.update(&[0]); // no text holds it
        }
        self.rows.insert(hash.digest128(), row)
    }

    /// The values of a row, as people read them.
    pub fn shown(&self, draft: &Draft) -> String {
        let values = self.columns.iter().map(|column| match draft.cell(column) {
            Cell::Integer(integer) => integer.to_string(),
            _ => draft.text(column).unwrap_or_default().to_owned(),
        });
        values.collect::<Vec<_>>().join(", ")
    }
}
