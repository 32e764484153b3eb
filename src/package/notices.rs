//! Data-quality notices, what is likely wrong with records: heuristics that are told and stop nothing. `check` asks of each row, and
//! once more when all are known.

use super::{Problem, Problems, rows::Row, years::Years};
use crate::{
    database::{AnyConnection, find, model::record::Record, query::by_keys::by_keys},
    language,
    package::{
        key_hashes::{Ids, Key, key},
        source::DESCRIPTOR,
        table::{Package, Table},
    },
};

use diesel::QueryResult;
use rust_iso3166::from_alpha2;
use serde_json::Value as Json;
use std::{
    collections::{BTreeSet, HashMap},
    mem,
};

/// Licences for data by their identifiers of SPDX; one that ends in `-` stands for those that begin with it.
const LICENCES: &[&str] = &[
    "cc0-1.0",
    "cc-by-",
    "cc-pddc",
    "odc-by-",
    "odbl-1.0",
    "pddl-1.0",
    "ogl-",
    "cdla-",
    "dl-de-by-",
    "dl-de-zero-",
    "etalab-",
    "nlod-",
    "c-uda-",
    "o-uda-",
    "mit",
    "apache-2.0",
];
/// The shortest statement that is compared with those of other years, in bytes.
const STATEMENT: usize = 40;
/// How many entries a package may have to be compared with those of the register: those of larger ones stand
/// beside each other.
const FEW: usize = 20_000;

/// What has to be known of all records to see what is likely wrong.
#[derive(Default)]
pub struct Notices {
    years: Years,
    /// The first row of each name of a body.
    names: HashMap<(String, String), usize>,
    entries: Vec<Entry>,
    /// The measures of the entries, while they are few.
    reported: BTreeSet<String>,
    file: String,
}

/// What is compared of entries on one measure by one assessor.
struct Entry {
    of: Key,
    year: i64,
    level: Option<u8>,
    /// None where it is short.
    statement: Option<Key>,
    /// None where it is one of the register.
    row: Option<usize>,
}

/// What is likely wrong with what a package says of itself.
pub fn of_package(package: &Package) -> Vec<Problem> {
    let licences = package.properties.get("licenses").and_then(Json::as_array);
    let unnamed = licences.into_iter().flatten().filter(|one| !has_text(one));
    let unknown = unnamed.filter_map(|licence| licence.get("name").and_then(Json::as_str));
    let unknown = unknown.filter(|name| !is_known(name));
    let told = unknown.map(|name| {
        let reason = format!(
            "names the licence `{name}`, which is no licence for data by an identifier of SPDX such as CC-BY-4.0; \
             give that, or its text as an https `path`"
        );
        Problem::in_file(DESCRIPTOR, reason).notice()
    });
    told.collect()
}

/// Whether a licence says where its text stands.
fn has_text(licence: &Json) -> bool {
    let path = licence.get("path").and_then(Json::as_str);
    path.is_some_and(|path| path.starts_with("https://"))
}

fn is_known(licence: &str) -> bool {
    let licence = licence.to_ascii_lowercase();
    let is_it =
        |known: &&str| licence == **known || (known.ends_with('-') && licence.starts_with(*known));
    LICENCES.iter().any(is_it)
}

impl Notices {
    /// What is likely wrong with a row.
    pub fn check(&mut self, table: &Table, row: &Row) -> Vec<Problem> {
        let tell = |column: &str, value: &str, reason: String| {
            Problem::in_cell(&table.file, row.number, column, value, reason).notice()
        };
        let mut told = Vec::new();
        if let Some(country) = row.text("country")
            && from_alpha2(country).is_none()
        {
            told.push(tell(
                "country",
                country,
                "is no code of a country in ISO 3166-1".to_owned(),
            ));
        }
        match table.resource.name {
            "agencies" => {
                if let Some(name) = row.text("name") {
                    let country = row.draft.text("country").unwrap_or_default();
                    let named = (country.to_owned(), language::fold(name));
                    let first = *self.names.entry(named).or_insert(row.number);
                    if first != row.number {
                        told.push(tell(
                            "name",
                            name,
                            format!("is the name of the body in row {first} too"),
                        ));
                    }
                }
            }
            "status_entries" => {
                let year = row.draft.integer("year");
                if let (Some(measure), Some(year)) = (row.text("measure_id"), year)
                    && row.is_sound("year")
                {
                    self.add(table, row, measure, year);
                }
            }
            _ => {}
        }
        told.extend(self.years.check(table, row));
        told
    }

    fn add(&mut self, table: &Table, row: &Row, measure: &str, year: i64) {
        let text = |name: &str| row.text(name).unwrap_or_default();
        self.entries.push(Entry {
            of: of(measure, text("assessor_id")),
            year,
            level: level(text("completion")),
            statement: Some(text("statement"))
                .filter(|text| text.len() >= STATEMENT)
                .map(key),
            row: Some(row.number),
        });
        if self.entries.len() <= FEW {
            self.reported.insert(measure.to_owned());
        }
        if self.file.is_empty() {
            self.file.clone_from(&table.file);
        }
    }

    /// What is likely wrong with entries beside those of the years before, in the package and in the register.
    pub fn finish(
        mut self,
        ids: &Ids,
        mut connection: Option<&mut AnyConnection>,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        if let Some(connection) = connection.as_deref_mut() {
            problems.extend(mem::take(&mut self.years).finish(connection)?);
        }
        if let Some(connection) = connection
            && self.entries.len() <= FEW
        {
            self.read_stored(ids, connection)?;
        }
        self.entries.sort_by_key(|entry| (entry.of, entry.year));
        for pair in self.entries.windows(2) {
            let [before, entry] = pair else { continue };
            let Some(row) = entry.row else { continue };
            if before.of != entry.of || before.year == entry.year {
                continue;
            }
            let place = match before.row {
                Some(row) => format!("{} (row {row})", before.year),
                None => format!("{} (in the register)", before.year),
            };
            let mut tell = |column: &str, value: &str, reason: String| {
                problems.push(Problem::in_cell(&self.file, row, column, value, reason).notice());
            };
            if let (Some(old), Some(new)) = (before.level, entry.level)
                && old >= new + 2
            {
                let (old, new) = (LEVELS[usize::from(old)], LEVELS[usize::from(new)]);
                tell(
                    "completion",
                    new,
                    format!("is two levels or more below `{old}` of {place}"),
                );
            }
            if entry.statement.is_some() && entry.statement == before.statement {
                tell("statement", "", format!("is the text of {place} again"));
            }
        }
        Ok(())
    }

    fn read_stored(&mut self, ids: &Ids, connection: &mut AnyConnection) -> QueryResult<()> {
        let Some(entries) = find("status_entries") else {
            return Ok(());
        };
        let reported: Vec<String> = mem::take(&mut self.reported).into_iter().collect();
        let measures = reported.iter().map(String::as_str);
        by_keys(connection, entries, "measure_id", measures, |row| {
            if ids.contain(entries.name, row.text("id")) {
                return;
            }
            let statement = Some(row.text("statement"));
            self.entries.push(Entry {
                of: of(row.text("measure_id"), row.text("assessor_id")),
                year: row.get("year").and_then(Json::as_i64).unwrap_or_default(),
                level: level(row.text("completion")),
                statement: statement.filter(|text| text.len() >= STATEMENT).map(key),
                row: None,
            });
        })
    }
}

fn of(measure: &str, assessor: &str) -> Key {
    key(&format!("{measure}\0{assessor}"))
}

/// The levels that compare, from the lowest.
const LEVELS: [&str; 4] = ["not_started", "limited", "substantial", "complete"];

fn level(completion: &str) -> Option<u8> {
    let place = LEVELS.iter().position(|level| *level == completion)?;
    u8::try_from(place).ok()
}
