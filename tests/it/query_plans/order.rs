//! Lists are not sorted: an index has their rows in order.

use super::{
    every_filter::documented,
    explained::{Step, lists_asked, rows_read},
};
use crate::support::{Register, generated, generated_in_sqlite, path_of};
use aciqplan::database::{
    AnyConnection, RESOURCES, find,
    model::resource::{Column, Kind, Resource},
};
use diesel::{connection::SimpleConnection, prelude::*};
use serde_json::Value as Json;

/// Lists that are long.
const LONG: [&str; 3] = ["measures", "status_entries", "assignments"];
/// More rows than a page of 50 reads: a few of one value more, and nothing near all that are equal.
const FEW: u64 = 250;
/// As many rows as are sorted, where no more match.
const SORTED: u64 = 1000;

/// The steps by which SQLite reads the first page of a list, or the page beyond its first record.
fn steps(
    connection: &mut SqliteConnection,
    resource: &'static Resource,
    beyond: bool,
) -> Vec<String> {
    let keys = resource.sort_keys(&resource.document_order());
    let columns: Vec<&str> = keys.iter().map(|key| key.column).collect();
    let columns = columns.join(", ");
    let condition = if beyond {
        let values: Vec<&str> = keys.iter().map(|_| "'a'").collect();
        format!("({columns}) > ({})", values.join(", "))
    } else {
        "before_deadline()".to_owned()
    };
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT * FROM {} WHERE {condition} ORDER BY {columns} LIMIT 51",
        resource.name
    );
    let steps: Vec<Step> = diesel::sql_query(sql).load(connection).unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}

#[test]
fn no_list_in_the_order_of_the_document_is_sorted() {
    let register = generated_in_sqlite(200);
    let mut connection = register.database.connection().unwrap();
    let AnyConnection::Sqlite(sqlite) = &mut *connection else {
        panic!("a register in SQLite");
    };
    for resource in RESOURCES {
        for beyond in [false, true] {
            let steps = steps(sqlite, resource, beyond);
            let is_sorted = steps.iter().any(|step| step.contains("TEMP B-TREE"));
            assert!(
                !is_sorted,
                "{} (beyond: {beyond}): {steps:?}",
                resource.name
            );
            let is_found = steps.iter().any(|step| step.starts_with("SEARCH"));
            assert!(is_found || !beyond, "{}: {steps:?}", resource.name);
        }
    }
}

#[actix_web::test]
async fn a_page_of_a_long_list_reads_few_rows_whatever_it_is_sorted_by() {
    for register in generated(5000) {
        if let AnyConnection::Postgres(postgres) = &mut *register.database.connection().unwrap() {
            postgres.batch_execute("ANALYZE").unwrap();
        }
        let mut greedy = Vec::new();
        for resource in LONG.map(|name| find(name).unwrap()) {
            let columns = resource.columns.iter();
            for column in columns.filter(|column| column.sort_column.is_some()) {
                for filter in filters(&register, resource, column).await {
                    for sign in ["", "-"] {
                        let path = resource.path();
                        let name = column.name;
                        let list = format!("/v1/{path}?fields=id&sort={sign}{name}{filter}");
                        greedy.extend(greedy_pages(&register, &list).await);
                    }
                }
            }
        }
        assert!(greedy.is_empty(), "{}: {greedy:#?}", register.name);
    }
}

/// No filter, and those of a column that all of its values meet: beside the order, each bounds what an index
/// is read from.
async fn filters(register: &Register, resource: &Resource, of: &Column) -> Vec<String> {
    let column = of.name;
    let documented = documented(register, resource).await;
    let end = async |sign: &str| {
        let list = format!("/v1/{}?fields={column}&limit=1", resource.path());
        let list = register.json(&format!("{list}&sort={sign}{column}")).await;
        match &list["data"][0][column] {
            Json::String(value) => value.clone(),
            value => value.to_string(),
        }
    };
    let (lowest, highest) = (end("").await, end("-").await);
    let within = format!("&{column}[gte]={lowest}&{column}[lte]={highest}");
    let beginning: String = highest.chars().take(1).collect();
    let mut filters = vec![
        ("[missing]", format!("&{column}[missing]=false")),
        ("[lte]", within),
        ("[prefix]", format!("&{column}[prefix]={beginning}")),
    ];
    if register.name == "SQLite" {
        // To PostgreSQL rows without a value stand in no order in an index; it sorts those of a small table.
        filters.push(("[missing]", format!("&{column}[missing]=true")));
    }
    let of_column = filters.into_iter().filter(|(operator, _)| {
        let is_of_order = of.kind == Kind::Id && of.sort_column == Some(column);
        let is_there = lowest != "null" || *operator == "[missing]";
        (*operator != "[prefix]" || is_of_order)
            && is_there
            && documented.contains(&format!("{column}{operator}"))
    });
    let of_column = of_column.map(|(_, filter)| filter);
    std::iter::once(String::new()).chain(of_column).collect()
}

/// The statements that read many rows for a page: the first, one far behind it, and the one before that.
async fn greedy_pages(register: &Register, list: &str) -> Vec<String> {
    let first = format!("{list}&limit=50");
    let mut far = register.json(&format!("{list}&limit=500")).await;
    let total = far["meta"]["total"].as_u64().unwrap();
    if total == 0 {
        return Vec::new(); // no list is asked for
    }
    // PostgreSQL chooses by its statistics of what a filter leaves.
    let chooses = register.name == "PostgreSQL" && list.contains('[');
    let most = if total > SORTED && !chooses {
        FEW
    } else {
        SORTED
    };
    for _ in 1..(total / 500 / 2).min(4) {
        far = register
            .json(&path_of(&far["links"]["next"]).unwrap())
            .await;
    }
    let mut urls = vec![first];
    if let Some(link) = path_of(&far["links"]["next"]) {
        let deep = link.replace("limit=500", "limit=50");
        let page = register.json(&deep).await;
        urls.extend([deep, path_of(&page["links"]["prev"]).unwrap()]);
    }
    let mut greedy = Vec::new();
    for url in urls {
        let lists = lists_asked(register, &url).await;
        assert!(!lists.is_empty(), "{url} asked for no list");
        for (sql, values) in lists {
            let mut connection = register.database.connection().unwrap();
            let rows = rows_read(&mut connection, &sql, &values);
            if rows > most {
                greedy.push(format!("{rows} rows for {url}: {sql} {values:?}"));
            }
        }
    }
    greedy
}
