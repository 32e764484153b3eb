//! The descriptor of the package that the register was loaded from, without its list of files.

use crate::database::{AnyConnection, model::resource::Object, schema::descriptor};
use diesel::prelude::*;
use serde_json::Value as Json;
use std::sync::Arc;

/// The descriptor; empty for an empty register.
pub fn read(connection: &mut AnyConnection) -> QueryResult<Arc<Object>> {
    let text: Option<String> = descriptor::table
        .select(descriptor::properties)
        .first(connection)
        .optional()?;
    let properties = text.and_then(|text| serde_json::from_str(&text).ok());
    Ok(Arc::new(properties.unwrap_or_default()))
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
