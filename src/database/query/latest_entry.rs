//! The greatest-n-per-group query of status entries: which entry of a measure counts where only one may. Derived
//! columns and scorecards share its ranking.
//!
//! The latest year counts, whoever reports on it. Of several assessors in that year it is who gives a level;
//! of several levels the one that was coded by who publishes the plan or the report, else that of a body
//! that executes the measure, else the lowest.

use crate::database::{
    AnyConnection,
    sql::{
        filter::Filter,
        writer::{SqlWriter, fragment, write_before_deadline},
    },
};
use diesel::{
    prelude::*,
    query_builder::{Query, QueryId},
    sql_types::{BigInt, Nullable, Text},
};

/// What an assessor said of a measure in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub measure_id: String,
    pub assessor_id: String,
    pub assessor_kind: String,
    pub year: i64,
    pub completion: Option<String>,
    pub missing_reason: Option<String>,
}

/// The order in which entries of one measure count, the first before the others. `status_entries` and
/// `measures` are there to be asked.
pub const COUNTS_FIRST: &str = "status_entries.year DESC, \
    CASE WHEN status_entries.completion IS NULL THEN 1 ELSE 0 END, \
    CASE WHEN status_entries.basis = 'coded' AND status_entries.assessor_id = (SELECT sources.publisher_id \
            FROM plans JOIN sources ON sources.id = plans.source_id WHERE plans.id = measures.plan_id) THEN 0 \
        WHEN status_entries.basis = 'coded' AND status_entries.assessor_id = (SELECT sources.publisher_id \
            FROM sources WHERE sources.id = status_entries.source_id) THEN 1 \
        WHEN EXISTS (SELECT 1 FROM assignments WHERE assignments.measure_id = measures.id \
            AND assignments.agency_id = status_entries.assessor_id AND assignments.role = 'executor') THEN 2 \
        ELSE 3 END, \
    CASE status_entries.completion WHEN 'not_started' THEN 0 WHEN 'limited' THEN 1 \
        WHEN 'substantial' THEN 2 WHEN 'complete' THEN 3 ELSE 4 END, \
    status_entries.id";

/// The entries of the measures that meet the condition, those of one measure together, the one that
/// counts before the others of its kind of assessor.
pub fn entries(connection: &mut AnyConnection, measures: &Filter) -> QueryResult<Vec<Entry>> {
    type Row = (String, String, String, i64, Option<String>, Option<String>);
    let rows: Vec<Row> = Entries { measures }.load(connection)?;
    let entry =
        |(measure_id, assessor_id, assessor_kind, year, completion, missing_reason): Row| Entry {
            measure_id,
            assessor_id,
            assessor_kind,
            year,
            completion,
            missing_reason,
        };
    Ok(rows.into_iter().map(entry).collect())
}

struct Entries<'q> {
    measures: &'q Filter,
}

impl Entries<'_> {
    fn write_sql<'b>(&'b self, mut out: SqlWriter<'_, 'b>) -> QueryResult<()> {
        out.push_sql(
            "SELECT status_entries.measure_id, status_entries.assessor_id, status_entries.assessor_kind, \
             CAST(status_entries.year AS BIGINT), status_entries.completion, status_entries.missing_reason \
             FROM status_entries JOIN measures ON measures.id = status_entries.measure_id WHERE ",
        );
        write_before_deadline(&mut out);
        out.push_sql(" AND status_entries.measure_id IN (SELECT id FROM measures WHERE ");
        self.measures.write_sql(out.reborrow())?;
        out.push_sql(&format!(
            ") ORDER BY status_entries.measure_id, {COUNTS_FIRST}"
        ));
        Ok(())
    }
}

fragment!(Entries<'_>);

impl QueryId for Entries<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Entries<'_> {
    type SqlType = (Text, Text, Text, BigInt, Nullable<Text>, Nullable<Text>);
}

impl<C> RunQueryDsl<C> for Entries<'_> {}
