//! The problems of a package: those of one cause together, and no more than people and memory can take.

use super::{Class, Problem};
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    ops::Deref,
};

/// How many problems of a column are kept; of the others it is known how many there are.
const MOST: usize = 200;

/// How many of a class are kept, a thousand in all: what stops a load is not pushed out by what does not.
fn most(class: Class) -> usize {
    match class {
        Class::Error => 600,
        Class::Damage | Class::Notice => 200,
    }
}

/// Problems, each with all of its rows.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
    /// Where each problem of the list stands, by its key.
    places: HashMap<u64, usize>,
    /// How many of a class in a column are in the list, and in how many cells there are others.
    columns: BTreeMap<Column, (usize, usize)>,
    /// How many of each class are in the list.
    kept: BTreeMap<Class, usize>,
}

/// The class, the file and the column of problems.
type Column = (Class, String, Option<String>);

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        if let Some(place) = self.places.get(&problem.key()) {
            self.list[*place].join(problem);
            return;
        }
        let of_class = self.kept.entry(problem.class).or_default();
        let has_room = *of_class < most(problem.class);
        let column = problem.column.clone().filter(|_| has_room);
        let column = (problem.class, problem.file.clone(), column);
        let (kept, left_out) = self.columns.entry(column).or_default();
        if *kept < MOST && has_room {
            *kept += 1;
            *of_class += 1;
            self.places.insert(problem.key(), self.list.len());
            self.list.push(problem);
        } else {
            *left_out += problem.count();
        }
    }

    /// In how many cells, rows or files there is a problem of the class.
    pub fn count(&self, class: Class) -> usize {
        let told = self.list.iter().filter(|problem| problem.class == class);
        let left_out = self.left_out(|other| other == class);
        told.map(Problem::count).sum::<usize>() + left_out
    }

    fn left_out(&self, is_meant: impl Fn(Class) -> bool) -> usize {
        let meant = self
            .columns
            .iter()
            .filter(|((class, ..), _)| is_meant(*class));
        meant.map(|(_, (_, left_out))| left_out).sum()
    }

    pub fn has(&self, class: Class) -> bool {
        self.columns.keys().any(|(other, ..)| *other == class)
    }

    /// The problems by file and row.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.list.sort_by(|a, b| {
            let place = |problem: &'_ Problem| problem.rows.first().copied();
            (&a.file, place(a)).cmp(&(&b.file, place(b)))
        });
        self.places.clear();
        let keys = self.list.iter().map(Problem::key).enumerate();
        self.places.extend(keys.map(|(place, key)| (key, place)));
        self
    }

    /// A line for each reason, with the values that it is said of.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<(Vec<&Problem>, &Problem)> = Vec::new();
        let mut places: HashMap<_, usize> = HashMap::new();
        for problem in &self.list {
            let cause = (problem.class, &problem.file, &problem.column);
            match places.get(&(cause, &problem.reason)) {
                Some(place) if problem.column.is_some() => lines[*place].0.push(problem),
                _ => {
                    places.insert((cause, &problem.reason), lines.len());
                    lines.push((vec![problem], problem));
                }
            }
        }
        let mut lines: Vec<String> = lines.iter().map(|(of, first)| line(of, first)).collect();
        for ((class, file, column), (_, left_out)) in &self.columns {
            if let more @ 1.. = left_out {
                let column = column.iter().map(|name| format!(", column {name}"));
                let column: String = column.collect();
                lines.push(format!("{}{file}{column}: {more} more", class.prefix()));
            }
        }
        lines
    }
}

fn line(problems: &[&Problem], first: &Problem) -> String {
    if problems.len() == 1 {
        return first.to_string();
    }
    let told: Vec<String> = problems.iter().map(|problem| problem.place()).collect();
    let told = told.join("; ");
    let column = first.column.as_deref().unwrap_or_default();
    let (file, reason) = (first.class_and_file(), &first.reason);
    format!("{file}, column {column}: {told}: {reason}")
}

impl Deref for Problems {
    type Target = [Problem];

    fn deref(&self) -> &[Problem] {
        &self.list
    }
}

impl Extend<Problem> for Problems {
    fn extend<I: IntoIterator<Item = Problem>>(&mut self, problems: I) {
        for problem in problems {
            self.push(problem);
        }
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        let mut collected = Self::default();
        collected.extend(problems);
        collected
    }
}

/// How many there are of each class.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (errors, damaged) = (self.count(Class::Error), self.count(Class::Damage));
        match (errors, damaged) {
            (_, 0) => write!(f, "the package has {errors} problem(s)"),
            (0, _) => write!(
                f,
                "the package has {damaged} damaged value(s); mend them, or take them as they are with --accept-warnings"
            ),
            _ => write!(
                f,
                "the package has {errors} problem(s) and {damaged} damaged value(s)"
            ),
        }
    }
}

impl Serialize for Problems {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("errors", &self.count(Class::Error))?;
        map.serialize_entry("damaged", &self.count(Class::Damage))?;
        map.serialize_entry("notices", &self.count(Class::Notice))?;
        map.serialize_entry("problems", &self.list)?;
        map.serialize_entry("left_out", &self.left_out(|_| true))?;
        map.end()
    }
}
