//! Made-up packages: each is taken or told what is wrong with it, and comes out as it went in.

use super::{
    alike::encoded,
    outcomes::{load, read_all},
    runner,
    small::{descriptor, small},
};
use crate::support::{Memory, empty, refusals};
use actix_web::rt::System;
use proptest::{prelude::*, sample::Index, sample::select};
use std::cell::Cell;

#[test]
fn the_small_package_is_right() {
    let registers = empty();
    assert_eq!(load(&registers, &small(&descriptor())), Ok((8, 0)));
    read_all(&registers);
}

#[test]
fn a_word_of_any_length_is_taken_and_found() {
    let registers = empty();
    let word = "ə".repeat(2600);
    let rows = format!("long,,{word},,other,,,[]");
    let package = small(&descriptor()).and("agencies.csv", &rows);
    assert_eq!(load(&registers, &package), Ok((9, 0)));
    for register in registers {
        let beginning = "ə".repeat(300);
        let url = format!("/v1/agencies?q={}", encoded(&beginning));
        let found = System::new().block_on(register.ids(&url));
        assert_eq!(found, ["long"], "{}", register.name);
    }
}

#[test]
fn any_bytes_as_a_package_are_taken_or_told() {
    let names: Vec<String> = Memory::seeds().0.into_keys().collect();
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\"\n\r,; 0-9a-zə\u{feff}]{0,40}".prop_map(String::into_bytes),
    ];
    runner(200)
        .run(
            &(select(names), bytes, any::<[Index; 2]>(), 0..4_u8),
            |(name, bytes, [from, to], whole)| {
                let mut package = Memory::seeds();
                let old = package.0.get_mut(&name).unwrap();
                if whole == 0 {
                    *old = bytes;
                } else {
                    // in place of nothing, or of what stands there
                    let from = from.index(old.len());
                    let to = if whole == 1 {
                        from
                    } else {
                        to.index(old.len())
                    };
                    old.splice(from.min(to)..from.max(to), bytes);
                }
                package.problems(); // must return
                Ok(())
            },
        )
        .unwrap();
}

/// Whether a reader sees anything of a text.
fn is_seen(text: &str) -> bool {
    !aciqplan::language::visible(text).trim().is_empty()
}

#[test]
fn any_texts_come_out_as_they_went_in() {
    let text = "[^\\x00\\s]([^\\x00]{0,30}[^\\x00\\s])?";
    let options = aciqplan::package::Options {
        accept_damage: true, // some of the texts look it
        ..Default::default()
    };
    for register in empty() {
        let number = Cell::new(0);
        runner(25)
            .run(
                &(
                    text.prop_filter("seen by nobody", |text| is_seen(text)),
                    proptest::collection::vec(
                        "[^\\x00]{1,20}".prop_filter("seen by nobody", |text| is_seen(text)),
                        0..4,
                    ),
                ),
                |(name, aliases)| {
                    number.set(number.get() + 1);
                    let mut row = csv::Writer::from_writer(Vec::new());
                    let aliases = serde_json::to_string(&aliases).unwrap();
                    let id = format!("any-{}", number.get());
                    row.write_record([id.as_str(), "", &name, "", "other", "", "", &aliases])
                        .unwrap();
                    let row = String::from_utf8(row.into_inner().unwrap()).unwrap();
                    let package = Memory::seeds().and("agencies.csv", row.trim_end_matches('\n'));
                    register.load_with(&package, &options).unwrap();
                    let folder = tempfile::TempDir::new().unwrap();
                    aciqplan::package::export(
                        &mut register.database.connection().unwrap(),
                        folder.path(),
                    )
                    .unwrap();
                    let exported =
                        std::fs::read_to_string(folder.path().join("agencies.csv")).unwrap();
                    prop_assert!(exported.contains(&row), "{row}");
                    let counts = register
                        .load_with(&aciqplan::package::Folder::new(folder.path()), &options)
                        .unwrap();
                    prop_assert_eq!((counts.created, counts.corrected), (0, 0));
                    Ok(())
                },
            )
            .unwrap();
    }
}

#[test]
fn text_with_white_space_around_it_is_refused() {
    for register in empty() {
        let told =
            refusals(register.load(&Memory::seeds().and("agencies.csv", "x,, padded,,other,,,[]")));
        assert!(
            told[0].contains("white space at its start or end"),
            "{told:?}"
        );
    }
}
