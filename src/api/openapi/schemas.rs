//! The schemas: what the types that are sent say of themselves.

use crate::{
    api::{
        error,
        feeds::JsonFeed,
        handlers::{api_root, scorecard, search, stats},
        openapi::parameters::{PIECE, piece_schema},
        response::envelope,
    },
    database::{
        RESOURCES,
        model::{
            column::description,
            resource::{RecordSchema, Resource},
        },
        write::revisions::Change,
    },
};
use serde_json::{Map, Value as Json, json};
use utoipa::{PartialSchema, ToSchema};

pub fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The words of a column, by the name of their list; `None` where they have none.
pub fn vocabulary(resource: &Resource, column: &str) -> Option<Json> {
    let schema = serde_json::to_value((resource.schema)().schema).ok()?;
    let property = &schema["properties"][column];
    let branches = property["oneOf"].as_array().into_iter().flatten();
    let list = branches
        .chain([property])
        .find_map(|branch| branch["$ref"].as_str())?;
    Some(json!({ "$ref": list }))
}

/// The list of exactly these words among the schemas of the records; `None` where there is none.
pub fn vocabulary_of(words: &[&str]) -> Option<Json> {
    let parts = RESOURCES
        .into_iter()
        .flat_map(|resource| (resource.schema)().parts);
    for (name, schema) in parts {
        let schema = serde_json::to_value(schema).ok()?;
        if schema["enum"] == json!(words) {
            return Some(reference(&name));
        }
    }
    None
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
        let about = resource.about;
        schemas.insert(format!("{name}List"), list(&name, "ListMeta", about));
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
    schemas.insert("HitList".to_owned(), list("Hit", "TotalMeta", about));
    let about = "Groups of records, in the order of their values.";
    schemas.insert(
        "StatsGroupList".to_owned(),
        list("StatsGroup", "TotalMeta", about),
    );
    let card = envelope(&reference("Scorecard"), "Meta", "Links", "A scorecard.");
    schemas.insert("ScorecardAnswer".to_owned(), card);
    add::<api_root::Index>(&mut schemas);
    add::<envelope::Meta>(&mut schemas);
    add::<envelope::ListMeta>(&mut schemas);
    add::<envelope::ListLinks>(&mut schemas);
    add::<envelope::Links>(&mut schemas);
    add::<error::Problem>(&mut schemas);
    let total = without_cursor(&schemas["ListMeta"]);
    schemas.insert("TotalMeta".to_owned(), total);
    let about = "Changes of records, in order.";
    schemas.insert("ChangeList".to_owned(), list("Change", "TotalMeta", about));
    let about = "What there is in the register.";
    schemas.insert(
        "IndexAnswer".to_owned(),
        envelope(&reference("Index"), "Meta", "Links", about),
    );
    schemas.insert("Health".to_owned(), health());
    schemas.insert(PIECE.to_owned(), piece_schema());
    add::<JsonFeed<'_>>(&mut schemas);
    for (name, key) in [("Index", "dataset"), ("IndexEntry", "formats")] {
        schemas[name]["properties"][key]["additionalProperties"]["format"] = "uri".into();
    }
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

/// What tells of a list whose pages are not found by a cursor.
fn without_cursor(meta: &Json) -> Json {
    let mut meta = meta.clone();
    if let Some(properties) = meta["properties"].as_object_mut() {
        properties.shift_remove("next_cursor");
    }
    if let Some(required) = meta["required"].as_array_mut() {
        required.retain(|name| name != "next_cursor");
    }
    meta["description"] =
        "What an answer with a list tells of it, where no cursor leads on.".into();
    meta
}

/// The schema of a record: every key is required, `include` adds records.
fn record(resource: &'static Resource, mut schema: Json) -> Json {
    let keys = schema["properties"].as_object();
    let keys: Vec<&String> = keys.into_iter().flat_map(Object::keys).collect();
    schema["required"] = json!(keys);
    let about = schema["description"].as_str().unwrap_or_default();
    let about = format!(
        "{about} Every key is there, null where there is no value. A request with `fields` leaves out all \
         others but the id: read its answer as JSON, not as this type."
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

fn list(item: &str, meta: &str, about: &str) -> Json {
    let items = json!({ "type": "array", "items": reference(item) });
    envelope(&items, meta, "ListLinks", about)
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

/// `StatusEntry` from `status_entries`: the name of a record's schema.
pub fn type_name(resource: &crate::database::model::resource::Resource) -> String {
    (resource.schema)().name
}

pub type Object = Map<String, Json>;
