//! Pages of long lists hold the same whichever way leads to their rows.

use super::pages::pages_hold;
use crate::support::{Register, generated};
use aciqplan::database::{
    AnyConnection, find,
    model::resource::Resource,
    sql::filter::{Comparison, Filter, Predicate, Value},
};
use diesel::connection::SimpleConnection;

/// More measures, entries and assignments than are sorted without looking for the next ones first.
const MANY: usize = 3000;

/// A question, and what it asks of the records.
struct Question {
    resource: &'static Resource,
    filter: String,
    condition: Filter,
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// A question by a column of the resource.
fn by_column(name: &str, column: &'static str, filter: &str, test: Predicate) -> Question {
    Question {
        resource: find(name).unwrap(),
        filter: format!("{column}{filter}"),
        condition: Filter::column(column, test),
    }
}

/// A question by words in other rows.
fn by_relation(name: &str, relation: &str, words: &str) -> Question {
    let resource = find(name).unwrap();
    let mut relations = resource.relations.iter();
    let relation = relations.find(|other| other.name == relation).unwrap();
    let mut condition = Filter::default();
    let test = Predicate::OneOf(words.split(',').map(text).collect());
    condition.add_joined(relation.through.unwrap(), relation.column, test);
    Question {
        resource,
        filter: format!("{}={words}", relation.name),
        condition,
    }
}

/// Questions that many records meet: here and there, all in one place, or at the end.
fn questions() -> Vec<Question> {
    let one = |value: &str| Predicate::OneOf(vec![text(value)]);
    let not = |value: &str| Predicate::NoneOf(vec![text(value)]);
    let from = |number| Predicate::Compare(Comparison::AtLeast, Value::Integer(number));
    vec![
        by_relation("measures", "role", "executor"),
        by_relation("measures", "country", "AZ,GE,UA,MD,AM"),
        by_column(
            "measures",
            "completion_self_reported",
            "[ne]=complete",
            not("complete"),
        ),
        by_column("measures", "position", "[gte]=5", from(5)),
        by_column(
            "measures",
            "locator",
            "[contains]=n",
            Predicate::contains("n"),
        ),
        by_column(
            "measures",
            "number",
            "[missing]=false",
            Predicate::Missing(false),
        ),
        by_relation("status_entries", "role", "executor"),
        by_relation("status_entries", "country", "AZ,GE,UA,MD,AM"),
        by_column("status_entries", "year", "[gte]=2016", from(2016)),
        by_column(
            "status_entries",
            "assessor_kind",
            "=self_report",
            one("self_report"),
        ),
        by_column(
            "status_entries",
            "completion",
            "[ne]=complete,limited",
            Predicate::NoneOf(vec![text("complete"), text("limited")]),
        ),
        by_column(
            "status_entries",
            "same_as",
            "[missing]=true",
            Predicate::Missing(true),
        ),
        by_column("assignments", "role", "=executor", one("executor")),
        by_column(
            "assignments",
            "role",
            "[ne]=recommended",
            not("recommended"),
        ),
        by_column(
            "assignments",
            "as_written",
            "[prefix]=A",
            Predicate::prefix("A"),
        ),
        by_relation("assignments", "country", "AZ,GE,UA,MD,AM"),
    ]
}

/// The orders in which each is asked for: that of the document, and one downwards or with rows that lack a value.
fn orders(resource: &Resource) -> [&'static str; 2] {
    match resource.name {
        "measures" => ["plan_id", "-completion_independent"],
        "status_entries" => ["measure_id", "published_on,-year"],
        _ => ["measure_id", "-position"],
    }
}

#[actix_web::test]
async fn pages_of_many_records_hold_what_one_question_gives() {
    for register in generated(MANY) {
        if let AnyConnection::Postgres(postgres) = &mut *register.database.connection().unwrap() {
            postgres.batch_execute("ANALYZE").unwrap();
        }
        let mut questions = questions();
        // The last records of the document alone: who follows it meets none of them for long.
        let versions = register
            .json("/v1/measures?sort=-revision&limit=1&page=1300")
            .await;
        let late = versions["data"][0]["revision"].as_i64().unwrap();
        let test = Predicate::Compare(Comparison::AtLeast, Value::Integer(late));
        questions.push(by_column(
            "measures",
            "revision",
            &format!("[gte]={late}"),
            test,
        ));
        for question in questions {
            for order in orders(question.resource) {
                holds_the_same(&register, &question, order).await;
            }
        }
    }
}

async fn holds_the_same(register: &Register, question: &Question, order: &str) {
    let Question {
        resource,
        filter,
        condition,
    } = question;
    let columns = order.split(',').map(|part| match part.strip_prefix('-') {
        Some(name) => (resource.column(name).unwrap().name, true),
        None => (resource.column(part).unwrap().name, false),
    });
    let mut keys: Vec<_> = columns.collect();
    for (name, descending) in resource.document_order() {
        if !keys.iter().any(|(other, _)| *other == name) {
            keys.push((name, descending));
        }
    }
    let query = aciqplan::database::model::resource::Query {
        condition: condition.clone(),
        ..resource.ordered(resource.sort_keys(&keys))
    };
    let mut connection = register.database.connection().unwrap();
    let sorted = resource.store.matching(&mut connection, &query).unwrap();
    drop(connection);
    assert!(sorted.len() > 1000, "{filter}: {}", sorted.len());
    let list = format!(
        "/v1/{}?{filter}&sort={order}&fields=id&limit=500",
        resource.path()
    );
    pages_hold(register, &list, &sorted).await;
}
