//! Filters on texts, by what is cut out of texts and by what is made up: each answers with the records that a
//! look at all texts finds.

use super::{alike::encoded, runner};
use crate::support::{Register, generated, seeded};
use aciqplan::{
    database::{
        find,
        model::resource::{Kind, Object},
        sql::filter::Filter,
    },
    language::fold,
};
use actix_web::{http::StatusCode, rt::System};
use proptest::{prelude::*, sample::Index, sample::select};
use std::collections::BTreeSet;

const SEARCHED: [&str; 6] = [
    "measures",
    "status_entries",
    "agencies",
    "activities",
    "obligations",
    "sources",
];

/// The texts of a column, each with the id of its record.
struct Column {
    path: &'static str,
    name: &'static str,
    texts: Vec<(String, String)>,
}

impl Column {
    /// The records that meet a filter, found by looking at every text.
    fn found(&self, operator: &str, value: &str) -> BTreeSet<&str> {
        let folded = fold(value);
        let holds = |text: &str| match operator {
            "" => text == value,
            "[prefix]" => fold(text).starts_with(&folded),
            _ => fold(text).contains(&folded),
        };
        let found = self.texts.iter().filter(|(_, text)| holds(text));
        found.map(|(id, _)| id.as_str()).collect()
    }
}

/// The texts of every column of texts that has any.
fn columns(register: &Register) -> Vec<Column> {
    let mut connection = register.database.connection().unwrap();
    let mut columns = Vec::new();
    for resource in SEARCHED.map(|name| find(name).unwrap()) {
        let query = resource.all(Filter::default());
        let rows = resource.store.list(&mut connection, &query).unwrap();
        let rows: Vec<_> = rows.iter().map(|row| row.to_object()).collect();
        let text = |name: &str, row: &Object| row[name].as_str().map(str::to_owned);
        for column in resource.columns.iter() {
            if column.kind != Kind::Text {
                continue;
            }
            let texts = rows
                .iter()
                .filter_map(|row| Some((text("id", row)?, text(column.name, row)?)));
            let texts: Vec<_> = texts.collect();
            if !texts.is_empty() {
                columns.push(Column {
                    path: resource.path(),
                    name: column.name,
                    texts,
                });
            }
        }
    }
    columns
}

/// What is looked for: a column, an operator, and either a piece of one of its texts or something made up.
#[derive(Clone, Debug)]
struct Question {
    column: Index,
    operator: &'static str,
    text: Index,
    start: Index,
    length: usize,
    from_start: bool,
    at_mark: bool,
    written: usize,
    made_up: Option<String>,
}

fn any_question() -> impl Strategy<Value = Question> {
    let signs = vec![
        "qwxz", "lər", "nın", "QHT", "-", "”", " ", ".", "az", "2.1", "%", "_", "\\", "'", "\"",
        "İ", "a", "\u{301}", "dövlət", "1",
    ];
    let made_up = proptest::collection::vec(select(signs), 1..6).prop_map(|signs| signs.concat());
    let made_up = prop_oneof![4 => Just(None), 1 => made_up.prop_map(Some)];
    let place = (any::<Index>(), any::<Index>(), any::<Index>());
    let operator = select(vec!["", "[prefix]", "[contains]", "[contains]"]);
    let length = prop_oneof![1..60_usize, 1..8_usize];
    let cut = (length, any::<[bool; 2]>(), 0..4_usize);
    (place, operator, cut, made_up).prop_map(
        |((column, text, start), operator, (length, [from_start, at_mark], written), made_up)| {
            Question {
                column,
                operator,
                text,
                start,
                length,
                from_start,
                at_mark,
                written,
                made_up,
            }
        },
    )
}

impl Question {
    fn value(&self, of: &Column) -> String {
        if let Some(made_up) = &self.made_up {
            return made_up.clone();
        }
        let is_mark = |letter: &char| "-“”\"'’».".contains(*letter);
        let all = of.texts.iter().map(|(_, text)| text);
        let marked: Vec<&String> = all
            .clone()
            .filter(|text| text.contains(|letter| is_mark(&letter)))
            .collect();
        let all: Vec<&String> = if self.at_mark && !marked.is_empty() {
            marked
        } else {
            all.collect()
        };
        let letters: Vec<char> = self.text.get(&all).chars().collect();
        let marks: Vec<usize> = (0..letters.len() - 1)
            .filter(|at| is_mark(&letters[*at]))
            .collect();
        let start = match self.operator {
            "" => return letters.iter().take(300).collect(),
            "[prefix]" if self.from_start => 0,
            _ if self.at_mark && !marks.is_empty() => {
                self.start.get(&marks) + usize::from(self.from_start)
            }
            _ => self.start.index(letters.len()),
        };
        let piece: String = letters[start..].iter().take(self.length).collect();
        match self.written {
            0 => piece.to_uppercase(),
            1 => fold(&piece),
            _ => piece,
        }
    }
}

/// Asks each of the registers, which hold the same.
fn answers_as_looking_does(registers: &[Register], cases: u32) {
    let columns = columns(&registers[0]);
    runner(cases)
        .run(&any_question(), |question| {
            let column = question.column.get(&columns);
            let value = question.value(column);
            let found = column.found(question.operator, &value);
            let url = format!(
                "/v1/{}?{}{}={}&fields=id&limit=500",
                column.path,
                column.name,
                question.operator,
                encoded(&value)
            );
            System::new().block_on(async {
                for register in registers {
                    let case = format!("{} {url}", register.name);
                    if !question.operator.is_empty() && fold(&value).is_empty() {
                        let refused = register.get(&url).await.status;
                        assert_eq!(
                            refused,
                            StatusCode::BAD_REQUEST,
                            "it asks for nothing: {case}"
                        );
                        continue;
                    }
                    let page = register.json(&url).await;
                    assert_eq!(page["meta"]["total"], found.len(), "{case}");
                    let ids = crate::support::texts(&page["data"], "id");
                    assert_eq!(ids.len(), found.len().min(500), "{case}");
                    assert!(ids.iter().all(|id| found.contains(id.as_str())), "{case}");
                }
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn filters_on_texts_find_what_a_look_at_the_real_ones_finds() {
    answers_as_looking_does(&seeded(), 200);
}

#[test]
fn filters_on_texts_find_what_a_look_at_many_finds() {
    answers_as_looking_does(&generated(2000), 100);
}
