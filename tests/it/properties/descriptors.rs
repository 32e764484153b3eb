//! Made-up descriptors of a package: each is taken or told, and by both databases alike.

use super::{
    cells::any_cell,
    outcomes::{Fresh, load, read_all},
    runner,
    small::{descriptor, small},
};
use proptest::{prelude::*, sample::Index, sample::select};
use serde_json::Value as Json;

/// Any JSON, not deep.
fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any_cell().prop_map(Json::from),
        select(vec![
            "plans",
            "plans.csv",
            "../plans.csv",
            "/etc/hostname",
            "publisher",
            "CC0-1.0"
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let name = select(vec![
            "name", "path", "title", "roles", "az", "schema", "fields", "x",
        ]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::btree_map(name, inner, 0..4).prop_map(|object| object
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

/// The places of a value and of everything in it.
fn places(value: &Json, at: &str) -> Vec<String> {
    let mut found = vec![at.to_owned()];
    match value {
        Json::Object(object) => {
            for (name, value) in object {
                found.extend(places(value, &format!("{at}/{name}")));
            }
        }
        Json::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                found.extend(places(value, &format!("{at}/{index}")));
            }
        }
        _ => {}
    }
    found
}

#[test]
fn any_descriptor_is_taken_or_told_alike() {
    let registers = Fresh::new();
    let changes = proptest::collection::vec((any::<Index>(), any_json()), 1..4);
    runner(60)
        .run(&changes, |changes| {
            let mut descriptor = descriptor();
            for (place, value) in changes {
                let places = places(&descriptor, "");
                let place: &String = place.get(places.as_slice());
                *descriptor.pointer_mut(place).unwrap() = value;
            }
            let package = small(&descriptor);
            registers.with(|registers| {
                if load(registers, &package).is_ok() {
                    read_all(registers);
                }
            });
            Ok(())
        })
        .unwrap();
}
