//! The counts of a scorecard: cards of entries, and how they compare.

use crate::{
    api::{
        handlers::scorecard::card::{Assessor, Card, Coverage, Divergence},
        response::levels::{Level, Tally, share},
    },
    database::{model::enums::AssessorKind, query::latest_entry::Entry},
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap},
};

/// The kinds of assessor in the order of their cards.
const KINDS: [AssessorKind; 4] = [
    AssessorKind::SelfReport,
    AssessorKind::Independent,
    AssessorKind::CivilSociety,
    AssessorKind::Media,
];

/// What the cards of one answer share.
pub struct Names<'n> {
    /// The names of the assessors by their ids.
    pub assessors: &'n HashMap<String, String>,
    pub language: Option<&'n str>,
}

/// The kinds of assessor that the entries come from, and the government itself, which always owes a report.
pub fn kinds(entries: &[Entry]) -> Vec<&'static str> {
    let known: BTreeSet<&str> = entries
        .iter()
        .map(|entry| entry.assessor_kind.as_str())
        .collect();
    let is_shown =
        |kind: &AssessorKind| *kind == AssessorKind::SelfReport || known.contains(kind.as_str());
    let kinds = KINDS.into_iter().filter(is_shown);
    kinds.map(AssessorKind::as_str).collect()
}

/// A card for each of the kinds. Entries of one measure stand together, the one that counts before the
/// others of its kind.
pub fn cards(
    kinds: &[&'static str],
    measures: i64,
    entries: &[&Entry],
    names: &Names<'_>,
) -> Vec<Card> {
    let card = |&kind: &&'static str| {
        let own = entries.iter().filter(|entry| entry.assessor_kind == kind);
        card(kind, measures, &own.copied().collect::<Vec<_>>(), names)
    };
    kinds.iter().map(card).collect()
}

fn card(kind: &'static str, measures: i64, entries: &[&Entry], names: &Names<'_>) -> Card {
    let mut tally = Tally::default();
    let (mut reported, mut disagree) = (0, 0);
    let mut missing: BTreeMap<String, i64> = BTreeMap::new();
    for of_measure in entries.chunk_by(|one, next| one.measure_id == next.measure_id) {
        let counted = of_measure[0];
        reported += 1;
        tally.add(Level::of(counted.completion.as_deref()), 1);
        if let Some(reason) = counted.missing_reason.clone() {
            *missing.entry(reason).or_default() += 1;
        }
        disagree += i64::from(is_disputed(of_measure));
    }
    tally.add(Level::None, measures - reported);
    Card {
        assessor_kind: kind,
        assessors: assessors(entries, names),
        measures,
        reported,
        levels: tally.counts(names.language),
        missing,
        disagree,
    }
}

/// Whether the entries of the year that counts give different levels.
fn is_disputed(of_measure: &[&Entry]) -> bool {
    let counted = of_measure[0];
    of_measure.iter().any(|other| {
        other.year == counted.year
            && other.completion.is_some()
            && other.completion != counted.completion
    })
}

fn assessors(entries: &[&Entry], names: &Names<'_>) -> Vec<Assessor> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        let of_assessor = found.entry(&entry.assessor_id).or_default();
        of_assessor.insert(&entry.measure_id);
    }
    let assessor = |(id, measures): (&str, BTreeSet<&str>)| Assessor {
        id: id.to_owned(),
        label: names.assessors.get(id).cloned(),
        measures: count(measures.len()),
    };
    found.into_iter().map(assessor).collect()
}

/// For how many of the measures there is an entry, year by year.
pub fn coverage(entries: &[Entry], measures: i64) -> Vec<Coverage> {
    let mut years: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        let of_year = years.entry(entry.year).or_default();
        of_year.insert(&entry.measure_id);
    }
    let coverage = |(year, reported): (i64, BTreeSet<&str>)| Coverage {
        year,
        measures: count(reported.len()),
        share: share(count(reported.len()), measures),
    };
    years.into_iter().map(coverage).collect()
}

/// How the levels that count compare, where both have one on the scale.
pub fn divergence(entries: &[&Entry]) -> Divergence {
    let mut divergence = Divergence::default();
    for of_measure in entries.chunk_by(|one, next| one.measure_id == next.measure_id) {
        let counted = |kind: AssessorKind| {
            let entry = of_measure
                .iter()
                .find(|entry| entry.assessor_kind == kind.as_str())?;
            Level::of(entry.completion.as_deref()).steps()
        };
        let own = counted(AssessorKind::SelfReport);
        let (Some(own), Some(other)) = (own, counted(AssessorKind::Independent)) else {
            continue;
        };
        divergence.compared += 1;
        match own.cmp(&other) {
            Ordering::Equal => divergence.equal += 1,
            Ordering::Greater => divergence.above += 1,
            Ordering::Less => divergence.below += 1,
        }
    }
    divergence
}

/// A number of things as it is sent.
pub fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
