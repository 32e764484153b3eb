//! A record that is to be written: its values, before it is a row of a type.

use super::resource::{Column, Object, Resource, STAMP};
use diesel::{QueryResult, result::Error};
use serde::{
    Serialize, Serializer,
    de::{
        DeserializeOwned, Deserializer, IntoDeserializer, Visitor,
        value::{Error as ValueError, MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    ser::SerializeMap,
};
use serde_json::Value as Json;

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    Nothing,
    Integer(i64),
    Text(String),
    List(Vec<String>),
}

/// The values of the columns that packages hold, in their order.
#[derive(Clone)]
pub struct Draft {
    pub resource: &'static Resource,
    cells: Vec<Cell>,
}

/// What the register adds to a record.
pub struct Stamp<'s> {
    pub revision: i64,
    pub created_at: &'s str,
    pub updated_at: &'s str,
}

impl Draft {
    /// A record without values.
    pub fn new(resource: &'static Resource) -> Self {
        let cells = resource.own_columns().map(|_| Cell::Nothing).collect();
        Self { resource, cells }
    }

    /// Sets the value of the column at a place among those that packages hold.
    pub fn set(&mut self, place: usize, cell: Cell) {
        self.cells[place] = cell;
    }

    /// The columns with their values.
    pub fn values(&self) -> impl Iterator<Item = (&'static Column, &Cell)> {
        let columns = self.resource.columns.iter().filter(|column| column.own);
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
                    others.eq(texts.iter().map(|text| Some(text.as_str())))
                }
                _ => false,
            }
        })
    }

    /// The record as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The row of its type, with what the register adds; derived columns are empty.
    pub fn row<R: DeserializeOwned>(&self, stamp: &Stamp<'_>) -> QueryResult<R> {
        let own = self
            .values()
            .map(|(column, cell)| (column.name, Part::Cell(cell)));
        let [revision, created_at, updated_at] = STAMP;
        let stamp = [
            (revision, Part::Revision(stamp.revision)),
            (created_at, Part::Moment(stamp.created_at)),
            (updated_at, Part::Moment(stamp.updated_at)),
        ];
        R::deserialize(MapDeserializer::<_, ValueError>::new(own.chain(stamp)))
            .map_err(|error| Error::SerializationError(error.into()))
    }
}

impl Serialize for Draft {
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

/// A value on its way into a row.
enum Part<'d> {
    Cell(&'d Cell),
    Revision(i64),
    Moment(&'d str),
}

impl IntoDeserializer<'_, ValueError> for Part<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Part<'_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self {
            Self::Cell(Cell::Nothing) => visitor.visit_unit(),
            Self::Cell(Cell::Integer(integer)) => visitor.visit_i64(*integer),
            Self::Cell(Cell::Text(text)) => visitor.visit_str(text),
            Self::Cell(Cell::List(texts)) => {
                let texts = texts.iter().map(String::as_str);
                visitor.visit_seq(SeqDeserializer::new(texts))
            }
            Self::Revision(revision) => visitor.visit_i64(revision),
            Self::Moment(moment) => visitor.visit_str(moment),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self {
            Self::Cell(Cell::Nothing) => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let word = match self {
            Self::Cell(Cell::Text(word)) => word.as_str(),
            _ => "",
        };
        StrDeserializer::new(word).deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
