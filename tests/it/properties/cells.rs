//! Made-up cells in a package: each is taken or told, and by both databases alike.

use super::{
    outcomes::{Fresh, load, read_all},
    runner,
    small::{SMALL, descriptor, small},
};
use crate::support::{Memory, empty};
use proptest::{prelude::*, sample::Index, sample::select};

/// What may stand in a cell.
pub fn any_cell() -> impl Strategy<Value = String> {
    let known = [
        "",
        " ",
        "x-a",
        "x-b",
        "x-p",
        "x-p-1",
        "x-s",
        "X",
        "nothing",
        "executor",
        "complete",
        "2021",
        "02021",
        "-1",
        "0",
        "1.5",
        "1e3",
        "2147483648",
        "9223372036854775808",
        "2026-02-30",
        "2026-12-31",
        "0000-01-01",
        "99999-01-01",
        "-0001-01-01",
        "-001-01-01",
        "+999-12-31",
        "true",
        "[]",
        "[1]",
        "[\"a\",\"a\"]",
        "{}",
        "=1+1",
        "\u{feff}",
        "\0",
        "\r\n",
        "\"",
        "'",
        "1.2.3",
        "az",
        "XX",
        "xx",
        "en-GB-oed",
        "https://",
        "javascript:alert(1)",
        "İ",
        "\u{301}",
    ];
    prop_oneof![
        3 => select(known.to_vec()).prop_map(str::to_owned),
        1 => ".{0,20}",
        1 => "[a-z0-9-]{1,12}",
        1 => (1..70_usize).prop_map(|length| "ə".repeat(length * 100)),
    ]
}

/// What may stand in a cell of days, and whether it is one.
const DATES: [(&str, bool); 9] = [
    ("2026-12-31", true),
    ("2026-02-30", false),
    ("2026-2-3", false),
    ("2026- 2- 3", false),
    ("0000-01-01", false),
    ("-001-01-01", false),
    ("+999-12-31", false),
    ("9999-12-31", true),
    ("+10000-01-01", false),
];

/// What may stand in a cell of a column; as often as not, something of its kind.
pub fn any_cell_of(column: &str) -> BoxedStrategy<String> {
    const NUMBERS: [&str; 7] = [
        "2026",
        "-1",
        "0",
        "02026",
        "2147483648",
        "9007199254740993",
        "9223372036854775807",
    ];
    const IDS: [&str; 7] = ["x-a", "x-b", "x-s", "x-p", "x-p-1", "x-p-2", "x"];
    let of_kind: &[&str] = match column {
        column if column.ends_with("_on") => &DATES.map(|(date, _)| date),
        column if column.ends_with("year") || column == "position" => &NUMBERS,
        column if column.ends_with("id") => &IDS,
        _ => return any_cell().boxed(),
    };
    let of_kind = select(of_kind.to_vec()).prop_map(str::to_owned);
    prop_oneof![of_kind, any_cell()].boxed()
}

/// The package with one of its cells changed: in one of the rows, or in the names of the columns.
pub fn change(package: &mut Memory, (table, column): (usize, usize), row: Index, cell: String) {
    let (name, columns, rows) = SMALL[table];
    let file = package.0.get_mut(&format!("{name}.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(file.as_slice());
    let mut records: Vec<Vec<String>> = reader
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect();
    if rows.is_empty() {
        records.push(vec!["nothing".to_owned(); columns.split(',').count()]);
    }
    let row = row.index(records.len()); // the names of the columns too
    records[row][column] = cell;
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in &records {
        writer.write_record(record).unwrap();
    }
    *file = writer.into_inner().unwrap();
}

#[test]
fn any_cells_are_taken_or_told_alike() {
    let registers = Fresh::new();
    let places: Vec<(usize, usize)> = (0..SMALL.len())
        .flat_map(|table| (0..SMALL[table].1.split(',').count()).map(move |column| (table, column)))
        .collect();
    let cell = select(places).prop_flat_map(|(table, column)| {
        let name = SMALL[table].1.split(',').nth(column).unwrap_or_default();
        (Just((table, column)), any::<Index>(), any_cell_of(name))
    });
    let cells = proptest::collection::vec(cell, 1..4);
    runner(40)
        .run(&cells, |cells| {
            let mut package = small(&descriptor());
            for (place, row, cell) in cells {
                change(&mut package, place, row, cell);
            }
            registers.with(|registers| {
                if load(registers, &package).is_ok() {
                    read_all(registers);
                }
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_day_is_taken_and_what_only_looks_like_one_is_told() {
    let registers = empty();
    for (name, columns, rows) in SMALL {
        let columns = columns.split(',').enumerate();
        for (place, column) in columns.filter(|(_, column)| column.ends_with("_on")) {
            for (date, is_day) in DATES {
                let mut row: Vec<&str> = rows[0].split(',').collect();
                row[place] = date;
                let file = format!("{name}.csv");
                let package = small(&descriptor()).with(&file, rows[0], &row.join(","));
                let outcome = load(&registers, &package);
                assert_eq!(
                    outcome.is_ok(),
                    is_day,
                    "{file} {column} {date}: {outcome:?}"
                );
            }
        }
    }
}
