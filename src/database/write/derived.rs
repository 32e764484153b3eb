//! Derived data that follows from writes: computed columns, the search index, and indexes that were dropped for a
//! bulk load. The writer notes changes and applies it at the end of a transaction.

use crate::database::{
    AnyConnection,
    model::{change_set::ChangeSet, resource::Resource},
    resources::measures,
    search::{self, Chore},
    write::bulk_load::{Index, gather_statistics},
};
use diesel::QueryResult;
use std::iter;

/// What writes bear on.
#[derive(Default)]
pub struct DerivedData {
    /// The measures whose derived columns may be others.
    measures: ChangeSet<measures::Lead>,
    changed: ChangeSet<(&'static str, String)>,
}

impl DerivedData {
    /// Notes what has to follow from a change of a record.
    pub fn note<'r>(&mut self, resource: &'static Resource, text: impl Fn(&str) -> &'r str) {
        let owned = |name: &str| text(name).to_owned();
        self.changed.add(|| (resource.name, owned("id")));
        match resource.name {
            "measures" => self.measures.add(|| (measures::ITSELF, owned("id"))),
            "status_entries" => self
                .measures
                .add(|| (measures::ITSELF, owned("measure_id"))),
            // whose word counts follows from who executes a measure, and who publishes plan and report
            "assignments" => {
                self.changed.add(|| ("measures", owned("measure_id")));
                self.measures
                    .add(|| (measures::ITSELF, owned("measure_id")));
            }
            "plans" => self.measures.add(|| (measures::OF_PLAN, owned("id"))),
            "sources" => {
                self.measures.add(|| (measures::OF_PLANS_IN, owned("id")));
                self.measures.add(|| (measures::REPORTED_IN, owned("id")));
            }
            _ => {}
        }
    }

    /// Brings it about. What the search does not need is done while it analyses texts.
    pub fn draw(self, connection: &mut AnyConnection, indexes: Vec<Index>) -> QueryResult<()> {
        let Self { measures, changed } = self;
        if matches!(changed, ChangeSet::Many) {
            gather_statistics(connection)?;
        }
        let derived: Chore = Box::new(move |connection| measures::derive(connection, &measures));
        let made = indexes.into_iter().map(Index::make);
        let mut chores = iter::once(derived).chain(made);
        search::refresh(connection, &changed, &mut chores)?;
        for chore in chores {
            chore(connection)?;
        }
        Ok(())
    }
}
