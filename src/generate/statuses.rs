//! Status entries: about as many as measures, some measures judged by several and many by nobody.

use super::{
    draw::{Draw, Purpose},
    measures::{Measure, index},
    plans::{assessor, report},
    tables::Tables,
    world::{Plan, World},
};
use crate::package::Error;

/// The kinds of assessors, and how many measures in a hundred each judges.
const KINDS: [(&str, usize); 3] = [
    ("self_report", 60),
    ("independent", 30),
    ("civil_society", 10),
];

/// Levels: the government's own reports are kinder than those of others.
const KIND_LEVELS: [&str; 6] = [
    "complete",
    "complete",
    "complete",
    "substantial",
    "substantial",
    "limited",
];
const STRICT_LEVELS: [&str; 6] = [
    "complete",
    "substantial",
    "substantial",
    "limited",
    "limited",
    "not_started",
];

/// An entry that others can refer to, with the words that its level rests on.
pub struct Answer {
    id: String,
    quote: String,
}

/// Writes the entries of a measure; `last` is the last full answer of the same plan.
pub fn write_statuses(
    world: &World,
    (plan, id): (&Plan, &str),
    place: usize,
    measure: &Measure,
    last: &mut Option<Answer>,
    tables: &mut Tables,
) -> Result<(), Error> {
    let mut draw = world.chance.of(Purpose::Status, index(plan, place));
    for (number, (kind, share)) in KINDS.into_iter().enumerate() {
        if !draw.percent(share) {
            continue;
        }
        let year = (plan.start() + draw.below(3)).to_string();
        let entry = format!("{}-{year}-{kind}", measure.id.replace('_', "-"));
        let content = Content::new(world, &mut draw, number == 0, last.as_ref());
        let same_as = content.same_as.as_deref().unwrap_or_default();
        let (assessor, source) = (assessor(plan.country, number), report(id, number));
        let locator = format!("bənd {}", measure.number);
        tables.add(
            "status_entries",
            &[
                &entry,
                &measure.id,
                &assessor,
                kind,
                &year,
                content.completion,
                content.missing_reason,
                content.basis,
                &content.quote,
                &content.statement,
                same_as,
                "",
                &source,
                &locator,
                "",
            ],
        )?;
        if number == 0 && content.same_as.is_none() && !content.quote.is_empty() {
            let quote = content.quote;
            *last = Some(Answer { id: entry, quote });
        }
    }
    Ok(())
}

/// What an entry says, by the rules of levels and grounds.
#[derive(Default)]
struct Content {
    completion: &'static str,
    missing_reason: &'static str,
    basis: &'static str,
    quote: String,
    statement: String,
    same_as: Option<String>,
}

impl Content {
    fn new(world: &World, draw: &mut Draw, kind: bool, last: Option<&Answer>) -> Self {
        if draw.percent(15) {
            let reasons = ["not_reported", "not_reported", "not_reviewed", "unclear"];
            return Self {
                missing_reason: draw.one_of(&reasons),
                ..Self::default()
            };
        }
        let levels = if kind { &KIND_LEVELS } else { &STRICT_LEVELS };
        let level = Self {
            completion: draw.one_of(levels),
            basis: draw.one_of(&["coded", "coded", "stated"]),
            ..Self::default()
        };
        let refers = draw.percent(5);
        if let (true, true, Some(last)) = (kind, refers, last) {
            return Self {
                quote: last.quote.clone(),
                same_as: Some(last.id.clone()),
                ..level
            };
        }
        let length = draw.between(5, 15);
        let quote = world.corpus.phrase(draw, length);
        let mut statement = format!("{quote}.");
        for _ in 0..draw.between(0, 3) {
            let length = draw.between(6, 18);
            statement.push(' ');
            statement.push_str(&world.corpus.phrase(draw, length));
            statement.push('.');
        }
        Self {
            quote,
            statement,
            ..level
        }
    }
}
