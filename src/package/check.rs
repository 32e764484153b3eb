//! Checks a package: each record by itself, then the records together.

use super::{
    Error, Files, Problem,
    read::{Package, Table, read},
};
use crate::database::{
    AnyConnection, find,
    resource::{Object, Resource},
    rules,
};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Everything that is wrong with a package; empty where nothing is.
///
/// Records may refer to records of the register behind `connection`, where there is one.
pub fn check(files: &dyn Files, connection: Option<&mut AnyConnection>) -> Result<usize, Error> {
    let package = checked(files, connection)?;
    Ok(package.tables.iter().map(|table| table.records.len()).sum())
}

/// The package, if nothing is wrong with it.
pub fn checked(
    files: &dyn Files,
    connection: Option<&mut AnyConnection>,
) -> Result<Package, Error> {
    let mut problems = Vec::new();
    let package = read(files, &mut problems);
    let mut together = Together {
        ids: ids(&package),
        package: &package,
        connection,
        problems: &mut problems,
    };
    for table in &package.tables {
        together.check_unique(table);
        together.check_references(table)?;
    }
    together.check_same_sections();
    together.check_quotes()?;
    together.check_withdrawals()?;
    if problems.is_empty() {
        return Ok(package);
    }
    problems.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
    Err(Error::Problems(problems))
}

fn ids(package: &Package) -> HashMap<&'static str, HashSet<&str>> {
    let tables = package.tables.iter();
    tables
        .map(|table| {
            let ids = table.records.iter().map(|(_, record)| text(record, "id"));
            let broken = table.broken.iter().map(String::as_str);
            (table.resource.name, ids.chain(broken).collect())
        })
        .collect()
}

struct Together<'p> {
    package: &'p Package,
    ids: HashMap<&'static str, HashSet<&'p str>>,
    connection: Option<&'p mut AnyConnection>,
    problems: &'p mut Vec<Problem>,
}

impl<'p> Together<'p> {
    fn check_unique(&mut self, table: &'p Table) {
        for columns in [&["id"] as &[&str]].iter().chain(table.resource.unique) {
            let mut seen: HashMap<Vec<&Json>, usize> = HashMap::new();
            for (row, record) in &table.records {
                let values: Vec<&Json> = columns.iter().map(|name| value(record, name)).collect();
                if values.iter().any(|value| value.is_null()) {
                    continue;
                }
                let shown = values
                    .iter()
                    .map(|value| plain(value))
                    .collect::<Vec<_>>()
                    .join(", ");
                if let Some(first) = seen.insert(values, *row) {
                    let reason = format!("stands in row {first} already and must be unique");
                    let column = columns.join(", ");
                    self.problems.push(Problem::in_cell(
                        &table.file,
                        *row,
                        &column,
                        &shown,
                        reason,
                    ));
                }
            }
        }
    }

    fn check_references(&mut self, table: &'p Table) -> QueryResult<()> {
        for reference in table.resource.references {
            let Some(target) = find(reference.resource) else {
                continue;
            };
            let known = self.ids.get(target.name);
            let mut missing: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (row, record) in &table.records {
                let id = text(record, reference.column);
                if !id.is_empty() && !known.is_some_and(|ids| ids.contains(id)) {
                    missing.entry(id).or_default().push(*row);
                }
            }
            for id in self.existing(target, &missing.keys().copied().collect::<Vec<_>>())? {
                missing.remove(id.as_str());
            }
            let known: Vec<&str> = self
                .ids
                .get(target.name)
                .into_iter()
                .flatten()
                .copied()
                .collect();
            for (id, rows) in missing {
                let hint = rules::nearest_hint(id, &known);
                for row in rows {
                    let reason = format!("is no id of {}{hint}", target.name);
                    let problem = Problem::in_cell(&table.file, row, reference.column, id, reason);
                    self.problems.push(problem);
                }
            }
        }
        Ok(())
    }

    /// Those of the ids that the register holds.
    fn existing(&mut self, resource: &Resource, ids: &[&str]) -> QueryResult<Vec<String>> {
        let mut existing = Vec::new();
        if let Some(connection) = self.connection.as_deref_mut() {
            for ids in ids.chunks(500) {
                let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
                existing.extend(resource.store.existing(connection, &ids)?);
            }
        }
        Ok(existing)
    }

    fn table(&self, name: &str) -> Option<&'p Table> {
        self.package
            .tables
            .iter()
            .find(|table| table.resource.name == name)
    }

    /// A measure stands in a section of its own plan, and so does a section in its parent.
    fn check_same_sections(&mut self) {
        let Some(sections) = self.table("sections") else {
            return;
        };
        let plans: HashMap<&str, &str> = sections
            .records
            .iter()
            .map(|(_, section)| (text(section, "id"), text(section, "plan_id")))
            .collect();
        for (name, column) in [("measures", "section_id"), ("sections", "parent_id")] {
            if let Some(table) = self.table(name) {
                for (row, record) in &table.records {
                    let section = text(record, column);
                    if plans
                        .get(section)
                        .is_some_and(|plan| *plan != text(record, "plan_id"))
                    {
                        let reason = "is a section of another plan";
                        self.problems.push(Problem::in_cell(
                            &table.file,
                            *row,
                            column,
                            section,
                            reason,
                        ));
                    }
                }
            }
        }
    }

    /// A quote of an entry that refers to another stands in the statement of either.
    fn check_quotes(&mut self) -> QueryResult<()> {
        let Some(table) = self.table("status_entries") else {
            return Ok(());
        };
        let statements: HashMap<&str, &str> = table
            .records
            .iter()
            .map(|(_, entry)| (text(entry, "id"), text(entry, "statement")))
            .collect();
        for (row, entry) in &table.records {
            let (quote, same_as) = (text(entry, "quote"), text(entry, "same_as"));
            if same_as.is_empty() || text(entry, "statement").contains(quote) {
                continue;
            }
            let stored = match (statements.get(same_as), self.connection.as_deref_mut()) {
                (None, Some(connection)) => table.resource.store.find(connection, same_as)?,
                _ => None,
            };
            let stored = stored.map(|row| text(&row.to_object(), "statement").to_owned());
            let other = statements.get(same_as).copied().or(stored.as_deref());
            if !other.is_some_and(|statement| statement.contains(quote)) {
                let reason = "stands neither in the statement nor in that of same_as";
                self.problems
                    .push(Problem::in_cell(&table.file, *row, "quote", quote, reason));
            }
        }
        Ok(())
    }

    /// A withdrawn record stands in no file, nothing refers to it, and what replaces it exists.
    fn check_withdrawals(&mut self) -> QueryResult<()> {
        let Some(table) = self.table("withdrawals") else {
            return Ok(());
        };
        for (row, withdrawal) in &table.records {
            let cell = |column: &'static str, reason: String| {
                let value = text(withdrawal, column);
                Problem::in_cell(&table.file, *row, column, value, reason)
            };
            let Some(resource) = find(text(withdrawal, "resource")) else {
                continue;
            };
            let known = |ids: &HashMap<&'static str, HashSet<&str>>, id: &str| {
                ids.get(resource.name).is_some_and(|ids| ids.contains(id))
            };
            if known(&self.ids, text(withdrawal, "record_id")) {
                let reason = format!("is withdrawn, but still stands in {}", resource.name);
                self.problems.push(cell("record_id", reason));
            }
            let successor = text(withdrawal, "successor_id");
            if !successor.is_empty()
                && !known(&self.ids, successor)
                && self.existing(resource, &[successor])?.is_empty()
            {
                let reason = format!("is no id of {}", resource.name);
                self.problems.push(cell("successor_id", reason));
            }
        }
        Ok(())
    }
}

fn value<'r>(record: &'r Object, name: &str) -> &'r Json {
    record.get(name).unwrap_or(&Json::Null)
}

fn text<'r>(record: &'r Object, name: &str) -> &'r str {
    value(record, name).as_str().unwrap_or_default()
}

fn plain(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
