//! Makes the whole index anew: what many records share is looked at once.

use super::{
    analysis::{Analysed, Analyst},
    documents::{SEARCHED, documents},
    indexer::{Entry, Indexer},
};
use crate::database::{
    AnyConnection,
    condition::{Condition, Value},
    find,
    resource::{Object, Query, Resource},
    schema::{agencies, assignments, measures, sections, status_entries},
    texts::Texts,
};
use diesel::prelude::*;
use std::{collections::HashMap, rc::Rc};

/// How many records are read at a time.
const BATCH: i64 = 1000;
/// So many sections are remembered; records of a plan come together.
const SECTIONS: usize = 10_000;
/// How much FTS5 collects before it writes; usually one.
const MEGABYTES: usize = 32;

pub fn build(connection: &mut AnyConnection) -> QueryResult<()> {
    let mut indexer = Indexer::new(connection)?;
    indexer.clear()?;
    indexer.collect(MEGABYTES)?;
    for resource in SEARCHED.into_iter().filter_map(find) {
        match resource.name {
            "measures" => index_measures(&mut indexer)?,
            "status_entries" => index_statuses(&mut indexer)?,
            _ => index_others(&mut indexer, resource)?,
        }
    }
    indexer.collect(1)?;
    indexer.finish()
}

fn index_others(indexer: &mut Indexer<'_>, resource: &'static Resource) -> QueryResult<()> {
    let keys = resource.sort_keys(&[("id", false)]);
    let mut query = Query {
        limit: BATCH,
        ..resource.ordered(keys.clone())
    };
    loop {
        let rows = resource.store.list(indexer.connection, &query)?;
        let rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
        let Some(last) = rows.last().and_then(|row| row["id"].as_str()) else {
            return Ok(());
        };
        query.condition = Condition::default();
        let last = vec![Some(Value::Text(last.to_owned()))];
        query.condition.add_beyond(&keys, last, false);
        let documents = documents(indexer.connection, resource, &rows)?;
        indexer.insert_documents(resource.name, &documents)?;
    }
}

/// A measure: id, number, title, indicator, section.
type MeasureRow = (
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
);

fn index_measures(indexer: &mut Indexer<'_>) -> QueryResult<()> {
    let mut surroundings = Surroundings::read(indexer)?;
    let mut last = String::new();
    loop {
        let rows: Vec<MeasureRow> = measures::table
            .filter(measures::id.gt(&last))
            .order(measures::id)
            .limit(BATCH)
            .select((
                measures::id,
                measures::number,
                measures::title,
                measures::indicator,
                measures::section_id,
            ))
            .load(indexer.connection)?;
        let (Some((first, ..)), Some((end, ..))) = (rows.first(), rows.last()) else {
            return Ok(());
        };
        let assigned = assigned(indexer.connection, first, end)?;
        let sections = rows.iter().filter_map(|(.., section)| section.as_deref());
        surroundings.find_sections(indexer, sections)?;
        last.clone_from(end);
        let mut entries = Vec::new();
        for (id, number, title, indicator, section) in rows {
            let mut body: Vec<&Analysed> = Vec::new();
            body.extend(surroundings.titles(section.as_deref()));
            let agencies = assigned.get(&id).into_iter().flatten();
            body.extend(
                agencies
                    .filter_map(|id| surroundings.agencies.get(id))
                    .flatten(),
            );
            let body = Analysed::joined(body);
            let summary = [indicator, number].into_iter().flatten();
            let summary: Vec<_> = summary.map(|text| indexer.analyst.text(&text)).collect();
            let title = indexer.analyst.text(&title);
            entries.push(Entry {
                id,
                fields: [title, Analysed::joined(&summary), body],
            });
        }
        indexer.insert("measures", &entries)?;
    }
}

/// The bodies of the measures between two, in the order of the document.
fn assigned(
    connection: &mut AnyConnection,
    first: &str,
    last: &str,
) -> QueryResult<HashMap<String, Vec<String>>> {
    let rows: Vec<(String, String)> = assignments::table
        .filter(assignments::measure_id.ge(first))
        .filter(assignments::measure_id.le(last))
        .order((
            assignments::measure_id,
            assignments::position,
            assignments::id,
        ))
        .select((assignments::measure_id, assignments::agency_id))
        .load(connection)?;
    let mut assigned: HashMap<String, Vec<String>> = HashMap::new();
    for (measure, agency) in rows {
        assigned.entry(measure).or_default().push(agency);
    }
    Ok(assigned)
}

/// What many measures share: their sections, and the names of their bodies.
struct Surroundings {
    agencies: HashMap<String, Vec<Analysed>>,
    /// The title of each section, and the section that it stands in.
    sections: HashMap<String, (Rc<Analysed>, Option<String>)>,
}

impl Surroundings {
    fn read(indexer: &mut Indexer<'_>) -> QueryResult<Self> {
        let rows: Vec<(String, String, Option<String>, Texts)> = agencies::table
            .select((
                agencies::id,
                agencies::name,
                agencies::short_name,
                agencies::aliases,
            ))
            .load(indexer.connection)?;
        let analyst: &mut Analyst = &mut indexer.analyst;
        let agency = |(id, name, short_name, aliases): (String, String, Option<String>, Texts)| {
            let names = [Some(name), short_name].into_iter().flatten();
            let names = names.chain(aliases.to_vec());
            (id, names.map(|name| analyst.text(&name)).collect())
        };
        Ok(Self {
            agencies: rows.into_iter().map(agency).collect(),
            sections: HashMap::new(),
        })
    }

    /// Reads those of the sections that are not remembered, and those that they stand in.
    fn find_sections<'s>(
        &mut self,
        indexer: &mut Indexer<'_>,
        ids: impl Iterator<Item = &'s str>,
    ) -> QueryResult<()> {
        if self.sections.len() > SECTIONS {
            self.sections.clear();
        }
        let mut missing: Vec<String> = ids.map(str::to_owned).collect();
        for _ in 0..2 {
            missing.sort();
            missing.dedup();
            missing.retain(|id| !self.sections.contains_key(id));
            let rows: Vec<(String, String, Option<String>)> = sections::table
                .filter(sections::id.eq_any(std::mem::take(&mut missing)))
                .select((sections::id, sections::title, sections::parent_id))
                .load(indexer.connection)?;
            for (id, title, parent) in rows {
                missing.extend(parent.clone());
                let title = Rc::new(indexer.analyst.text(&title));
                self.sections.insert(id, (title, parent));
            }
        }
        Ok(())
    }

    /// The titles of a section and of the one that it stands in.
    fn titles(&self, section: Option<&str>) -> impl Iterator<Item = &Analysed> {
        let inner = section.and_then(|id| self.sections.get(id));
        let outer = inner.and_then(|(_, parent)| self.sections.get(parent.as_ref()?));
        [inner, outer]
            .into_iter()
            .flatten()
            .map(|(title, _)| &**title)
    }
}

/// A status entry: id, measure, statement, note.
type StatusRow = (String, String, Option<String>, Option<String>);

fn index_statuses(indexer: &mut Indexer<'_>) -> QueryResult<()> {
    let mut last = String::new();
    loop {
        let rows: Vec<StatusRow> = status_entries::table
            .filter(status_entries::id.gt(&last))
            .order(status_entries::id)
            .limit(BATCH)
            .select((
                status_entries::id,
                status_entries::measure_id,
                status_entries::statement,
                status_entries::note,
            ))
            .load(indexer.connection)?;
        let Some((end, ..)) = rows.last() else {
            return Ok(());
        };
        last.clone_from(end);
        let measures = rows.iter().map(|(_, measure, ..)| measure);
        let titles: Vec<(String, String)> = measures::table
            .filter(measures::id.eq_any(measures))
            .select((measures::id, measures::title))
            .load(indexer.connection)?;
        let analyst = &mut indexer.analyst;
        let titles = titles
            .into_iter()
            .map(|(id, title)| (id, analyst.text(&title)));
        let titles: HashMap<String, Analysed> = titles.collect();
        let mut entries = Vec::new();
        for (id, measure, statement, note) in rows {
            let body = [statement, note].into_iter().flatten();
            let body: Vec<_> = body.map(|text| indexer.analyst.text(&text)).collect();
            let title = titles.get(&measure).cloned().unwrap_or_default();
            entries.push(Entry {
                id,
                fields: [title, Analysed::default(), Analysed::joined(&body)],
            });
        }
        indexer.insert("status_entries", &entries)?;
    }
}
