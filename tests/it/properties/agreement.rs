//! `check --database` and `load` tell the same of any package, beside any register, on both databases.

use super::{
    cells::{any_cell_of, change},
    runner,
    small::{SMALL, descriptor, small},
};
use crate::support::{Memory, Register, empty};
use aciqplan::package::{self, Options, Problems};
use proptest::{prelude::*, sample::Index, sample::select};

/// What is told, and how many records there are where there is no mistake.
type Told = (Vec<String>, Option<usize>);

fn told(problems: &Problems, records: Option<usize>) -> Told {
    (problems.iter().map(ToString::to_string).collect(), records)
}

fn checked(register: &Register, package: &Memory) -> Told {
    let mut connection = register.database.connection().unwrap();
    match package::check(package, Some(&mut connection)) {
        Ok(found) => told(&found.problems, Some(found.records)),
        Err(package::Error::Problems(problems)) => told(&problems, None),
        Err(error) => panic!("{}: {error}", register.name),
    }
}

/// A load whose writes are undone.
fn loaded(register: &Register, package: &Memory) -> Told {
    let mut connection = register.database.connection().unwrap();
    let options = Options {
        accept_damage: true,
        is_rehearsal: true,
        ..Options::default()
    };
    match package::load(package, &mut connection, &options, &|_| {}) {
        Ok(loaded) => {
            let counts = loaded.counts;
            let records = counts.created + counts.corrected + counts.unchanged;
            told(&loaded.problems, Some(records))
        }
        Err(package::Error::Problems(problems)) => told(&problems, None),
        Err(error) => panic!("{}: {error}", register.name),
    }
}

/// The registers that a package may come to, each on every database: empty ones, ones that have it, and ones whose
/// records have what is its own by other ids.
fn registers() -> Vec<Vec<Register>> {
    let mut all = vec![empty()];
    for package in [small(&descriptor()), of_others()] {
        let registers = empty();
        for register in &registers {
            register.load(&package).unwrap();
        }
        all.push(registers);
    }
    all
}

/// The small package, where measures and what belongs to them have other ids.
fn of_others() -> Memory {
    let mut package = small(&descriptor());
    for name in ["measures", "assignments", "status_entries"] {
        let text = package.text(&format!("{name}.csv")).replace("x-p-", "y-p-");
        package.0.insert(format!("{name}.csv"), text.into_bytes());
    }
    package
}

/// The package without some of its files.
fn without(mut package: Memory, left_out: &[bool]) -> Memory {
    let mut descriptor = descriptor();
    let names: Vec<&str> = SMALL.iter().map(|(name, ..)| *name).collect();
    let is_left_out = |name: &str| {
        let place = names.iter().position(|other| *other == name);
        place.is_some_and(|place| left_out[place])
    };
    let resources = descriptor["resources"].as_array_mut().unwrap();
    resources.retain(|resource| !is_left_out(resource["name"].as_str().unwrap()));
    for name in names.iter().filter(|name| is_left_out(name)) {
        package.0.remove(&format!("{name}.csv"));
    }
    let text = descriptor.to_string().into_bytes();
    package.0.insert("datapackage.json".to_owned(), text);
    package
}

#[test]
fn check_and_load_tell_the_same() {
    let registers = registers();
    let places: Vec<(usize, usize)> = (0..SMALL.len())
        .flat_map(|table| (0..SMALL[table].1.split(',').count()).map(move |column| (table, column)))
        .collect();
    let cell = select(places).prop_flat_map(|(table, column)| {
        let name = SMALL[table].1.split(',').nth(column).unwrap_or_default();
        (Just((table, column)), any::<Index>(), any_cell_of(name))
    });
    let cells = proptest::collection::vec(cell, 0..3);
    let left_out = proptest::collection::vec(proptest::bool::weighted(0.3), SMALL.len());
    let cut = proptest::option::weighted(0.2, (0..SMALL.len(), any::<Index>()));
    runner(60)
        .run(&(cells, left_out, cut), |(cells, left_out, cut)| {
            let mut package = small(&descriptor());
            for (place, row, cell) in cells {
                change(&mut package, place, row, cell);
            }
            if let Some((table, length)) = cut {
                let file = package
                    .0
                    .get_mut(&format!("{}.csv", SMALL[table].0))
                    .unwrap();
                file.truncate(length.index(file.len()));
            }
            let package = without(package, &left_out);
            for alike in &registers {
                let all = alike
                    .iter()
                    .flat_map(|register| [checked(register, &package), loaded(register, &package)]);
                let all: Vec<Told> = all.collect();
                for other in &all[1..] {
                    prop_assert_eq!(&all[0], other);
                }
            }
            Ok(())
        })
        .unwrap();
}
