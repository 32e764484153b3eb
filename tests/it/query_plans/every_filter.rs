//! A page by any filter that the API documents reads no more than a few times the rows that match.

use super::explained::{lists_asked, rows_read};
use crate::support::{Register, generated_in_sqlite};
use aciqplan::database::{
    find,
    model::resource::{Kind, Resource},
    query::group_by::{self, Dimension},
    sql::filter::Filter,
};
use diesel::connection::SimpleConnection;
use serde_json::Value as Json;

const LONG: [&str; 3] = ["measures", "status_entries", "assignments"];
/// Rows that may be looked at for one that matches: it, and those of other tables that lead there.
const SHARE: u64 = 4;
/// A page, and what is looked at beside it.
const PAGE: u64 = 150;

/// A few records that differ where all others are alike.
const FEW_DIFFER: &str = "
    UPDATE measures SET updated_at = '2030-01-01 00:00:00', created_at = '2020-01-01 00:00:00' WHERE revision % 1000 = 0;
    UPDATE measures SET indicator = NULL, number = NULL, number_key = NULL WHERE revision % 1001 = 0;
    UPDATE measures SET section_id = NULL, locator = NULL WHERE revision % 1002 = 0;
    UPDATE assignments SET updated_at = '2030-01-01 00:00:00', created_at = '2020-01-01 00:00:00' WHERE revision % 1000 = 0;
    UPDATE status_entries SET updated_at = '2030-01-01 00:00:00', created_at = '2020-01-01 00:00:00' WHERE revision % 1000 = 0;
    UPDATE status_entries SET published_on = '2020-03-01', note = 'qeyd' WHERE revision % 1001 = 0;
    UPDATE status_entries SET locator = NULL WHERE revision % 1002 = 0;
    UPDATE status_entries SET statement = NULL WHERE revision % 1003 = 0 AND completion IS NULL";

/// What a list takes beside its filters.
const OTHERS: [&str; 12] = [
    "q", "facets", "sort", "fields", "include", "limit", "cursor", "page", "labels", "bom",
    "excel", "lang",
];

/// The filters of a list, by name, as the document of the API tells them.
pub async fn documented(register: &Register, resource: &Resource) -> Vec<String> {
    let document = register.json("/openapi.json").await;
    let operation = &document["paths"][format!("/v1/{}", resource.path())]["get"];
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let parameters = parameters.map(|parameter| {
        let reference = parameter["$ref"].as_str().unwrap();
        document.pointer(reference.trim_start_matches('#')).unwrap()
    });
    let in_query = parameters.filter(|parameter| parameter["in"] == "query");
    let names = in_query.filter_map(|parameter| parameter["name"].as_str());
    let names = names.filter(|name| !OTHERS.contains(name));
    names.map(str::to_owned).collect()
}

/// The values of a column or a relation that fewest and most records have.
fn values(register: &Register, resource: &'static Resource, name: &str) -> Vec<String> {
    let relation = resource
        .relations
        .iter()
        .find(|relation| relation.name == name);
    let column = resource
        .column(name)
        .or_else(|| resource.column(&format!("{name}_id")));
    let dimension = match (relation, column) {
        (Some(relation), _) => Dimension {
            column: relation.column,
            through: relation.through,
            within: false,
        },
        (None, Some(column)) => Dimension {
            column: column.name,
            through: None,
            within: false,
        },
        (None, None) => panic!("{} has no {name}", resource.name),
    };
    let mut connection = register.database.connection().unwrap();
    let groups = group_by::groups(
        &mut connection,
        resource,
        &Filter::default(),
        &[dimension],
        usize::MAX,
    );
    let mut groups = groups.unwrap().unwrap();
    groups.retain(|group| group.values[0].is_some());
    groups.sort_by_key(|group| group.count);
    let ends = [groups.first(), groups.last()];
    let values = ends.into_iter().flatten();
    let mut values: Vec<String> = values
        .map(|group| group.values[0].clone().unwrap())
        .collect();
    if column.is_some_and(|column| column.kind == Kind::Timestamp) {
        for value in &mut values {
            *value = value.replace(' ', "T") + "Z";
        }
    }
    values.dedup();
    values
}

/// Questions with a filter, for what few and what many records have.
fn questions(register: &Register, resource: &'static Resource, filter: &str) -> Vec<String> {
    let (name, operator) = filter.trim_end_matches(']').split_once('[').unzip();
    let letters = |text: &str, from: usize, length: usize| -> String {
        text.chars().skip(from).take(length).collect()
    };
    let values = match operator {
        Some("missing") => vec!["true".to_owned(), "false".to_owned()],
        Some("prefix") => values(register, resource, name.unwrap())
            .iter()
            .map(|value| letters(value, 0, 20))
            .collect(),
        Some("contains") => values(register, resource, name.unwrap())
            .iter()
            .map(|value| letters(value, 2, 20))
            .collect(),
        _ => values(register, resource, name.unwrap_or(filter)),
    };
    let question = |value: String| {
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        format!("/v1/{}?{filter}={value}&fields=id", resource.path())
    };
    values
        .into_iter()
        .filter(|value| value.chars().count() <= 300)
        .map(question)
        .collect()
}

#[actix_web::test]
async fn a_page_by_any_documented_filter_reads_little_more_than_what_matches() {
    let register = generated_in_sqlite(5000);
    let mut connection = register.database.connection().unwrap();
    connection.batch_execute(FEW_DIFFER).unwrap();
    drop(connection);
    let mut greedy = Vec::new();
    for resource in LONG.map(|name| find(name).unwrap()) {
        for filter in documented(&register, resource).await {
            for url in questions(&register, resource, &filter) {
                greedy.extend(greedy_page(&register, &url).await);
            }
        }
    }
    assert!(greedy.is_empty(), "{greedy:#?}");
}

/// How many rows a page reads by a filter, where they are too many.
async fn greedy_page(register: &Register, url: &str) -> Option<String> {
    let answer = register.json(url).await;
    let total = match &answer["meta"]["total"] {
        Json::Number(total) => total.as_u64().unwrap(),
        _ => panic!("{url}: {answer}"),
    };
    let lists = lists_asked(register, url).await;
    assert_eq!(lists.is_empty(), total == 0, "{url}: {lists:?}");
    if lists.iter().any(|(sql, _)| sql.contains(" MATCH ")) {
        return None; // led by words: `texts.rs` counts what is looked at there
    }
    let (last, before) = lists.split_last()?;
    let mut connection = register.database.connection().unwrap();
    let mut read = |(sql, values): &(String, Vec<String>)| rows_read(&mut connection, sql, values);
    // A statement that came to no end looked at half as many rows as match.
    let before: u64 = before.iter().map(|list| read(list).min(total / 2)).sum();
    let rows = before + read(last);
    let most = SHARE * total + PAGE;
    let condition = last.0.split_once(" WHERE ").unwrap().1;
    (rows > most).then(|| format!("{rows} rows for {total} by {url}: {condition}"))
}

/// Where many rows match here and there, the next ones are met soon.
#[actix_web::test]
async fn a_page_of_what_many_rows_have_reads_few_in_any_order() {
    let register = generated_in_sqlite(5000);
    for list in [
        "measures?role=executor",
        "measures?position[gte]=3",
        "measures?role=executor&sort=-start_year",
        "measures?position[gte]=3&sort=title",
        "measures?end_year[ne]=2018&sort=-completion_independent",
        "measures?locator[contains]=n&sort=number",
        "status-entries?assessor_kind=self_report&sort=-year",
        "status-entries?role=executor&sort=completion",
        "assignments?role[ne]=recommended&sort=-position",
    ] {
        let url = format!("/v1/{list}&fields=id");
        let total = register.total(&url).await.as_u64().unwrap();
        assert!(total > 1000, "{url}: {total}");
        let lists = lists_asked(&register, &url).await;
        let mut connection = register.database.connection().unwrap();
        let mut rows = 0;
        for (sql, values) in lists {
            rows += rows_read(&mut connection, &sql, &values);
        }
        assert!(rows < 1000, "{url} reads {rows}");
    }
}
