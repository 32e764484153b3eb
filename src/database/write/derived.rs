//! Derived data that follows from writes: computed columns, the search index, and indexes that were dropped for a
//! bulk load. The writer notes changes and applies it at the end of a transaction.

use crate::database::{
    AnyConnection,
    model::{change_set::ChangeSet, resource::Resource},
    resources::measures,
    search,
    write::bulk_load::{Index, gather_statistics},
};
use diesel::QueryResult;

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

    /// Brings it about, and makes the indexes again that were set aside.
    pub fn draw(self, connection: &mut AnyConnection, indexes: &[Index]) -> QueryResult<()> {
        let Self { measures, changed } = self;
        if matches!(changed, ChangeSet::Many) {
            gather_statistics(connection)?;
        }
        measures::derive(connection, &measures)?;
        for index in indexes {
            index.make(connection)?;
        }
        search::refresh(connection, &changed)
    }
}
