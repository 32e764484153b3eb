//! What is filtered or searched is found by indexes.

use super::explained::{asked, is_searched, is_searched_by, lists_asked, plan, rows_read};
use crate::support::{Register, generated, seeded_in_sqlite, texts};
use aciqplan::database::{
    AnyConnection, RESOURCES, find,
    model::resource::{Column, Kind, Query, Relation, Resource},
    query::group_by::{self, Dimension},
    sql::filter::{Filter, Predicate, Value},
    write::revisions::{self, ChangeFilter},
};
use diesel::connection::SimpleConnection;

/// More measures than are ranked.
const MANY: usize = 5100;

/// The large tables, and columns of theirs that hold no ids and are filtered by all the same.
const LARGE: [&str; 3] = ["measures", "status_entries", "assignments"];
const OFTEN: [&str; 10] = [
    "year",
    "start_year",
    "end_year",
    "last_status_year",
    "completion_self_reported",
    "completion_independent",
    "divergence",
    "published_on",
    "updated_at",
    "revision",
];

/// A filter with a value that few rows meet.
struct Narrow {
    name: &'static str,
    condition: Filter,
    /// The value as SQL.
    value: String,
    /// The tables whose rows must be found.
    tables: Vec<&'static str>,
}

/// The value that fewest rows have; nothing where none has one.
fn rarest(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    dimension: Dimension,
) -> Option<String> {
    let (all, by) = (Filter::default(), [dimension]);
    let groups = group_by::groups(connection, resource, &all, &by, usize::MAX);
    let mut groups = groups.unwrap().unwrap();
    groups.retain(|group| group.values[0].is_some());
    let rarest = groups.into_iter().min_by_key(|group| group.count)?;
    rarest.values.into_iter().next().flatten()
}

/// The filter by a column, where it holds an id, or a table is large and the column filtered by often.
fn by_column(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    column: &'static Column,
) -> Option<Narrow> {
    let name = column.name;
    let is_often = LARGE.contains(&resource.name) && OFTEN.contains(&name);
    if name != "id" && column.resource.is_none() && !is_often {
        return None;
    }
    let dimension = Dimension {
        column: name,
        through: None,
        within: false,
    };
    let text = match column.kind {
        Kind::Timestamp => "2000-01-01 00:00:00".to_owned(), // all were written at the same one
        _ => rarest(connection, resource, dimension)?,
    };
    let value = match column.kind {
        Kind::Integer => Value::Integer(text.parse().unwrap()),
        Kind::Date => Value::Date(text.parse().unwrap()),
        Kind::Timestamp => Value::Moment(text.replace(' ', "T").parse().unwrap()),
        _ => Value::Text(text.clone()),
    };
    Some(Narrow {
        name,
        condition: Filter::column(name, Predicate::OneOf(vec![value])),
        value: format!("'{text}'"),
        tables: vec![resource.name],
    })
}

/// The filter by an id in rows of another table.
fn by_relation(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    relation: &'static Relation,
) -> Option<Narrow> {
    let through = relation.through.filter(|_| relation.resource.is_some())?;
    if relation.column.contains(',') {
        return None; // either of two columns, which no index holds; of these rows there are few
    }
    let dimension = Dimension {
        column: relation.column,
        through: Some(through),
        within: false,
    };
    let text = rarest(connection, resource, dimension)?;
    let (table, _) = relation.column.split_once('.').unwrap();
    let sql = format!("'{text}'");
    let mut condition = Filter::default();
    let one = Predicate::OneOf(vec![Value::Text(text)]);
    condition.add_joined(through, relation.column, one);
    Some(Narrow {
        name: relation.name,
        condition,
        value: sql,
        tables: vec![resource.name, table],
    })
}

/// The filters of a resource that read a whole table, and how.
fn unbounded(connection: &mut AnyConnection, resource: &'static Resource) -> Vec<String> {
    let columns = resource.columns.iter();
    let mut filters: Vec<Narrow> = columns
        .filter_map(|column| by_column(connection, resource, column))
        .collect();
    let relations = resource.relations.iter();
    filters.extend(relations.filter_map(|relation| by_relation(connection, resource, relation)));
    let mut unbounded = Vec::new();
    for filter in filters {
        let query = Query {
            limit: 51,
            ..resource.all(filter.condition)
        };
        let sql = asked(connection, |connection| {
            drop(resource.store.list(connection, &query).unwrap());
        });
        let values = [filter.value, "51".to_owned(), "0".to_owned()];
        let lines = plan(connection, &sql, &values);
        for table in filter.tables {
            if !is_searched(&lines, table) {
                let (name, filter) = (resource.name, filter.name);
                unbounded.push(format!("{name} by {filter} reads {table}: {lines:#?}"));
            }
        }
    }
    unbounded
}

#[test]
fn sqlite_finds_by_an_index_what_has_an_id_a_year_a_level_or_a_moment() {
    // The seeds have rows of almost every resource, and SQLite takes the same way however many there are.
    let register = seeded_in_sqlite();
    let mut connection = register.database.connection().unwrap();
    for resource in RESOURCES {
        let unbounded = unbounded(&mut connection, resource);
        assert!(unbounded.is_empty(), "{unbounded:#?}");
    }
}

#[actix_web::test]
async fn what_is_filtered_or_searched_is_bounded_by_what_is_found() {
    for register in generated(MANY) {
        let mut connection = register.database.connection().unwrap();
        if let AnyConnection::Postgres(postgres) = &mut *connection {
            postgres.batch_execute("ANALYZE").unwrap();
        }
        for name in [
            "measures",
            "status_entries",
            "assignments",
            "obligation_parties",
        ] {
            let unbounded = unbounded(&mut connection, find(name).unwrap());
            assert!(unbounded.is_empty(), "{}: {unbounded:#?}", register.name);
        }
        let measure = find("measures").unwrap().store.ids(&mut connection, 1);
        let id = measure.unwrap().remove(0);
        let filter = ChangeFilter {
            resource: Some("measures".to_owned()),
            record_id: Some(id.clone()),
            ..ChangeFilter::default()
        };
        let sql = asked(&mut connection, |connection| {
            drop(revisions::list(connection, &filter, 51).unwrap());
        });
        let values = ["'measures'", &format!("'{id}'"), "51"].map(str::to_owned);
        let lines = plan(&mut connection, &sql, &values);
        assert!(
            is_searched(&lines, "revisions") && is_searched_by(&lines, "record_id"),
            "{}: {lines:#?}",
            register.name
        );
        drop(connection);
        the_broadest_question_is_answered_in_the_order_of_the_document(&register).await;
    }
}

/// The texts of a record in the middle lead to it, and so does what its id begins with.
#[actix_web::test]
async fn a_text_that_sorts_and_the_beginning_of_an_id_are_found_by_an_index() {
    for register in generated(2000) {
        if let AnyConnection::Postgres(postgres) = &mut *register.database.connection().unwrap() {
            postgres.batch_execute("ANALYZE").unwrap();
        }
        let entry = register
            .json("/v1/status-entries?page=20&limit=50&include=measure")
            .await["data"][7]
            .clone();
        let [id, number, title] = ["id", "number", "title"].map(|name| {
            let text = entry["measure"][name].as_str().unwrap();
            form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
        });
        for url in [
            format!("/v1/measures?title={title}"),
            format!("/v1/measures?number={number}"),
            format!("/v1/measures?id[prefix]={id}"),
            format!("/v1/status-entries?measure_id[prefix]={id}"),
            format!("/v1/assignments?id[prefix]={}", id.to_uppercase()),
        ] {
            assert_ne!(register.total(&url).await, 0, "{}: {url}", register.name);
            let lists = lists_asked(&register, &format!("{url}&fields=id")).await;
            assert!(!lists.is_empty(), "{url} asked for no list");
            for (sql, values) in lists {
                let mut connection = register.database.connection().unwrap();
                let rows = rows_read(&mut connection, &sql, &values);
                assert!(rows < 150, "{}: {url} reads {rows}: {sql}", register.name);
            }
        }
    }
}

/// All records lack a word that none has.
async fn the_broadest_question_is_answered_in_the_order_of_the_document(register: &Register) {
    let first = register.ids("/v1/measures?limit=120").await;
    let found = register.json("/v1/measures?q=-zebra&limit=3").await;
    assert_eq!(found["meta"]["total"], MANY);
    assert_eq!(texts(&found["data"], "id"), first[..3]);
    let hits = "/v1/search?q=-zebra&limit=100&resource=measures";
    let found = register.json(hits).await;
    assert_eq!(found["meta"]["total"], MANY);
    assert_eq!(texts(&found["data"], "id"), first[..100]);
    let found = register.json(&format!("{hits}&page=2")).await;
    assert_eq!(texts(&found["data"], "id")[..20], first[100..]);
    // what can be ranked comes before
    let both = register.json(&format!("{hits},agencies")).await;
    let bodies = register.json("/v1/agencies?limit=1").await["meta"]["total"].clone();
    let bodies = bodies.as_u64().unwrap();
    assert_eq!(both["meta"]["total"], MANY as u64 + bodies);
    assert_eq!(both["data"][0]["resource"], "agencies");
    let page = bodies / 100 + 1;
    let across = register.json(&format!("{hits},agencies&page={page}")).await;
    let agencies = usize::try_from(bodies % 100).unwrap();
    assert_eq!(
        texts(&across["data"], "id")[agencies..],
        first[..100 - agencies]
    );
    // a filter may leave few enough to rank
    let plan = register.json("/v1/measures?limit=1").await["data"][0]["plan_id"].clone();
    let plan = plan.as_str().unwrap();
    let all = register.json(&format!("/v1/measures?plan={plan}")).await;
    let found = register
        .json(&format!("/v1/measures?q=-zebra&plan={plan}"))
        .await;
    assert_eq!(found["meta"]["total"], all["meta"]["total"]);
    assert_eq!(texts(&found["data"], "id"), texts(&all["data"], "id"));
}
