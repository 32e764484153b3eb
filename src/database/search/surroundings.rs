//! What many measures share: the sections that they stand in, and the names of their bodies.

use crate::database::{
    AnyConnection,
    model::text_list::Texts,
    schema::{agencies, assignments, sections},
    sql::writer::native,
};
use diesel::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// So many sections are remembered; records of a plan come together.
const SECTIONS: usize = 10_000;

/// The bodies of the measures between two, in the order of the document.
pub fn assigned(
    connection: &mut AnyConnection,
    first: &str,
    last: &str,
) -> QueryResult<HashMap<String, Vec<String>>> {
    let rows: Vec<(String, String)> = native!(connection => assignments::table
        .filter(assignments::measure_id.ge(first))
        .filter(assignments::measure_id.le(last))
        .order((
            assignments::measure_id,
            assignments::position,
            assignments::id,
        ))
        .select((assignments::measure_id, assignments::agency_id))
        .load(connection)?);
    let mut assigned: HashMap<String, Vec<String>> = HashMap::new();
    for (measure, agency) in rows {
        assigned.entry(measure).or_default().push(agency);
    }
    Ok(assigned)
}

/// What many measures share: their sections, and the names of their bodies.
pub struct Surroundings {
    pub agencies: HashMap<String, Vec<Arc<str>>>,
    /// The title of each section, and the section that it stands in.
    sections: HashMap<String, (Arc<str>, Option<String>)>,
}

impl Surroundings {
    pub fn read(connection: &mut AnyConnection) -> QueryResult<Self> {
        let rows: Vec<(String, String, Option<String>, Texts)> = agencies::table
            .select((
                agencies::id,
                agencies::name,
                agencies::short_name,
                agencies::aliases,
            ))
            .load(connection)?;
        let agency = |(id, name, short_name, aliases): (String, String, Option<String>, Texts)| {
            let names = [Some(name), short_name].into_iter().flatten();
            let names = names.chain(aliases.to_vec());
            (id, names.map(Arc::from).collect())
        };
        Ok(Self {
            agencies: rows.into_iter().map(agency).collect(),
            sections: HashMap::new(),
        })
    }

    /// Reads those of the sections that are not remembered, and those that they stand in.
    pub fn find_sections<'s>(
        &mut self,
        connection: &mut AnyConnection,
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
                .load(connection)?;
            for (id, title, parent) in rows {
                missing.extend(parent.clone());
                self.sections.insert(id, (title.into(), parent));
            }
        }
        Ok(())
    }

    /// The titles of a section and of the one that it stands in.
    pub fn titles(&self, section: Option<&str>) -> impl Iterator<Item = &Arc<str>> {
        let inner = section.and_then(|id| self.sections.get(id));
        let outer = inner.and_then(|(_, parent)| self.sections.get(parent.as_ref()?));
        [inner, outer].into_iter().flatten().map(|(title, _)| title)
    }
}
