//! What a load changes, told before it does: the changes of a transaction that is rolled back, each compared
//! with the revision before it.

use crate::database::{
    AnyConnection,
    model::{enums::Action, resource::Object},
    write::revisions::{self, Change, ChangeFilter},
};
use diesel::QueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use std::fmt;

/// How many changes are told; of the others it is known how many there are.
const MOST: usize = 1000;
/// How many letters of a value are shown in text.
const LETTERS: usize = 60;

/// What would happen to a record.
#[derive(Debug, Serialize)]
pub struct Planned {
    pub resource: String,
    pub id: String,
    pub action: Action,
    /// What would be another value, of a record that is corrected.
    pub fields: Vec<Field>,
}

#[derive(Debug, Serialize)]
pub struct Field {
    pub column: String,
    pub old: Json,
    pub new: Json,
}

/// The first changes after a version, and how many further ones there are.
pub fn planned(connection: &mut AnyConnection, since: i64) -> QueryResult<(Vec<Planned>, usize)> {
    let filter = ChangeFilter {
        since,
        ..ChangeFilter::default()
    };
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let all = usize::try_from(revisions::count(connection, &filter)?).unwrap_or_default();
    let changes = revisions::list(connection, &filter, most)?.into_iter();
    let planned: Vec<Planned> = changes
        .map(|change| Planned::of(change, since, connection))
        .collect::<QueryResult<_>>()?;
    let more = all.saturating_sub(planned.len());
    Ok((planned, more))
}

impl Planned {
    fn of(change: Change, since: i64, connection: &mut AnyConnection) -> QueryResult<Self> {
        let mut fields = Vec::new();
        if matches!(change.action, Action::Corrected) {
            let filter = ChangeFilter {
                before: Some(since + 1),
                resource: Some(change.resource.clone()),
                record_id: Some(change.record_id.clone()),
                ..ChangeFilter::default()
            };
            let old = revisions::newest(connection, &filter, 1)?.pop();
            let old = old.map_or_else(Object::new, |old| object(&old));
            for (column, new) in object(&change) {
                let old = old.get(&column).cloned().unwrap_or_default();
                if old != new {
                    fields.push(Field { column, old, new });
                }
            }
        }
        Ok(Self {
            resource: change.resource,
            id: change.record_id,
            action: change.action,
            fields,
        })
    }
}

fn object(change: &Change) -> Object {
    serde_json::from_str(change.record.get()).unwrap_or_default()
}

/// `corrected measures `a-1`: title "old" → "new"`
impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} `{}`",
            self.action.as_str(),
            self.resource,
            self.id
        )?;
        for (number, field) in self.fields.iter().enumerate() {
            let sign = if number == 0 { ":" } else { ";" };
            let (old, new) = (shown(&field.old), shown(&field.new));
            write!(f, "{sign} {} {old} → {new}", field.column)?;
        }
        Ok(())
    }
}

/// A value in one line, cut where it is long.
fn shown(value: &Json) -> String {
    let text = match value {
        Json::Null => return "nothing".to_owned(),
        Json::String(text) => text.clone(),
        other => return other.to_string(),
    };
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}
