//! How well the search finds what people look for: recall, precision and the place of the first hit
//! over the judged queries of `search_quality/`, each file by itself.

use crate::support::{seeded, texts};
use std::collections::BTreeMap;

/// The bar for queries without typing errors.
const RECALL: f64 = 0.97;
const PRECISION: f64 = 0.90;

struct Judged {
    query: String,
    style: String,
    resource: String,
    relevant: Vec<String>,
}

fn judged(file: &str) -> Vec<Judged> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/search_quality/");
    let mut reader = csv::Reader::from_path(folder.to_owned() + file).unwrap();
    let rows = reader.records().map(Result::unwrap).map(|row| Judged {
        query: row[0].to_owned(),
        style: row[1].to_owned(),
        resource: row[2].replace('_', "-"),
        relevant: row[3].split(' ').map(str::to_owned).collect(),
    });
    rows.collect()
}

#[derive(Default)]
struct Figures {
    queries: f64,
    recall: f64,
    precision: f64,
    reciprocal_rank: f64,
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
impl Figures {
    fn add(&mut self, found: &[String], relevant: &[String]) {
        let right = found.iter().filter(|id| relevant.contains(id)).count() as f64;
        self.queries += 1.0;
        self.recall += right / relevant.len() as f64;
        self.precision += if found.is_empty() {
            0.0
        } else {
            right / found.len() as f64
        };
        let first = found.iter().position(|id| relevant.contains(id));
        self.reciprocal_rank += first.map_or(0.0, |place| 1.0 / (place + 1) as f64);
    }

    fn mean(&self) -> (f64, f64, f64) {
        let mean = |sum: f64| sum / self.queries;
        (
            mean(self.recall),
            mean(self.precision),
            mean(self.reciprocal_rank),
        )
    }
}

#[actix_web::test]
async fn people_find_what_they_look_for() {
    measure("queries.csv").await;
}

#[actix_web::test]
async fn people_find_what_another_judge_looks_for() {
    measure("blind.csv").await;
}

async fn measure(file: &str) {
    let registers = seeded();
    let mut by_style: BTreeMap<String, Figures> = BTreeMap::new();
    let mut all = Figures::default();
    for judged in judged(file) {
        let query: Vec<String> = judged
            .query
            .bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect();
        let url = format!(
            "/v1/{}?q={}&limit=500&fields=id",
            judged.resource,
            query.concat()
        );
        let mut answers = Vec::new();
        for register in &registers {
            answers.push(texts(&register.json(&url).await["data"], "id"));
        }
        for other in &answers[1..] {
            assert_eq!(answers[0], *other, "{}", judged.query);
        }
        let found = &answers[0];
        let missed: Vec<_> = judged
            .relevant
            .iter()
            .filter(|id| !found.contains(id))
            .collect();
        let wrong: Vec<_> = found
            .iter()
            .filter(|id| !judged.relevant.contains(id))
            .collect();
        if !(missed.is_empty() && wrong.is_empty()) && judged.style != "typo" {
            println!(
                "{} [{} {}]: missed {missed:?}, wrong {wrong:?}",
                judged.query, judged.style, judged.resource
            );
        }
        if judged.style != "typo" {
            all.add(found, &judged.relevant);
        }
        by_style
            .entry(judged.style)
            .or_default()
            .add(found, &judged.relevant);
    }
    println!("{file}");
    println!(
        "{:<16} {:>7} {:>7} {:>9} {:>5}",
        "style", "queries", "recall", "precision", "MRR"
    );
    by_style.insert("all but typo".to_owned(), all);
    for (style, figures) in &by_style {
        let (recall, precision, rank) = figures.mean();
        println!(
            "{style:<16} {:>7} {recall:>7.3} {precision:>9.3} {rank:>5.3}",
            figures.queries
        );
    }
    let (recall, precision, _) = by_style["all but typo"].mean();
    assert!(recall >= RECALL, "recall {recall:.3} is below {RECALL}");
    assert!(
        precision >= PRECISION,
        "precision {precision:.3} is below {PRECISION}"
    );
}
