//! Pages that are read stretch by stretch hold what one question gives.

use crate::support::{Register, generated, path_of, texts};
use aciqplan::database::{find, model::resource::Resource};
use diesel::connection::SimpleConnection;
use serde_json::Value as Json;

/// Makes values differ that are the same in all rows of a register that is made up and loaded at once.
const VARIED: &str = "
    UPDATE status_entries SET published_on = '2020-03-01' WHERE revision % 3 = 0;
    UPDATE status_entries SET published_on = '2021-03-01' WHERE revision % 7 = 0;
    UPDATE status_entries SET updated_at = '2020-02-27 09:00:00' WHERE revision % 5 = 0;
    UPDATE assignments SET updated_at = '2020-02-27 09:00:00' WHERE revision % 5 = 0;
    UPDATE measures SET updated_at = '2020-02-27 09:00:00' WHERE revision % 5 = 0;
    UPDATE measures SET updated_at = '2021-02-27 09:00:00' WHERE revision % 11 = 0;
    UPDATE measures SET section_id = NULL WHERE revision % 4 = 0;
    UPDATE measures SET number = NULL, number_key = NULL WHERE revision % 6 = 0";

#[actix_web::test]
async fn pages_hold_what_one_question_gives_in_every_order_that_an_index_leads() {
    for register in generated(60) {
        let mut connection = register.database.connection().unwrap();
        connection.batch_execute(VARIED).unwrap();
        drop(connection);
        for name in ["measures", "status_entries", "assignments"] {
            for url in lists(find(name).unwrap()) {
                holds_the_same(&register, &url).await;
            }
        }
    }
}

/// The lists of a resource by each column that an index begins with, and by such a one and another.
fn lists(resource: &'static Resource) -> Vec<String> {
    let mut lists = Vec::new();
    for name in resource.indexed {
        for sign in ["", "-"] {
            let list = format!("/v1/{}?fields=id&sort={sign}{name}", resource.path());
            lists.push(format!("{list},-created_at,-id"));
            if resource.column(name).unwrap().nullable {
                lists.push(format!("{list}&{name}[missing]=false"));
                lists.push(format!("{list}&{name}[missing]=true"));
            }
            lists.push(list);
        }
    }
    lists
}

async fn holds_the_same(register: &Register, url: &str) {
    // A filter by another column: the rows that it finds are sorted.
    let sorted = format!("{url}&limit=500&created_at[gte]=2000-01-01");
    let sorted = register.ids(&sorted).await;
    let whole = format!("{url}&limit=500");
    assert_eq!(register.ids(&whole).await, sorted, "{whole}");
    pages_hold(register, &format!("{url}&limit=25"), &sorted).await;
}

/// Whether the pages of a list, onwards, backwards and by numbers, hold these records.
pub async fn pages_hold(register: &Register, list: &str, sorted: &[String]) {
    let mut page = register.json(list).await;
    let mut pages = vec![texts(&page["data"], "id")];
    while let Some(next) = path_of(&page["links"]["next"]) {
        page = register.json(&next).await;
        pages.push(texts(&page["data"], "id"));
    }
    assert_eq!(pages.concat(), sorted, "{list} onwards");

    let mut back = vec![texts(&page["data"], "id")];
    while let Some(prev) = path_of(&page["links"]["prev"]) {
        page = register.json(&prev).await;
        back.insert(0, texts(&page["data"], "id"));
    }
    assert_eq!(page["links"]["prev"], Json::Null);
    assert_eq!(back.concat(), sorted, "{list} backwards");

    let mut numbered = Vec::new();
    for number in 1..=pages.len() {
        numbered.extend(register.ids(&format!("{list}&page={number}")).await);
    }
    assert_eq!(numbered, sorted, "{list} by numbers");
    let beyond = format!("{list}&page={}", pages.len() + 1);
    assert!(register.ids(&beyond).await.is_empty(), "{beyond}");
}
