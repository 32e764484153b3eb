//! Downloads: every format holds the same records, on both databases, and says where they come from.

mod answers;
mod csv;
mod dataset;
mod parquet;
mod ranges;
mod readers;
mod records;
mod xlsx;

use crate::support::Memory;

const FORMATS: [&str; 4] = ["csv", "ndjson", "xlsx", "parquet"];

/// The seeds and 2345 measures more: three batches.
fn many() -> Memory {
    let row = |number: i32| {
        let year = [String::new(), "2016".to_owned(), "2017".to_owned()];
        let year = &year[usize::try_from(number % 3).unwrap()];
        let position = number + 1000;
        format!(
            "az-nap-2016-2018-x{number},az-nap-2016-2018,,x.{number},T {number},,{year},,{position},az-nap-2016-2018-text,"
        )
    };
    let rows: Vec<String> = (0..2345).map(row).collect();
    Memory::seeds().and("measures.csv", &rows.join("\n"))
}
