//! The version of the index format: an index that an earlier version of the analyzer made is rebuilt when the
//! register is opened.

use crate::database::{AnyConnection, FailureKind, schema::search_rules, search::rebuild};
use diesel::prelude::*;
use std::time::Instant;

/// The number of the rules by which the index is made: what a word is, what its stem is, which texts of a
/// record are searched. It is raised whenever the same records give another index: `tests/it/search_rules.rs`
/// tells when.
pub const INDEX_VERSION: i32 = 4;

/// Whether the index of the register was made by these rules.
pub(crate) fn are_followed(connection: &mut AnyConnection) -> QueryResult<bool> {
    Ok(number(connection)? == Some(INDEX_VERSION))
}

/// The rules of the index; `None` where nothing was ever indexed.
fn number(connection: &mut AnyConnection) -> QueryResult<Option<i32>> {
    search_rules::table
        .select(search_rules::number)
        .first(connection)
        .optional()
}

/// Notes that the index was made by these rules.
pub(crate) fn note(connection: &mut AnyConnection) -> QueryResult<()> {
    diesel::delete(search_rules::table).execute(connection)?;
    diesel::insert_into(search_rules::table)
        .values(search_rules::number.eq(INDEX_VERSION))
        .execute(connection)?;
    Ok(())
}

/// The rules of an index that was made by others than these.
fn other(connection: &mut AnyConnection) -> QueryResult<Option<i32>> {
    Ok(number(connection)?.filter(|number| *number != INDEX_VERSION))
}

/// Makes the index anew where it was made by other rules. A register that takes no writes keeps it.
pub fn rebuild_if_outdated(connection: &mut AnyConnection) -> QueryResult<()> {
    let Some(number) = other(connection)? else {
        return Ok(());
    };
    let began = Instant::now();
    let made = connection.writing(|connection| {
        if are_followed(connection)? {
            return Ok(false); // another program did it meanwhile
        }
        log::info!(
            "the search index was made by rules {number} and is made anew by rules {INDEX_VERSION}"
        );
        rebuild::build(connection)?;
        Ok(true)
    });
    match made {
        Ok(true) => log::info!("the search index is new after {:.1?}", began.elapsed()),
        Ok(false) => {}
        Err(error) if FailureKind::of(&error) == Some(FailureKind::ReadOnly) => warn(number),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Says that words may not be found, where the index was made by other rules.
pub fn warn_if_outdated(connection: &mut AnyConnection) -> QueryResult<()> {
    if let Some(number) = other(connection)? {
        warn(number);
    }
    Ok(())
}

fn warn(number: i32) {
    log::warn!(
        "the search index was made by rules {number}, not by rules {INDEX_VERSION}: until a program of this version \
         that may write opens the register, words may not be found in all of their forms"
    );
}
