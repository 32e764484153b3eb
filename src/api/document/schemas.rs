//! The schemas: what the types that are sent say of themselves.

use super::{Object, type_name};
use crate::{
    api::{answer, error, feeds::JsonFeed, index, scorecard, search, stats},
    database::{
        RESOURCES,
        columns::description,
        resource::{RecordSchema, Resource},
        revisions::Change,
    },
};
use serde_json::{Value as Json, json};
use utoipa::{PartialSchema, ToSchema};

pub fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Every schema.
pub fn schemas() -> Object {
    let mut schemas = Object::new();
    for resource in RESOURCES {
        let RecordSchema {
            name,
            schema,
            parts,
        } = (resource.schema)();
        for (part, schema) in parts {
            schemas.insert(part, serde_json::to_value(schema).unwrap_or_default());
        }
        schemas.insert(
            name.clone(),
            record(resource, serde_json::to_value(schema).unwrap_or_default()),
        );
        schemas.insert(format!("{name}List"), list(&name, resource.about));
        schemas.insert(
            format!("{name}Answer"),
            envelope(&reference(&name), "Meta", "Links", "One record."),
        );
    }
    add::<Change>(&mut schemas);
    add::<search::Hit>(&mut schemas);
    add::<stats::StatsGroup>(&mut schemas);
    add::<scorecard::Scorecard>(&mut schemas);
    let about = "What the search found, the best match first.";
    schemas.insert("HitList".to_owned(), list("Hit", about));
    let about = "Groups of records, in the order of their values.";
    schemas.insert("StatsGroupList".to_owned(), list("StatsGroup", about));
    let card = envelope(&reference("Scorecard"), "Meta", "Links", "A scorecard.");
    schemas.insert("ScorecardAnswer".to_owned(), card);
    add::<index::Index>(&mut schemas);
    add::<answer::Meta>(&mut schemas);
    add::<answer::ListMeta>(&mut schemas);
    add::<answer::ListLinks>(&mut schemas);
    add::<answer::Links>(&mut schemas);
    add::<error::Problem>(&mut schemas);
    schemas.insert(
        "ChangeList".to_owned(),
        list("Change", "Changes of records, in order."),
    );
    let about = "What there is in the register.";
    schemas.insert(
        "IndexAnswer".to_owned(),
        envelope(&reference("Index"), "Meta", "Links", about),
    );
    schemas.insert("Health".to_owned(), health());
    add::<JsonFeed<'_>>(&mut schemas);
    schemas
}

fn add<T: ToSchema>(schemas: &mut Object) {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    parts.push((T::name().into_owned(), <T as PartialSchema>::schema()));
    for (name, schema) in parts {
        schemas.insert(name, serde_json::to_value(schema).unwrap_or_default());
    }
}

/// The schema of a record: `fields` may leave out all but the id, `include` adds records.
fn record(resource: &'static Resource, mut schema: Json) -> Json {
    schema["required"] = json!(["id"]);
    let about = schema["description"].as_str().unwrap_or_default();
    let about = format!(
        "{about} Every key is there, null where there is no value, unless `fields` leaves it out."
    );
    schema["description"] = about.into();
    for (_, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        if property["oneOf"].is_array() {
            let about = description(property).to_owned();
            property["description"] = about.into();
            property["oneOf"][0] = json!({ "$ref": property["oneOf"][0]["$ref"] });
        }
    }
    for (name, target) in resource.includes() {
        let Some(target) = crate::database::find(target) else {
            continue;
        };
        let target = reference(&type_name(target));
        let is_child = resource.children.iter().any(|child| child.name == name);
        let about = format!("Only with `include={name}`.");
        schema["properties"][name] = if is_child {
            json!({ "type": "array", "items": target, "description": about })
        } else {
            json!({ "oneOf": [target, { "type": "null" }], "description": about })
        };
    }
    schema
}

fn list(item: &str, about: &str) -> Json {
    let items = json!({ "type": "array", "items": reference(item) });
    envelope(&items, "ListMeta", "ListLinks", about)
}

fn envelope(data: &Json, meta: &str, links: &str, about: &str) -> Json {
    json!({
        "type": "object",
        "description": about,
        "required": ["data", "meta", "links"],
        "properties": { "data": data, "meta": reference(meta), "links": reference(links) },
    })
}

fn health() -> Json {
    json!({
        "type": "object",
        "description": "All is well.",
        "required": ["status"],
        "properties": { "status": { "type": "string", "enum": ["ok"] } },
    })
}
