//! Pages of lists, followed from one to the next.

use super::runner;
use crate::support::{Memory, Register, path_of, seeded, texts};
use aciqplan::database::{self, model::resource::Kind};
use actix_web::rt::System;
use proptest::prelude::*;
use std::cell::Cell;

/// Any list: a resource, columns to sort by, a filter or none, and a page size.
fn any_list() -> impl Strategy<Value = (String, i64)> {
    let resource = 0..database::RESOURCES.len();
    (
        resource,
        any::<proptest::sample::Index>(),
        any::<proptest::sample::Index>(),
        any::<[bool; 3]>(),
        1..40_i64,
    )
        .prop_map(
            |(resource, first, second, [down, also_down, filtered], limit)| {
                let resource = database::RESOURCES[resource];
                let sortable: Vec<_> = resource
                    .columns
                    .iter()
                    .filter(|column| column.sort_column.is_some())
                    .collect();
                let sign = |down| if down { "-" } else { "" };
                let (first, second) = (first.get(&sortable), second.get(&sortable));
                let mut url = format!(
                    "/v1/{}?sort={}{},{}{}",
                    resource.path(),
                    sign(down),
                    first.name,
                    sign(also_down),
                    second.name
                );
                let nullable = resource
                    .columns
                    .iter()
                    .find(|column| column.nullable && column.kind != Kind::TextList);
                if let (Some(column), true) = (nullable, filtered) {
                    url = format!("{url}&{}[missing]={also_down}", column.name);
                }
                (url, limit)
            },
        )
}

/// The ids that following `next` from the first page gives.
async fn walk(
    register: &Register,
    url: &str,
    limit: i64,
    mut between: impl FnMut(usize),
) -> Vec<String> {
    let mut ids = Vec::new();
    let mut next = Some(format!("{url}&limit={limit}"));
    while let Some(url) = next {
        let page = register.json(&url).await;
        ids.extend(texts(&page["data"], "id"));
        between(ids.len());
        next = path_of(&page["links"]["next"]);
    }
    ids
}

#[test]
fn following_the_cursor_gives_every_record_once_in_order() {
    for register in seeded() {
        runner(60)
            .run(&any_list(), |(url, limit)| {
                System::new().block_on(async {
                    let whole = register.ids(&format!("{url}&limit=500")).await;
                    let walked = walk(&register, &url, limit, |_| ()).await;
                    assert_eq!(walked, whole, "{url} by {limit}");
                });
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn following_the_cursor_misses_nothing_while_records_are_added() {
    for register in seeded() {
        let added = Cell::new(0);
        runner(8)
            .run(&(any::<bool>(), 3..30_i64), |(down, limit)| {
                let url = format!("/v1/agencies?sort={}name", if down { "-" } else { "" });
                System::new().block_on(async {
                    let before = register.ids(&format!("{url}&limit=500")).await;
                    let walked = walk(&register, &url, limit, |_| {
                        added.set(added.get() + 1);
                        let added = added.get();
                        let name = format!("{} body", ["A", "Ə", "M", "Z"][added % 4]);
                        register
                            .load(&Memory::seeds().and(
                                "agencies.csv",
                                &format!("added-{added},,{name},,other,,,[]"),
                            ))
                            .unwrap();
                    })
                    .await;
                    let old: Vec<&String> =
                        walked.iter().filter(|id| before.contains(id)).collect();
                    assert_eq!(old, before.iter().collect::<Vec<_>>(), "{url} by {limit}");
                    let mut once = walked.clone();
                    once.sort();
                    once.dedup();
                    assert_eq!(once.len(), walked.len(), "a record came twice");
                });
                Ok(())
            })
            .unwrap();
    }
}
