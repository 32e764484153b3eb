//! A new record: its values by column, before it is a row of a type. Packages read into it, the writer takes it.

use crate::database::model::{
    resource::{Column, Object, Resource},
    text_list::Texts,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value as Json;

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    Nothing,
    Integer(i64),
    Text(String),
    List(Texts),
}

/// The values of the columns that packages hold, in their order.
#[derive(Clone)]
pub struct NewRecord {
    pub resource: &'static Resource,
    cells: Vec<Cell>,
}

impl NewRecord {
    /// A record without values.
    pub fn new(resource: &'static Resource) -> Self {
        let cells = resource.input_columns().map(|_| Cell::Nothing).collect();
        Self { resource, cells }
    }

    /// Sets the value of the column at a place among those that packages hold.
    pub fn set(&mut self, place: usize, cell: Cell) {
        self.cells[place] = cell;
    }

    /// The values, in the order of their columns.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The columns with their values.
    pub fn values(&self) -> impl Iterator<Item = (&'static Column, &Cell)> {
        let columns = self
            .resource
            .columns
            .iter()
            .filter(|column| column.is_input);
        columns.zip(&self.cells)
    }

    pub fn cell(&self, name: &str) -> &Cell {
        let found = self.values().find(|(column, _)| column.name == name);
        found.map_or(&Cell::Nothing, |(_, cell)| cell)
    }

    /// The text of a column; `None` where it has no value, or one that is no text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.cell(name) {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.cell(name) {
            Cell::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// The id; empty where it has none.
    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// How many bytes its texts have.
    pub fn size(&self) -> usize {
        let sizes = self.cells.iter().map(|cell| match cell {
            Cell::Text(text) => text.len(),
            Cell::List(texts) => texts.as_str().len(),
            Cell::Nothing | Cell::Integer(_) => 0,
        });
        sizes.sum()
    }

    /// Whether a stored record has the same values.
    pub fn equals(&self, stored: &Object) -> bool {
        self.values().all(|(column, cell)| {
            let stored = stored.get(column.name).unwrap_or(&Json::Null);
            match (cell, stored) {
                (Cell::Nothing, Json::Null) => true,
                (Cell::Integer(integer), Json::Number(number)) => number.as_i64() == Some(*integer),
                (Cell::Text(text), Json::String(other)) => text == other,
                (Cell::List(texts), Json::Array(others)) => {
                    let others = others.iter().map(Json::as_str);
                    others.eq(texts.to_vec().iter().map(|text| Some(text.as_str())))
                }
                _ => false,
            }
        })
    }

    /// The record as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for NewRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len()))?;
        for (column, cell) in self.values() {
            match cell {
                Cell::Nothing => map.serialize_entry(column.name, &())?,
                Cell::Integer(integer) => map.serialize_entry(column.name, integer)?,
                Cell::Text(text) => map.serialize_entry(column.name, text)?,
                Cell::List(texts) => map.serialize_entry(column.name, texts)?,
            }
        }
        map.end()
    }
}
