//! Tallies of records by level of completion, in the order of the scale; scorecards and statistics show them.

use crate::database::model::{
    enums::Completion,
    level_names::{self, LEVELS},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A level, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    NotStarted,
    Limited,
    Substantial,
    Complete,
    Withdrawn,
    None,
}

/// The scale from its bottom to its top, what was withdrawn, and what has no level.
pub const SCALE: [Level; 6] = [
    Level::NotStarted,
    Level::Limited,
    Level::Substantial,
    Level::Complete,
    Level::Withdrawn,
    Level::None,
];

/// How many records have a level.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LevelCount {
    /// The level; `none` counts the records without one.
    pub level: Level,
    /// Its name in the language of the register, where it is Azerbaijani, else in English.
    #[schema(example = "tam icra")]
    pub label: &'static str,
    /// How many records.
    #[schema(example = 18, minimum = 0)]
    pub count: i64,
    /// Their share of all records that are counted, from 0 to 1, to four places.
    #[schema(example = 0.2813, minimum = 0, maximum = 1)]
    pub share: f64,
}

impl Level {
    /// The level by its word; no level for what is no word of the scale.
    pub fn of(word: Option<&str>) -> Self {
        let mut scale = SCALE.into_iter();
        scale
            .find(|level| Some(level.name()) == word)
            .unwrap_or(Self::None)
    }

    pub fn name(self) -> &'static str {
        self.completion().map_or("none", Completion::as_str)
    }

    /// Its place on the scale from 0, where it has one.
    pub fn steps(self) -> Option<usize> {
        let place = SCALE.iter().position(|level| *level == self)?;
        (place <= Self::Complete as usize).then_some(place)
    }

    fn completion(self) -> Option<Completion> {
        LEVELS.get(self as usize).copied()
    }

    fn label(self, language: Option<&str>) -> &'static str {
        self.completion().map_or_else(
            || level_names::no_level(language),
            |level| level.label(language),
        )
    }
}

/// How many records have each level.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally([i64; SCALE.len()]);

impl Tally {
    pub fn add(&mut self, level: Level, count: i64) {
        self.0[level as usize] += count;
    }

    pub fn total(&self) -> i64 {
        self.0.iter().sum()
    }

    /// The counts as they are shown: every level, also where no record has it.
    pub fn counts(&self, language: Option<&str>) -> Vec<LevelCount> {
        let total = self.total();
        let count = |(level, count): (Level, i64)| LevelCount {
            level,
            label: level.label(language),
            count,
            share: share(count, total),
        };
        SCALE.into_iter().zip(self.0).map(count).collect()
    }
}

/// A share of a total, to four places; nothing of nothing.
#[expect(clippy::cast_precision_loss, reason = "no register has 2^52 records")]
pub fn share(count: i64, total: i64) -> f64 {
    if total == 0 {
        return 0.0;
    }
    (count as f64 / total as f64 * 10_000.0).round() / 10_000.0
}
