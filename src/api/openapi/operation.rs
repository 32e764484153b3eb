//! An operation that answers with JSON: its parameters, headers and problems. Every path is made of them.

use crate::api::openapi::{
    headers,
    schemas::{self, Object},
};
use serde_json::{Value as Json, json};

/// The operations of an endpoint, each with what follows its path.
pub type Operations = Vec<(String, Json)>;

/// The operation of an endpoint at its path alone.
pub fn own(operation: Json) -> Operations {
    vec![(String::new(), operation)]
}

/// An operation that answers with JSON of a schema.
pub fn operation(
    tag: &str,
    id: &str,
    summary: &str,
    about: &str,
    parameters: &[Json],
    schema: &str,
    problems: &[&str],
) -> Json {
    let cached = tag != "service";
    let mut responses = Object::new();
    let mut answer = json!({
        "description": "The answer.",
        "content": { "application/json": { "schema": schemas::reference(schema) } },
    });
    if cached {
        headers::add(&mut answer, &headers::CACHED);
        responses.insert("304".to_owned(), not_modified());
    } else {
        headers::add_own(&mut answer);
    }
    responses.insert("200".to_owned(), answer);
    for status in problems
        .iter()
        .chain(&["408", "412", "413", "414", "429", "431", "500"])
    {
        let reference = format!("#/components/responses/Problem{status}");
        responses.insert((*status).to_owned(), json!({ "$ref": reference }));
    }
    json!({
        "tags": [tag],
        "operationId": id,
        "summary": summary,
        "description": about,
        "parameters": parameters,
        "responses": responses,
    })
}

/// The answer to a client that has it.
pub fn not_modified() -> Json {
    json!({ "$ref": "#/components/responses/NotModified" })
}

/// `status entries`
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}
