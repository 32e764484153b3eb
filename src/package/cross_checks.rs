//! What holds of records together: sections of one plan, quotes of another entry, withdrawals.

use crate::{
    database::{
        AnyConnection, RESOURCES,
        connection::dataset_version,
        find,
        model::{new_record::NewRecord, record::Record, validation},
        query::by_keys::by_keys,
        sql::filter::{Filter, Predicate, Value},
    },
    language::stands_in,
    package::{
        PackageSource, Problem, Problems,
        foreign_keys::existing,
        key_hashes::{Ids, Key, key},
        rows::Row,
        table::{Package, Table},
    },
};

use diesel::QueryResult;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A measure stands in a section of its own plan, and so does a section in its parent.
#[derive(Default)]
pub struct Sections {
    /// The plan of each section.
    plans: HashMap<Key, Key>,
    /// Sections in sections: a parent may stand below its child in the file.
    nested: Vec<(usize, String, Key)>,
    /// The rows with a section that the package has not, by file, column, section and plan.
    open: BTreeMap<(String, &'static str, String, Key), Vec<usize>>,
}

impl Sections {
    pub fn check(&mut self, table: &Table, row: &Row) -> Option<Problem> {
        let plan = key(row.text("plan_id")?);
        match table.resource.name {
            "sections" => {
                self.plans.insert(key(row.text("id")?), plan);
                let parent = row.text("parent_id")?;
                self.nested.push((row.number, parent.to_owned(), plan));
                None
            }
            "measures" => {
                let section = ("section_id", row.text("section_id")?);
                self.problem(table, row.number, section, plan)
            }
            _ => None,
        }
    }

    /// What is wrong with sections in sections, once all are known.
    pub fn finish(&mut self, table: &Table) -> impl Iterator<Item = Problem> {
        let nested = std::mem::take(&mut self.nested).into_iter();
        nested.filter_map(|(row, parent, plan)| {
            self.problem(table, row, ("parent_id", &parent), plan)
        })
    }

    fn problem(
        &mut self,
        table: &Table,
        row: usize,
        (column, section): (&'static str, &str),
        plan: Key,
    ) -> Option<Problem> {
        let Some(other) = self.plans.get(&key(section)) else {
            let place = (table.file.clone(), column, section.to_owned(), plan);
            self.open.entry(place).or_default().push(row);
            return None;
        };
        let reason = "is a section of another plan";
        (*other != plan).then(|| Problem::in_cell(&table.file, row, column, section, reason))
    }

    /// Looks those sections up that stand in the register alone.
    pub fn look_up(
        self,
        connection: &mut AnyConnection,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        let Some(sections) = find("sections") else {
            return Ok(());
        };
        let ids = self.open.keys().map(|(.., id, _)| id.as_str());
        let mut plans: HashMap<String, Key> = HashMap::new();
        by_keys(connection, sections, "id", ids, |section| {
            plans.insert(section.text("id").to_owned(), key(section.text("plan_id")));
        })?;
        for ((file, column, section, plan), rows) in &self.open {
            let other = plans.get(section).filter(|other| *other != plan);
            for row in other.iter().flat_map(|_| rows) {
                let reason = "is a section of another plan in the register";
                problems.push(Problem::in_cell(file, *row, column, section, reason));
            }
        }
        Ok(())
    }
}

/// A quote of an entry that refers to another stands in the statement of either.
#[derive(Default)]
pub struct Quotes {
    /// Those that do not stand in the entry's own: file, row, quote, the other entry.
    open: Vec<(String, usize, String, String)>,
}

impl Quotes {
    pub fn add(&mut self, table: &Table, row: &Row) {
        let (Some(same_as), Some(quote)) = (row.text("same_as"), row.text("quote")) else {
            return;
        };
        let own = row.draft.text("statement").unwrap_or_default();
        if row.is_sound("statement") && !stands_in(quote, own) {
            let (quote, same_as) = (quote.to_owned(), same_as.to_owned());
            let file = table.file.clone();
            self.open.push((file, row.number, quote, same_as));
        }
    }

    /// Looks the entries up that others refer to: in the package, read again, and then in the register.
    pub fn finish(
        self,
        package: &Package,
        files: &dyn PackageSource,
        connection: Option<&mut AnyConnection>,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        let mut tables = package.tables.iter();
        let table = tables.find(|table| table.resource.name == "status_entries");
        let (false, Some(table)) = (self.open.is_empty(), table) else {
            return Ok(());
        };
        let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, (.., id)) in self.open.iter().enumerate() {
            wanted.entry(id).or_default().push(place);
        }
        let mut stands = vec![false; self.open.len()];
        let mut look = |places: Vec<usize>, statement: &str| {
            for place in places {
                stands[place] = stands_in(&self.open[place].2, statement);
            }
        };
        let rows = table.rows(files).into_iter().flatten();
        for row in rows.filter(|row| !row.is_torn) {
            if let Some(places) = wanted.remove(row.draft.id()) {
                look(places, row.draft.text("statement").unwrap_or_default());
            }
        }
        if let Some(connection) = connection {
            let ids: Vec<&str> = wanted.keys().copied().collect();
            by_keys(connection, table.resource, "id", ids, |row| {
                if let Some(places) = wanted.remove(row.text("id")) {
                    look(places, row.text("statement"));
                }
            })?;
        }
        for place in wanted.into_values().flatten() {
            stands[place] = true; // told by the reference
        }
        let missing = self.open.iter().zip(stands).filter(|(_, stands)| !stands);
        for ((file, row, quote, _), _) in missing {
            let reason = "stands neither in the statement nor in that of same_as";
            problems.push(Problem::in_cell(file, *row, "quote", quote, reason));
        }
        Ok(())
    }
}

/// The withdrawals of a package, each with its file and row.
#[derive(Default)]
pub struct Withdrawals(pub Vec<(String, usize, NewRecord)>);

impl Withdrawals {
    pub fn add(&mut self, table: &Table, row: &Row) {
        if table.resource.name == "withdrawals" && !row.is_torn {
            let (file, draft) = (table.file.clone(), row.draft.clone());
            self.0.push((file, row.number, draft));
        }
    }

    /// Where the package withdraws a record; `None` where it does not.
    pub fn place(&self, resource: &str, id: &str) -> Option<String> {
        let (file, row, _) = self.0.iter().find(|(.., draft)| {
            draft.text("record_id") == Some(id) && draft.text("resource") == Some(resource)
        })?;
        Some(format!("{file}, row {row}"))
    }

    /// Nothing of the register refers to a record that is withdrawn, but what the package writes anew.
    fn refuse_dangling(
        &self,
        ids: &Ids,
        connection: &mut AnyConnection,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        for (file, row, draft) in &self.0 {
            let text = |name: &str| draft.text(name).unwrap_or_default();
            let (resource, id) = (text("resource"), text("record_id"));
            for other in RESOURCES {
                let references = other.references.iter();
                for reference in references.filter(|reference| reference.resource == resource) {
                    let is_it = Predicate::OneOf(vec![Value::Text(id.to_owned())]);
                    let query = other.all(Filter::column(reference.column, is_it));
                    let mut referring = other.store.matching(connection, &query)?;
                    referring.retain(|id| {
                        !ids.contain(other.name, id) && self.place(other.name, id).is_none()
                    });
                    if !referring.is_empty() {
                        let (count, name) = (referring.len(), other.name);
                        let column = reference.column;
                        let reason =
                            format!("{count} record(s) of {name} still refer to it in {column}");
                        problems.push(Problem::in_cell(file, *row, "record_id", id, reason));
                    }
                }
            }
        }
        Ok(())
    }

    /// Notes what is withdrawn and was never a record of the register: likely its id is mistyped. A register that
    /// follows another may never have had the record, so that is no mistake, and an empty one has none.
    fn note_unknown(
        &self,
        withdrawn: &HashMap<String, HashSet<String>>,
        connection: &mut AnyConnection,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        if dataset_version::version(connection)?.is_none() {
            return Ok(());
        }
        for resource in RESOURCES {
            let was = |id: &str| {
                withdrawn
                    .get(resource.name)
                    .is_some_and(|ids| ids.contains(id))
            };
            let rows = self.0.iter().filter_map(|(file, row, draft)| {
                let id = draft.text("record_id").filter(|id| !was(id))?;
                (draft.text("resource") == Some(resource.name)).then_some((file, *row, id))
            });
            let mut rows: Vec<(&String, usize, &str)> = rows.collect();
            let ids: Vec<&str> = rows.iter().map(|(.., id)| *id).collect();
            let stored = existing(Some(&mut *connection), resource, &ids)?;
            rows.retain(|(.., id)| !stored.iter().any(|other| other == id));
            if rows.is_empty() {
                continue;
            }
            let all = resource.all(Filter::default());
            let known = resource.store.matching(connection, &all)?;
            for (file, row, id) in rows {
                let hint = validation::nearest_hint(id, &known);
                let reason = format!(
                    "is no record of {} in the register and withdraws nothing there{hint}",
                    resource.name
                );
                problems.push(Problem::in_cell(file, row, "record_id", id, reason).notice());
            }
        }
        Ok(())
    }

    /// A withdrawn record stands in no file, and what replaces it exists. Of those in the register it is said which
    /// it has no more.
    pub fn check(
        &self,
        (ids, withdrawn, unread): (&Ids, &HashMap<String, HashSet<String>>, &[&str]),
        mut connection: Option<&mut AnyConnection>,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        if let Some(connection) = connection.as_deref_mut() {
            self.refuse_dangling(ids, connection, problems)?;
            self.note_unknown(withdrawn, connection, problems)?;
        }
        for (file, row, draft) in &self.0 {
            let Some(resource) = draft.text("resource").and_then(find) else {
                continue;
            };
            let mut tell = |column: &str, reason: String| {
                let value = draft.text(column).unwrap_or_default();
                problems.push(Problem::in_cell(file, *row, column, value, reason));
            };
            let record = draft.text("record_id").unwrap_or_default();
            if ids.contain(resource.name, record) {
                let reason = format!("is withdrawn, but still stands in {}", resource.name);
                tell("record_id", reason);
            }
            if let Some(successor) = draft.text("successor_id")
                && !unread.contains(&resource.name)
                && !ids.contain(resource.name, successor)
                && existing(connection.as_deref_mut(), resource, &[successor])?.is_empty()
            {
                tell("successor_id", format!("is no id of {}", resource.name));
            }
        }
        Ok(())
    }
}
