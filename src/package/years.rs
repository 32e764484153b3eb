//! Years beside those of the plan: a plausibility check of measures and entries. `notices` asks of each row, and
//! once more of the register, which may have the plan that the package does not.

use super::{Problem, rows::Row};
use crate::{
    database::{
        AnyConnection,
        model::record::Record,
        query::by_keys::by_keys,
        resources::{measures::MEASURES, plans::PLANS},
    },
    package::{
        key_hashes::{Key, Same, key},
        table::Table,
    },
};

use diesel::QueryResult;
use serde_json::Value as Json;
use std::{collections::HashMap, hash::BuildHasherDefault};

/// How many years about a plan are still usual: a measure begins early, a report comes late.
const USUAL: i64 = 2;
/// How many years are looked up in the register.
const FEW: usize = 20_000;

type Map<T> = HashMap<Key, T, BuildHasherDefault<Same>>;
/// The first and the last year of a plan.
type Term = (i64, i64);

#[derive(Default)]
pub struct Years {
    /// The years of each plan, and the plan of each measure.
    plans: Map<Term>,
    measures: Map<Key>,
    /// Years about a plan that is not in the package.
    open: Vec<Open>,
}

struct Open {
    year: Year,
    of: Of,
}

struct Year {
    file: String,
    row: usize,
    column: &'static str,
    value: i64,
}

#[derive(Clone)]
enum Of {
    Plan(String),
    Measure(String),
}

impl Years {
    /// Which years of a row are far outside those of its plan, as far as the package tells.
    pub fn check(&mut self, table: &Table, row: &Row) -> Vec<Problem> {
        let year = |name: &str| row.draft.integer(name).filter(|_| row.is_sound(name));
        let (columns, of): (&[&str], _) = match table.resource.name {
            "plans" => {
                let term = year("start_year").zip(year("end_year"));
                if let (Some(id), Some(term)) = (row.text("id"), term) {
                    self.plans.insert(key(id), term);
                }
                return Vec::new();
            }
            "measures" => {
                let Some(plan) = row.text("plan_id") else {
                    return Vec::new();
                };
                if let Some(id) = row.text("id") {
                    self.measures.insert(key(id), key(plan));
                }
                (&["start_year", "end_year"], Of::Plan(plan.to_owned()))
            }
            "status_entries" => match row.text("measure_id") {
                Some(measure) => (&["year"], Of::Measure(measure.to_owned())),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let term = self.term(&of);
        let of_row = columns.iter().filter_map(|column| {
            Some(Year {
                file: table.file.clone(),
                row: row.number,
                column,
                value: year(column)?,
            })
        });
        let years: Vec<Year> = of_row.collect();
        match (term, years.is_empty()) {
            (Some(term), _) => years.iter().filter_map(|year| year.far(term)).collect(),
            (None, false) if self.open.len() < FEW => {
                let open = |year| Open {
                    year,
                    of: of.clone(),
                };
                self.open.extend(years.into_iter().map(open));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The same, of plans and measures that the register has.
    pub fn finish(mut self, connection: &mut AnyConnection) -> QueryResult<Vec<Problem>> {
        let open = std::mem::take(&mut self.open);
        let measures = open.iter().filter_map(|open| match &open.of {
            Of::Measure(id) if !self.measures.contains_key(&key(id)) => Some(id.as_str()),
            _ => None,
        });
        let mut plans: Vec<String> = Vec::new();
        let mut found: Map<Key> = HashMap::default();
        by_keys(connection, &MEASURES, "id", measures, |row| {
            found.insert(key(row.text("id")), key(row.text("plan_id")));
            plans.push(row.text("plan_id").to_owned());
        })?;
        self.measures.extend(found);
        let named = open.iter().filter_map(|open| match &open.of {
            Of::Plan(id) => Some(id.as_str()),
            Of::Measure(_) => None,
        });
        let plans = plans.iter().map(String::as_str).chain(named);
        let plans = plans.filter(|id| !self.plans.contains_key(&key(id)));
        let mut found: Map<Term> = HashMap::default();
        by_keys(connection, &PLANS, "id", plans, |row| {
            let year = |name: &str| row.get(name).and_then(Json::as_i64);
            if let Some(term) = year("start_year").zip(year("end_year")) {
                found.insert(key(row.text("id")), term);
            }
        })?;
        self.plans.extend(found);
        let far = |open: &Open| open.year.far(self.term(&open.of)?);
        Ok(open.iter().filter_map(far).collect())
    }

    /// The years of the plan that something belongs to, where that is known.
    fn term(&self, of: &Of) -> Option<Term> {
        let plan = match of {
            Of::Plan(id) => key(id),
            Of::Measure(id) => *self.measures.get(&key(id))?,
        };
        self.plans.get(&plan).copied()
    }
}

impl Year {
    fn far(&self, (start, end): Term) -> Option<Problem> {
        let is_far = self.value < start - USUAL || self.value > end + USUAL;
        let reason = format!("is far outside the years of the plan, {start}-{end}");
        let shown = self.value.to_string();
        let problem = Problem::in_cell(&self.file, self.row, self.column, &shown, reason);
        is_far.then(|| problem.notice())
    }
}
