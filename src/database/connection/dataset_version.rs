//! The version of the dataset: the number and the moment of its last revision. What caches answers asks for it, and so
//! does the watcher of changes.

use super::any::AnyConnection;
use crate::database::schema::revisions;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The version of the dataset, and when it was made.
pub type Version = (i64, NaiveDateTime);

/// The number of the version, within a query for something else.
#[diesel::dsl::auto_type]
pub fn number_now() -> _ {
    revisions::table
        .select(revisions::number)
        .order(revisions::number.desc())
        .limit(1_i64)
        .single_value()
}

/// When the version was made, within a query for something else.
#[diesel::dsl::auto_type]
pub fn made_now() -> _ {
    revisions::table
        .select(revisions::at)
        .order(revisions::number.desc())
        .limit(1_i64)
        .single_value()
}

/// The version of the dataset; `None` for an empty register.
pub fn version(connection: &mut AnyConnection) -> QueryResult<Option<Version>> {
    revisions::table
        .select((revisions::number, revisions::at))
        .order(revisions::number.desc())
        .first(connection)
        .optional()
}
