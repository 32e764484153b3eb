//! What holds of records together: sections of one plan, quotes of another entry, withdrawals.

use super::{
    Files, Problem,
    keys::{Ids, Key, key},
    read::{Package, Table},
    references::{existing, for_each_stored},
};
use crate::{
    database::{AnyConnection, draft::Draft, find, resource::Object},
    language::stands_in,
};
use diesel::QueryResult;
use serde_json::Value as Json;
use std::collections::HashMap;

/// A measure stands in a section of its own plan, and so does a section in its parent.
#[derive(Default)]
pub struct Sections {
    /// The plan of each section.
    plans: HashMap<Key, Key>,
    /// Sections in sections: a parent may stand below its child in the file.
    nested: Vec<(usize, String, Key)>,
}

impl Sections {
    pub fn check(&mut self, table: &Table, row: usize, draft: &Draft) -> Option<Problem> {
        let plan = key(draft.text("plan_id")?);
        match table.resource.name {
            "sections" => {
                self.plans.insert(key(draft.id()), plan);
                let parent = draft.text("parent_id")?;
                self.nested.push((row, parent.to_owned(), plan));
                None
            }
            "measures" => self.problem(table, row, ("section_id", draft.text("section_id")?), plan),
            _ => None,
        }
    }

    /// What is wrong with sections in sections, once all are known.
    pub fn finish(&mut self, table: &Table) -> Vec<Problem> {
        let nested = std::mem::take(&mut self.nested);
        let problem = |(row, parent, plan): (usize, String, Key)| {
            self.problem(table, row, ("parent_id", &parent), plan)
        };
        nested.into_iter().filter_map(problem).collect()
    }

    fn problem(
        &self,
        table: &Table,
        row: usize,
        (column, section): (&str, &str),
        plan: Key,
    ) -> Option<Problem> {
        let other = self.plans.get(&key(section))?;
        let reason = "is a section of another plan";
        (*other != plan).then(|| Problem::in_cell(&table.file, row, column, section, reason))
    }
}

/// A quote of an entry that refers to another stands in the statement of either.
#[derive(Default)]
pub struct Quotes {
    /// Those that do not stand in the entry's own: file, row, quote, the other entry.
    open: Vec<(String, usize, String, String)>,
}

impl Quotes {
    pub fn add(&mut self, table: &Table, row: usize, draft: &Draft) {
        let Some(same_as) = draft.text("same_as") else {
            return;
        };
        let quote = draft.text("quote").unwrap_or_default();
        let own = draft.text("statement").unwrap_or_default();
        if !stands_in(quote, own) {
            let (quote, same_as) = (quote.to_owned(), same_as.to_owned());
            self.open.push((table.file.clone(), row, quote, same_as));
        }
    }

    /// Looks the entries up that others refer to: in the register, where that has the package already, and
    /// in the package, read again, and then the register, where it has not.
    pub fn finish(
        self,
        package: &Package,
        files: &dyn Files,
        (connection, is_written): (Option<&mut AnyConnection>, bool),
        problems: &mut Vec<Problem>,
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
        if !is_written {
            let rows = table.rows(files).into_iter().flatten();
            for row in rows.filter(|row| !row.is_wrong()) {
                if let Some(places) = wanted.remove(row.draft.id()) {
                    look(places, row.draft.text("statement").unwrap_or_default());
                }
            }
        }
        if let Some(connection) = connection {
            let ids = wanted.keys().copied().collect();
            for_each_stored(connection, table.resource, ids, |row| {
                if let Some(places) = wanted.remove(text(&row, "id")) {
                    look(places, text(&row, "statement"));
                }
            })?;
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
pub struct Withdrawals(pub Vec<(String, usize, Draft)>);

impl Withdrawals {
    pub fn add(&mut self, table: &Table, row: usize, draft: &Draft) {
        if table.resource.name == "withdrawals" {
            self.0.push((table.file.clone(), row, draft.clone()));
        }
    }

    /// A withdrawn record stands in no file, and what replaces it exists.
    pub fn check(
        &self,
        ids: &Ids,
        mut connection: Option<&mut AnyConnection>,
        problems: &mut Vec<Problem>,
    ) -> QueryResult<()> {
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
                && !ids.contain(resource.name, successor)
                && existing(connection.as_deref_mut(), resource, &[successor])?.is_empty()
            {
                tell("successor_id", format!("is no id of {}", resource.name));
            }
        }
        Ok(())
    }
}

fn text<'r>(record: &'r Object, name: &str) -> &'r str {
    record.get(name).and_then(Json::as_str).unwrap_or_default()
}
