//! Operations of records, counts, search and health. The endpoint table names them.

use crate::{
    api::{
        openapi::{
            files,
            operation::{Operations, operation, own, words},
            parameters, schemas,
        },
        request::accept::Format,
    },
    database::model::resource::Resource,
};
use serde_json::json;

/// `/healthz`
pub fn is_alive() -> Operations {
    health(
        "is_alive",
        "Say whether the process answers",
        "For the supervisor of the process. A service may answer this at an address of its own, for its operator.",
    )
}

/// `/readyz`
pub fn is_ready() -> Operations {
    health(
        "is_ready",
        "Say whether the register can be read",
        "The database answers, and its tables are those of this version. A service may answer this at an address of its own.",
    )
}

fn health(id: &str, summary: &str, about: &str) -> Operations {
    let problems = ["503"];
    own(operation(
        "service",
        id,
        summary,
        about,
        &[],
        "Health",
        &problems,
    ))
}

/// `/metrics`
pub fn metrics() -> Operations {
    let mut metrics = operation(
        "service",
        "get_metrics",
        "Tell what was counted",
        "For Prometheus: requests and their times by route, the cache, the database, the dataset. A service may \
         answer this at an address of its own.",
        &[],
        "",
        &[],
    );
    metrics["responses"]["200"]["content"] = json!({ "text/plain": {
        "schema": { "type": "string" },
        "example": "aciqplan_dataset_version 639\n",
    } });
    own(metrics)
}

/// `/v1/{resource}` and its files
pub fn list(resource: &'static Resource) -> Operations {
    let order = resource.order.join(", ");
    let about = format!(
        "{} In the order of {order}, unless `sort` says otherwise. {}",
        resource.about,
        files::about(&Format::of(resource)),
    );
    let operation = operation(
        resource.name,
        &format!("list_{}", resource.name),
        &format!("List {}", words(resource.name)),
        &about,
        &parameters::of_list(resource),
        &format!("{}List", schemas::type_name(resource)),
        &["400", "406", "503"],
    );
    own(operation)
        .into_iter()
        .chain(files::of_list(resource))
        .collect()
}

/// `/v1/{resource}/{id}`
pub fn get(resource: &'static Resource) -> Operations {
    let mut parameters = vec![parameters::id(resource)];
    parameters.extend(parameters::of_record(resource));
    parameters.extend(["if_none_match", "if_modified_since"].map(parameters::reference));
    let operation = operation(
        resource.name,
        &format!("get_{}", resource.singular),
        &format!("Get one of the {}", words(resource.name)),
        "410 where the record was withdrawn, with the reason and what stands in its place.",
        &parameters,
        &format!("{}Answer", schemas::type_name(resource)),
        &["400", "404", "406", "410", "503"],
    );
    own(operation)
}

/// `/v1/{resource}/{id}/history`
pub fn history(resource: &'static Resource) -> Operations {
    let mut parameters = vec![parameters::id(resource)];
    let shared = ["since", "limit", "if_none_match", "if_modified_since"];
    parameters.extend(shared.map(parameters::reference));
    let operation = operation(
        resource.name,
        &format!("list_{}_history", resource.singular),
        &format!("List the changes of one of the {}", words(resource.name)),
        "Every state that the record had, a withdrawn one included.",
        &parameters,
        "ChangeList",
        &["400", "404", "406", "503"],
    );
    own(operation)
}

/// `/v1/{resource}/stats` and its tables
pub fn stats(resource: &'static Resource) -> Operations {
    if parameters::dimension_names(resource).is_empty() {
        return Operations::new();
    }
    let operation = operation(
        resource.name,
        &format!("count_{}", resource.name),
        &format!("Count {}", words(resource.name)),
        "How many records there are for each combination of values, with the names of the ids. Add \
         `.csv` or `.xlsx` to the path for a table.",
        &parameters::of_stats(resource, Format::Json),
        "StatsGroupList",
        &["400", "406", "503"],
    );
    own(operation)
        .into_iter()
        .chain(files::of_stats(resource))
        .collect()
}

/// `/v1/{resource}/{id}/scorecard`
pub fn scorecard(resource: &'static Resource) -> Operations {
    let mut parameters = vec![parameters::id(resource)];
    let shared = ["by", "scorecard_year", "if_none_match", "if_modified_since"];
    parameters.extend(shared.map(parameters::reference));
    let operation = operation(
        resource.name,
        &format!("get_{}_scorecard", resource.singular),
        &format!("Get the scorecard of one of the {}", words(resource.name)),
        "How far its measures came and by whose word: a card for each kind of assessor, in which each measure counts \
         once. For which years there are entries, why levels are missing, and where assessors disagree.",
        &parameters,
        "ScorecardAnswer",
        &["400", "404", "406", "410", "503"],
    );
    own(operation)
}

/// `/v1/search`
pub fn search() -> Operations {
    let shared = [
        "search_q",
        "search_resource",
        "search_limit",
        "search_page",
        "if_none_match",
        "if_modified_since",
    ];
    let operation = operation(
        "register",
        "search",
        "Search all texts",
        "Words in any inflected form and without regard to case and diacritics; all must be met. \
         `\"exact phrase\"`, `-without`, `prefix*` (of two letters at least, or one in Chinese and \
         Japanese; 8 at most), `OR`. Acronyms are met by what they stand for and the other way round. The best match comes first. Where more than 5000 records of a resource \
         match, they are not ranked: they follow those that are, in the order of the document. Where \
         nothing is found, `meta.suggestions` has the nearest words.",
        &shared.map(parameters::reference),
        "HitList",
        &["400", "503"],
    );
    own(operation)
}

/// `/v1/changes` and its feeds
pub fn changes() -> Operations {
    let shared = [
        "since",
        "limit",
        "resource",
        "action",
        "if_none_match",
        "if_modified_since",
    ];
    let about = format!(
        "In order: what was created, corrected and withdrawn since a version of the dataset. {}",
        files::about(&Format::of_changes())
    );
    let operation = operation(
        "register",
        "list_changes",
        "List the changes of all records",
        &about,
        &shared.map(parameters::reference),
        "ChangeList",
        &["400", "406", "503"],
    );
    own(operation)
        .into_iter()
        .chain(files::of_changes())
        .collect()
}

/// `/v1`
pub fn index() -> Operations {
    let operation = operation(
        "register",
        "get_index",
        "Say what there is",
        "Every resource with its number of records, the version of the dataset, and how to cite it.",
        &["if_none_match", "if_modified_since"].map(parameters::reference),
        "IndexAnswer",
        &["400", "406", "503"],
    );
    own(operation)
}
