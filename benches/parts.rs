//! What the parts of an answer cost: the analysis of words, records as JSON, cursors.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use aciqplan::{
    api::Cursor,
    database::{Database, find, sql::filter::Filter},
    language::{fold, sort_key, stem::stem, tokenize::words},
    package::{self, Seeds},
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const TEXTS: &str = include_str!("../seeds/status_entries.csv");
const NAME: &str = "Azərbaycan Respublikasının Maliyyə Nazirliyi";

fn analysis(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("analysis");
    group.throughput(Throughput::Bytes(TEXTS.len() as u64));
    group.bench_function("fold", |bencher| bencher.iter(|| fold(black_box(TEXTS))));
    group.bench_function("words", |bencher| bencher.iter(|| words(black_box(TEXTS))));
    group.throughput(Throughput::Bytes(NAME.len() as u64));
    group.bench_function("sort key", |bencher| {
        bencher.iter(|| sort_key(black_box(NAME)));
    });
    let all = words(TEXTS);
    group.throughput(Throughput::Elements(all.len() as u64));
    group.bench_function("stem", |bencher| {
        bencher.iter(|| {
            all.iter()
                .map(|word| stem(black_box(word)).len())
                .sum::<usize>()
        });
    });
    group.finish();
}

fn records(criterion: &mut Criterion) {
    let folder = tempfile::TempDir::new().unwrap();
    let url = format!(
        "sqlite://{}",
        folder.path().join("register.sqlite").display()
    );
    let database = Database::open(&url, 1).unwrap();
    let mut connection = database.connection().unwrap();
    package::load(
        &Seeds,
        &mut connection,
        &package::Options::default(),
        &|_| {},
    )
    .unwrap();
    let measures = find("measures").unwrap();
    let mut query = measures.all(Filter::default());
    query.limit = 50;
    let mut group = criterion.benchmark_group("50 measures");
    group.bench_function("from the database", |bencher| {
        bencher.iter(|| measures.store.list(&mut connection, &query).unwrap().len());
    });
    let rows = measures.store.list(&mut connection, &query).unwrap();
    group.bench_function("as JSON", |bencher| {
        bencher.iter(|| rows.iter().map(|row| row.to_json().len()).sum::<usize>());
    });
    group.bench_function("as objects", |bencher| {
        bencher.iter(|| rows.iter().map(|row| row.to_object().len()).sum::<usize>());
    });
    group.finish();
}

fn cursors(criterion: &mut Criterion) {
    let cursor = Cursor {
        order: "measures:plan_id,position,id".to_owned(),
        values: vec![
            "az-nap-2020-2022".into(),
            17.into(),
            "az-nap-2020-2022-2.11".into(),
        ],
        backwards: false,
    };
    let text = cursor.encode();
    let mut group = criterion.benchmark_group("cursor");
    group.bench_function("encode", |bencher| {
        bencher.iter(|| black_box(&cursor).encode());
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| Cursor::decode(black_box(&text)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, analysis, records, cursors);
criterion_main!(benches);
