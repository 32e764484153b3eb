//! The one write path: whoever writes, a record is validated, written and remembered here.

use super::{
    AnyConnection,
    condition::{Condition, Test, Value},
    connection::MultiBackend,
    resource::{Object, Resource},
    rules,
    schema::{descriptor, revisions},
    timestamp,
    vocabulary::Action,
};
use chrono::{NaiveDateTime, SubsecRound, Utc};
use diesel::{prelude::*, sql_types::Text};
use serde::Serialize;
use serde_json::{Value as Json, value::RawValue};
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// How many records are compared and written at a time.
const BATCH: usize = 500;

/// A change of a record.
#[derive(HasQuery, Insertable)]
#[diesel(table_name = revisions, check_for_backend(MultiBackend))]
struct Row {
    number: i64,
    resource: String,
    record_id: String,
    action: Action,
    at: NaiveDateTime,
    author: String,
    record: String,
}

/// A change of a record: the register is the sum of them.
#[derive(Serialize, ToSchema)]
pub struct Change {
    /// Its number. The highest is the version of the dataset.
    #[schema(example = 1, minimum = 1)]
    pub number: i64,
    /// The resource of the record.
    #[schema(example = "measures")]
    pub resource: String,
    /// The id of the record.
    #[schema(example = "az-nap-2016-2018-4.1.1")]
    pub record_id: String,
    /// What happened to it.
    pub action: Action,
    /// When: UTC, RFC 3339.
    #[serde(with = "timestamp")]
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub at: NaiveDateTime,
    /// Who did it.
    #[schema(example = "aciq-plan")]
    pub author: String,
    /// The whole record after the change; of a withdrawn one, its last state.
    #[schema(value_type = Object)]
    pub record: Box<RawValue>,
}

impl From<Row> for Change {
    fn from(row: Row) -> Self {
        Self {
            number: row.number,
            resource: row.resource,
            record_id: row.record_id,
            action: row.action,
            at: row.at,
            author: row.author,
            record: RawValue::from_string(row.record).unwrap_or_default(),
        }
    }
}

/// Which changes.
#[derive(Default)]
pub struct ChangeFilter {
    /// Only those with a higher number.
    pub since: i64,
    pub resource: Option<String>,
    pub record_id: Option<String>,
    pub action: Option<Action>,
}

/// Changes in the order of their numbers.
pub fn list(
    connection: &mut AnyConnection,
    filter: &ChangeFilter,
    limit: i64,
) -> QueryResult<Vec<Change>> {
    let rows: Vec<Row> = filter
        .rows()
        .select(Row::as_select())
        .order(revisions::number)
        .limit(limit)
        .load(connection)?;
    Ok(rows.into_iter().map(Change::from).collect())
}

pub fn count(connection: &mut AnyConnection, filter: &ChangeFilter) -> QueryResult<i64> {
    filter.rows().count().get_result(connection)
}

impl ChangeFilter {
    fn rows(&self) -> revisions::BoxedQuery<'_, MultiBackend> {
        let mut rows = revisions::table.into_boxed();
        rows = rows.filter(revisions::number.gt(self.since));
        if let Some(resource) = &self.resource {
            rows = rows.filter(revisions::resource.eq(resource));
        }
        if let Some(id) = &self.record_id {
            rows = rows.filter(revisions::record_id.eq(id));
        }
        if let Some(action) = self.action {
            rows = rows.filter(revisions::action.eq(action));
        }
        rows
    }
}

/// The version of the dataset and when it was made; `None` for an empty register.
pub fn version(connection: &mut AnyConnection) -> QueryResult<Option<(i64, NaiveDateTime)>> {
    revisions::table
        .select((revisions::number, revisions::at))
        .order(revisions::number.desc())
        .first(connection)
        .optional()
}

/// The descriptor of the package that the register was loaded from, without its list of files.
pub fn descriptor(connection: &mut AnyConnection) -> QueryResult<Object> {
    let text: Option<String> = descriptor::table
        .select(descriptor::properties)
        .first(connection)
        .optional()?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// Why records cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{resource} `{id}`: {column} {reason}")]
    Invalid {
        resource: &'static str,
        id: String,
        column: &'static str,
        reason: String,
    },
    #[error("The database answered: {0}")]
    Query(#[from] diesel::result::Error),
}

/// How many records were written, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub created: usize,
    pub corrected: usize,
    pub withdrawn: usize,
    pub unchanged: usize,
}

/// Writes within one transaction.
pub struct Writer<'c> {
    pub connection: &'c mut AnyConnection,
    pub counts: Counts,
    /// Whom the revisions name.
    pub author: String,
    at: NaiveDateTime,
    last: i64,
    measures: BTreeSet<String>,
}

/// Runs writes in one transaction: all of them, or none.
pub fn write<T, E>(
    connection: &mut AnyConnection,
    writes: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
) -> Result<(T, Counts), E>
where
    E: From<Error> + From<diesel::result::Error>,
{
    connection.writing(|connection| {
        let last = version(connection)?;
        let mut writer = Writer {
            at: now().max(last.map_or(NaiveDateTime::MIN, |(_, at)| at)), // a clock may be set back
            last: last.map_or(0, |(number, _)| number),
            author: String::new(),
            counts: Counts::default(),
            measures: BTreeSet::new(),
            connection,
        };
        let answer = writes(&mut writer)?;
        writer.derive()?;
        Ok((answer, writer.counts))
    })
}

/// The present second; `SOURCE_DATE_EPOCH` where it is set, for builds that must be repeatable.
fn now() -> NaiveDateTime {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| chrono::DateTime::from_timestamp(seconds.parse().ok()?, 0))
        .unwrap_or_else(Utc::now)
        .naive_utc()
        .trunc_subsecs(0)
}

impl Writer<'_> {
    /// Creates or corrects the records that differ from what the register holds.
    pub fn put(
        &mut self,
        resource: &'static Resource,
        records: Vec<Object>,
        progress: &dyn Fn(u64),
    ) -> Result<(), Error> {
        for record in &records {
            if let Some((column, reason)) = rules::problems(resource, record).into_iter().next() {
                let (resource, id) = (resource.name, id(record).to_owned());
                return Err(Error::Invalid { resource, id, column, reason });
            }
        }
        let mut changed = Vec::new();
        for batch in in_batches(records) {
            let size = batch.len();
            changed.extend(self.changed(resource, batch)?);
            progress((size - size.min(changed.len())) as u64);
        }
        // All old rows go before the first new one comes, so that records can swap what is unique.
        for (record, old) in &changed {
            if old.is_some() {
                resource.store.delete(self.connection, id(record))?;
            }
        }
        for (record, old) in changed {
            self.insert(resource, record, old)?;
            progress(1);
        }
        Ok(())
    }

    /// Those of the records that differ, each with the old one.
    fn changed(
        &mut self,
        resource: &'static Resource,
        batch: Vec<Object>,
    ) -> QueryResult<Vec<(Object, Option<Object>)>> {
        let ids = batch.iter().map(|record| Value::Text(id(record).to_owned()));
        let condition = Condition::column("id", Test::OneOf(ids.collect()));
        let rows = resource.store.list(self.connection, &resource.all(condition))?;
        let mut existing: HashMap<String, Object> = rows
            .iter()
            .map(|row| row.to_object())
            .map(|object| (id(&object).to_owned(), object))
            .collect();
        let mut changed = Vec::new();
        for record in batch {
            let old = existing.remove(id(&record));
            let same = old.as_ref().is_some_and(|old| {
                resource.own_columns().all(|column| {
                    old.get(column.name) == Some(record.get(column.name).unwrap_or(&Json::Null))
                })
            });
            if same {
                self.counts.unchanged += 1;
            } else {
                changed.push((record, old));
            }
        }
        Ok(changed)
    }

    fn insert(
        &mut self,
        resource: &'static Resource,
        record: Object,
        old: Option<Object>,
    ) -> QueryResult<()> {
        let action = if old.is_some() { Action::Corrected } else { Action::Created };
        let own = own_part(resource, &record);
        self.touch(resource, &own);
        if let Some(old) = &old {
            self.touch(resource, old);
        }
        let number = self.remember(resource.name, id(&own), action, &own)?;
        let at = Json::from(timestamp::format(self.at));
        let created_at = old.and_then(|mut old| old.remove("created_at"));
        let mut row = own;
        for derived in resource.derived {
            row.insert((*derived).to_owned(), Json::Null);
        }
        row.insert("revision".to_owned(), number.into());
        row.insert("created_at".to_owned(), created_at.unwrap_or_else(|| at.clone()));
        row.insert("updated_at".to_owned(), at);
        if resource.name == "withdrawals" {
            self.withdraw(&row)?;
        }
        resource.store.insert(self.connection, row)
    }

    /// Takes the record back that a withdrawal names, where the register holds it.
    fn withdraw(&mut self, withdrawal: &Object) -> QueryResult<()> {
        let text = |name: &str| withdrawal.get(name).and_then(Json::as_str).unwrap_or_default();
        let Some(resource) = super::find(text("resource")) else {
            return Ok(());
        };
        if let Some(row) = resource.store.find(self.connection, text("record_id"))? {
            let object = row.to_object();
            self.touch(resource, &object);
            resource.store.delete(self.connection, text("record_id"))?;
            let own = own_part(resource, &object);
            self.remember(resource.name, text("record_id"), Action::Withdrawn, &own)?;
        }
        Ok(())
    }

    /// Keeps the descriptor of the package that the register is loaded from.
    pub fn put_descriptor(&mut self, properties: &Object) -> QueryResult<()> {
        let old = descriptor(self.connection)?;
        let name = |object: &Object| object.get("name").cloned();
        if old == *properties || (!old.is_empty() && name(&old) != name(properties)) {
            return Ok(()); // unchanged, or another package loaded beside the first
        }
        let text = Json::Object(properties.clone()).to_string();
        diesel::delete(descriptor::table).execute(self.connection)?;
        diesel::insert_into(descriptor::table)
            .values((descriptor::id.eq(1), descriptor::properties.eq(text)))
            .execute(self.connection)?;
        let action = if old.is_empty() { Action::Created } else { Action::Corrected };
        let name = properties.get("name").and_then(Json::as_str).unwrap_or("register");
        self.remember("descriptor", name, action, properties)?;
        Ok(())
    }

    fn remember(
        &mut self,
        resource: &str,
        record_id: &str,
        action: Action,
        record: &Object,
    ) -> QueryResult<i64> {
        self.last += 1;
        match action {
            Action::Created => self.counts.created += 1,
            Action::Corrected => self.counts.corrected += 1,
            Action::Withdrawn => self.counts.withdrawn += 1,
        }
        let row = Row {
            number: self.last,
            resource: resource.to_owned(),
            record_id: record_id.to_owned(),
            action,
            at: self.at,
            author: self.author.clone(),
            record: serde_json::to_string(record).unwrap_or_default(),
        };
        diesel::insert_into(revisions::table).values(&row).execute(self.connection)?;
        Ok(self.last)
    }

    /// Notes the measure whose derived columns a record bears on.
    fn touch(&mut self, resource: &Resource, record: &Object) {
        let measure = match resource.name {
            "measures" => record.get("id"),
            "status_entries" => record.get("measure_id"),
            _ => None,
        };
        self.measures.extend(measure.and_then(Json::as_str).map(str::to_owned));
    }

    /// Computes the columns of measures that follow from their status entries.
    fn derive(&mut self) -> QueryResult<()> {
        for id in std::mem::take(&mut self.measures) {
            for statement in [LATEST, DIVERGENCE] {
                let bound = |sql: &str| format!("{sql} WHERE id = ");
                let query = diesel::dsl::sql::<diesel::sql_types::Untyped>(&bound(statement))
                    .bind::<Text, _>(id.clone());
                query.execute(self.connection)?;
            }
        }
        Ok(())
    }
}

const LATEST: &str = "UPDATE measures SET \
    completion_self_reported = (SELECT completion FROM status_entries \
        WHERE measure_id = measures.id AND assessor_kind = 'self_report' AND completion IS NOT NULL \
        ORDER BY year DESC, id LIMIT 1), \
    completion_independent = (SELECT completion FROM status_entries \
        WHERE measure_id = measures.id AND assessor_kind = 'independent' AND completion IS NOT NULL \
        ORDER BY year DESC, id LIMIT 1), \
    last_status_year = (SELECT MAX(year) FROM status_entries WHERE measure_id = measures.id)";

const DIVERGENCE: &str = "UPDATE measures SET divergence = \
    CASE completion_self_reported WHEN 'not_started' THEN 0 WHEN 'limited' THEN 1 \
        WHEN 'substantial' THEN 2 WHEN 'complete' THEN 3 END - \
    CASE completion_independent WHEN 'not_started' THEN 0 WHEN 'limited' THEN 1 \
        WHEN 'substantial' THEN 2 WHEN 'complete' THEN 3 END";

fn id(record: &Object) -> &str {
    record.get("id").and_then(Json::as_str).unwrap_or_default()
}

/// The columns that packages hold, in order.
fn own_part(resource: &'static Resource, record: &Object) -> Object {
    resource
        .own_columns()
        .map(|column| {
            let value = record.get(column.name).cloned().unwrap_or_default();
            (column.name.to_owned(), value)
        })
        .collect()
}

fn in_batches(records: Vec<Object>) -> impl Iterator<Item = Vec<Object>> {
    let mut rest = records.into_iter();
    std::iter::from_fn(move || {
        let batch: Vec<Object> = rest.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then_some(batch)
    })
}
