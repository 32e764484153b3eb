//! Validation of the place of properties: what says how files are read stands where it is read, or is refused.
//!
//! The standard gives each property one place; a program that finds `missingValues` beside a schema and not in it
//! would pass it over, and take for values what stands for none.

use super::{dialect, refusals::Refusals, table_properties, table_schema};
use crate::database::model::resource::Object;
use serde_json::{Value as Json, json};

/// Where in a descriptor properties stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Package,
    Resource,
    Dialect,
    Schema,
    Field,
}

/// Properties that say how files are read, and their places. What packages may have for something else of that
/// name, such as `path` and `format`, is not among them.
const READ: [(Place, &[&str]); 4] = [
    (
        Place::Resource,
        &[
            "encoding",
            "dialect",
            "schema",
            "compression",
            "innerpath",
            "extrapaths",
            "layout",
            "control",
            "detector",
        ],
    ),
    (Place::Dialect, &dialect::KNOWN),
    (Place::Schema, &["missingValues", "fields"]),
    (
        Place::Field,
        &[
            "decimalChar",
            "groupChar",
            "bareNumber",
            "trueValues",
            "falseValues",
        ],
    ),
];

/// Refuses the properties of a place that are read in another one only.
pub fn refuse(place: Place, path: &str, properties: &Object, refusals: &mut Refusals<'_>) {
    for (name, value) in properties {
        if let Some(right) = right_place(place, name, value) {
            refusals.refuse(&format!("{path}{name}"), value, right);
        }
    }
}

/// The names of all properties that say how files are read.
pub fn names() -> impl Iterator<Item = &'static str> {
    READ.iter().flat_map(|(_, names)| names.iter().copied())
}

fn right_place(place: Place, name: &str, value: &Json) -> Option<&'static str> {
    let is_read_here = place == Place::Field && matches!(name, "delimiter" | "missingValues");
    let is_of = |(own, names): &&(Place, &[&str])| *own != place && names.contains(&name);
    let (own, _) = READ.iter().find(is_of).filter(|_| !is_read_here)?;
    let right = match own {
        Place::Resource => "it is read in an entry of `resources` only: put it there",
        Place::Dialect => "it is read in the `dialect` of a resource only: put it there",
        Place::Schema => "it is read in the `schema` of a resource only: put it there",
        _ => "it is read in a field of a `schema` only: put it there",
    };
    (!says_nothing(*own, name, value)).then_some(right)
}

/// Whether a property says what is so anyway.
fn says_nothing(own: Place, name: &str, value: &Json) -> bool {
    if value.is_null() || [json!(""), json!({}), json!([]), json!([""])].contains(value) {
        return true;
    }
    match (own, name) {
        (Place::Resource, "dialect" | "schema") | (Place::Schema, _) => false,
        (Place::Resource, _) => table_properties::unread(name, value).is_none(),
        (Place::Dialect, "header") => value != &json!(false), // a picture may be called so
        (Place::Dialect, _) => dialect::is_default(name, value),
        _ => table_schema::unread(name, value, None).is_none(),
    }
}
