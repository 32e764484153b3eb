//! The descriptor of the package that the register was loaded from, without its list of files.

use crate::database::{AnyConnection, model::resource::Object, schema::descriptor};
use diesel::prelude::*;
use serde_json::Value as Json;
use std::{cell::RefCell, sync::Arc};

thread_local! {
    /// What was read last: every answer tells of the descriptor, and it hardly ever changes.
    static LAST: RefCell<(String, Arc<Object>)> = RefCell::default();
}

/// The descriptor; empty for an empty register.
pub fn read(connection: &mut AnyConnection) -> QueryResult<Arc<Object>> {
    let text: Option<String> = descriptor::table
        .select(descriptor::properties)
        .first(connection)
        .optional()?;
    let Some(text) = text else {
        return Ok(Arc::default());
    };
    Ok(LAST.with_borrow_mut(|last| {
        if last.0 != text {
            let properties = serde_json::from_str(&text).unwrap_or_default();
            *last = (text, Arc::new(properties));
        }
        Arc::clone(&last.1)
    }))
}

/// Who publishes the dataset, as its package names it among the contributors; `None` where it does not.
pub fn publisher(properties: &Object) -> Option<&Object> {
    let contributors = properties.get("contributors")?.as_array()?;
    let publishes = |one: &&Json| {
        let roles = one["roles"].as_array().into_iter().flatten();
        roles.chain([&one["role"]]).any(|role| role == "publisher")
    };
    contributors.iter().find(publishes)?.as_object()
}

/// Puts another in its place.
pub(crate) fn replace(connection: &mut AnyConnection, properties: &Object) -> QueryResult<()> {
    let text = Json::Object(properties.clone()).to_string();
    diesel::delete(descriptor::table).execute(connection)?;
    diesel::insert_into(descriptor::table)
        .values((descriptor::id.eq(1), descriptor::properties.eq(text)))
        .execute(connection)?;
    Ok(())
}
