//! Which ids and values were seen, in eight bytes each.

use crate::{
    database::model::{new_record::Cell, resource::Resource},
    language::confusables::alike,
    package::rows::Row,
};
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// What a text is known by. That a wrong id has the key of a right one is less likely than one in a
/// billion, whatever the size of the package, and the database refuses it then.
pub type Key = u64;

pub fn key(text: &str) -> Key {
    xxh3_64(text.as_bytes())
}

/// Keys are hashes by themselves.
#[derive(Default)]
pub struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// The ids of each resource of a package.
#[derive(Default)]
pub struct Ids(HashMap<&'static str, HashSet<Key, BuildHasherDefault<Same>>>);

impl Ids {
    pub fn add(&mut self, resource: &'static str, id: &str) {
        self.0.entry(resource).or_default().insert(key(id));
    }

    pub fn contain(&self, resource: &str, id: &str) -> bool {
        let ids = self.0.get(resource);
        ids.is_some_and(|ids| ids.contains(&key(id)))
    }

    /// How many ids of a resource there are.
    pub fn count(&self, resource: &str) -> usize {
        self.0.get(resource).map_or(0, HashSet::len)
    }
}

/// The values of columns that must be unique together, to the reader.
pub struct Unique {
    pub columns: &'static [&'static str],
    keys: Vec<Key>,
}

impl Unique {
    /// Those of a resource, the id first.
    pub fn of(resource: &Resource) -> Vec<Self> {
        let ids: &[&[&str]] = &[&["id"]];
        let columns = ids.iter().chain(resource.unique).copied();
        let unique = |columns| Self {
            columns,
            keys: Vec::new(),
        };
        columns.map(unique).collect()
    }

    /// Notes the values of a row. Missing values are not compared.
    pub fn add(&mut self, row: &Row) {
        self.keys.extend(values_key(self.columns, row));
    }

    /// The values that seem to stand more than once; `None` where there are none.
    pub fn repeated(mut self) -> Option<Repeated> {
        self.keys.sort_unstable();
        let pairs = self.keys.windows(2);
        let keys: HashSet<Key> = pairs
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
            .collect();
        (!keys.is_empty()).then(|| Repeated {
            columns: self.columns,
            keys,
            rows: HashMap::new(),
        })
    }
}

/// Values that seem to stand more than once: which do is told when the rows are read again.
pub struct Repeated {
    pub columns: &'static [&'static str],
    keys: HashSet<Key>,
    /// The first row that has the values, and how they are written there.
    rows: HashMap<Vec<Cell>, (usize, Vec<Cell>)>,
}

impl Repeated {
    /// Gives the first row that has the values of this one, where that is another, and whether they are the same
    /// and not only look so.
    pub fn find(&mut self, row: &Row) -> Option<(usize, bool)> {
        let key = values_key(self.columns, row)?;
        if !self.keys.contains(&key) {
            return None;
        }
        let cells = self.columns.iter().map(|column| row.draft.cell(column));
        let written: Vec<Cell> = cells.cloned().collect();
        let values = written.iter().map(|cell| match cell {
            Cell::Text(text) => Cell::Text(alike(text).into_owned()),
            other => other.clone(),
        });
        match self.rows.entry(values.collect()) {
            Entry::Occupied(first) => {
                let (number, same) = first.get();
                Some((*number, *same == written))
            }
            Entry::Vacant(place) => {
                place.insert((row.number, written));
                None
            }
        }
    }

    /// The values of a row, as people read them.
    pub fn shown(&self, row: &Row) -> String {
        let draft = &row.draft;
        let values = self.columns.iter().map(|column| match draft.cell(column) {
            Cell::Integer(integer) => integer.to_string(),
            _ => draft.text(column).unwrap_or_default().to_owned(),
        });
        values.collect::<Vec<_>>().join(", ")
    }
}

fn values_key(columns: &[&str], row: &Row) -> Option<Key> {
    let mut hash = Xxh3::new();
    for column in columns {
        match row.draft.cell(column) {
            _ if !row.is_sound(column) => return None,
            Cell::Nothing => return None,
            Cell::Integer(integer) => hash.update(&integer.to_le_bytes()),
            Cell::Text(text) => hash.update(alike(text).as_bytes()),
            Cell::List(texts) => hash.update(texts.as_str().as_bytes()),
        }
        hash.update(&[0]); // no text holds it
    }
    Some(hash.digest())
}
