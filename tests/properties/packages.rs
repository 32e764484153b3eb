//! Made-up packages: each is taken or told what is wrong with it, and by both databases alike.

use super::{
    requests::encoded,
    runner,
    support::{Memory, Register, empty, refusals},
};
use aciqplan::package;
use actix_web::rt::System;
use proptest::{prelude::*, sample::Index, sample::select};
use serde_json::{Value as Json, json};
use std::{cell::Cell, collections::BTreeMap};

/// A small package: each file, its columns and its rows.
const SMALL: [(&str, &str, &[&str]); 7] = [
    (
        "agencies",
        "id,country,name,short_name,kind,parent_id,successor_id,aliases",
        &[
            "x-a,XX,Ministry,MF,ministry,,,[]",
            "x-b,XX,Committee,,other,x-a,,\"[\"\"B\"\"]\"",
        ],
    ),
    (
        "sources",
        "id,title,kind,publisher_id,language,published_on,period,url,note",
        &["x-s,Plan,plan,x-a,en,2026-01-02,,https://x.example/plan,"],
    ),
    (
        "plans",
        "id,country,kind,title,start_year,end_year,adopted_on,adopted_by,legal_act,introduction,predecessor_id,source_id",
        &["x-p,XX,national_action_plan,Plan,2026,2028,2026-01-02,,,,,x-s"],
    ),
    (
        "measures",
        "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator",
        &[
            "x-p-1,x-p,,1,Publish the budget,,2026,2028,1,x-s,point 1",
            "x-p-2,x-p,,1.2,Publish more,Published,,2028,2,x-s,point 2",
        ],
    ),
    (
        "assignments",
        "id,measure_id,agency_id,role,position,as_written",
        &["x-p-1-a,x-p-1,x-a,executor,1,The Ministry"],
    ),
    (
        "status_entries",
        "id,measure_id,assessor_id,assessor_kind,year,completion,missing_reason,basis,quote,statement,same_as,note,source_id,locator,published_on",
        &[
            "x-p-1-2026,x-p-1,x-a,self_report,2026,complete,,stated,done,It is done.,,,x-s,point 1,2027-01-02",
        ],
    ),
    (
        "withdrawals",
        "id,resource,record_id,reason,successor_id",
        &[],
    ),
];

/// The descriptor of the small package.
fn descriptor() -> Json {
    let resource =
        |(name, ..): (&str, &str, &[&str])| json!({"name": name, "path": format!("{name}.csv")});
    json!({
        "name": "x-plan",
        "title": "The plan of Example",
        "description": "What Example promises.",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "languages": ["en"],
        "keywords": ["plan"],
        "contributors": [{"title": "Example", "roles": ["publisher"]}],
        "translations": {"az": {"title": "Plan"}},
        "version": "1.0.0",
        "created": "2026-11-21T00:00:00Z",
        "resources": SMALL.map(resource),
    })
}

fn small(descriptor: &Json) -> Memory {
    let mut files = BTreeMap::new();
    files.insert(
        package::DESCRIPTOR.to_owned(),
        descriptor.to_string().into_bytes(),
    );
    for (name, columns, rows) in SMALL {
        let text = [&[columns], rows].concat().join("\n") + "\n";
        files.insert(format!("{name}.csv"), text.into_bytes());
    }
    Memory(files)
}

/// What becomes of a package: how many records came and changed, or what is wrong with it.
type Outcome = Result<(usize, usize), Vec<String>>;

/// Loads a package into each register; what becomes of it must be the same, and what is refused leaves nothing.
fn load(registers: &[Register], package: &Memory) -> Outcome {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for register in registers {
        let before = version(register);
        let outcome = match register.load(package) {
            Ok(counts) => Ok((counts.created, counts.corrected)),
            Err(package::Error::Problems(problems)) => {
                assert_eq!(version(register), before, "what was refused left something");
                Err(problems.iter().map(ToString::to_string).collect())
            }
            Err(error) => panic!("{}: {error}", register.name),
        };
        outcomes.push(outcome);
    }
    assert_eq!(outcomes[0], outcomes[1]);
    outcomes.remove(0)
}

fn version(register: &Register) -> Option<i64> {
    let mut connection = register.database.connection().unwrap();
    let version = aciqplan::database::revisions::version(&mut connection).unwrap();
    version.map(|(number, _)| number)
}

/// Everything that is served of the register, after a package was taken.
fn read_all(registers: &[Register]) {
    for register in registers {
        for url in [
            "/",
            "/v1",
            "/catalog.jsonld",
            "/datapackage.json",
            "/v1/measures?include=assignments.agency,status_entries&facets=plan",
            "/v1/measures.xlsx",
            "/v1/measures.parquet",
            "/v1/measures.atom",
            "/v1/measures.ics",
            "/v1/measures/x-p-1/citation.bib",
            "/v1/plans/x-p/scorecard?by=agency",
            "/v1/agencies?sort=-name",
            "/v1/changes.rss",
            "/v1/search?q=Publish",
        ] {
            let answer = System::new().block_on(register.get(url));
            let is_gone = [404, 410].contains(&answer.status.as_u16());
            let fine = answer.status.is_success() || is_gone;
            assert!(fine, "{} {url}: {}", register.name, answer.text());
        }
    }
}

/// Two registers, empty at first; new ones after so many cases, and after a failure.
struct Fresh(Cell<Option<(u32, Vec<Register>)>>);

impl Fresh {
    const CASES: u32 = 1;

    fn new() -> Self {
        Self(Cell::new(None))
    }

    fn with(&self, act: impl FnOnce(&[Register])) {
        let kept = self.0.take().filter(|(cases, _)| *cases < Self::CASES);
        let (cases, registers) = kept.unwrap_or_else(|| (0, empty()));
        act(&registers);
        self.0.set(Some((cases + 1, registers)));
    }
}

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

/// What may stand in a cell.
fn any_cell() -> impl Strategy<Value = String> {
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

/// What may stand in a cell of a column; as often as not, something of its kind.
fn any_cell_of(column: &str) -> BoxedStrategy<String> {
    const DATES: [&str; 7] = [
        "2026-12-31",
        "2026-02-30",
        "2026-2-3",
        "0000-01-01",
        "-001-01-01",
        "+999-12-31",
        "9999-12-31",
    ];
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
        column if column.ends_with("_on") => &DATES,
        column if column.ends_with("year") || column == "position" => &NUMBERS,
        column if column.ends_with("id") => &IDS,
        _ => return any_cell().boxed(),
    };
    let of_kind = select(of_kind.to_vec()).prop_map(str::to_owned);
    prop_oneof![of_kind, any_cell()].boxed()
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
            for ((table, column), row, cell) in cells {
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
            registers.with(|registers| {
                if load(registers, &package).is_ok() {
                    read_all(registers);
                }
            });
            Ok(())
        })
        .unwrap();
}

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

#[test]
fn any_texts_come_out_as_they_went_in() {
    let text = "[^\\x00\\s]([^\\x00]{0,30}[^\\x00\\s])?";
    for register in empty() {
        let number = Cell::new(0);
        runner(25)
            .run(
                &(text, proptest::collection::vec("[^\\x00]{1,20}", 0..4)),
                |(name, aliases)| {
                    number.set(number.get() + 1);
                    let mut row = csv::Writer::from_writer(Vec::new());
                    let aliases = serde_json::to_string(&aliases).unwrap();
                    let id = format!("any-{}", number.get());
                    row.write_record([id.as_str(), "", &name, "", "other", "", "", &aliases])
                        .unwrap();
                    let row = String::from_utf8(row.into_inner().unwrap()).unwrap();
                    let package = Memory::seeds().and("agencies.csv", row.trim_end_matches('\n'));
                    register.load(&package).unwrap();
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
                        .load(&aciqplan::package::Folder::new(folder.path()))
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
