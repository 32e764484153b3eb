//! Chance that can be repeated: the same seed, purpose and number draw the same.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// What something is drawn for: nothing drawn for one purpose changes what another draws.
#[derive(Clone, Copy)]
pub enum Purpose {
    Plan,
    Section,
    Measure,
    Assignment,
    Status,
    Link,
    Obligation,
}

/// All chance of a package.
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The draws for one thing, from their start.
    pub fn of(&self, purpose: Purpose, number: u64) -> Draw {
        let mut generator = self.0.clone();
        generator.set_stream(((purpose as u64) << 56) | number);
        Draw(generator)
    }
}

/// Draws, one after the other.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or_default()
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.below(most - least + 1)
    }

    /// Whether something happens that happens so many times in a hundred.
    pub fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    pub fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())]
    }

    /// A rank, the first most often.
    pub fn rank(&mut self, ranks: &Ranks) -> usize {
        let point = self.below(ranks.0.last().copied().unwrap_or_default());
        ranks.0.partition_point(|end| *end <= point)
    }
}

/// Ranks by Zipf's law: the second comes half as often as the first, the third a third as often.
pub struct Ranks(Vec<usize>);

impl Ranks {
    pub fn new(count: usize) -> Self {
        let mut end = 0;
        let ends = (1..=count).map(|rank| {
            end += 1_000_000 / rank;
            end
        });
        Self(ends.collect())
    }
}
