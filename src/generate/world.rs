//! What a generated register is about: countries, their bodies, their plans.

use super::{
    corpus::{Corpus, rows},
    draw::{Chance, Purpose, Ranks},
};
use std::{collections::HashMap, io};

/// Members of the Open Government Partnership, the one with the most plans first.
const COUNTRIES: [&str; 24] = [
    "AZ", "GE", "UA", "MD", "AM", "KG", "MN", "RO", "BG", "HR", "AL", "RS", "ME", "MK", "LT", "LV",
    "EE", "SK", "CZ", "GR", "IT", "ES", "PT", "FR",
];
/// The first plans begin in this year, the others every second year.
const FIRST_YEAR: usize = 2012;
/// How many plans follow one another.
const GENERATIONS: usize = 7;
/// How many measures a plan has.
const SIZE: (usize, usize) = (30, 70);
/// How many sections.
const SECTIONS: (usize, usize) = (4, 8);

/// Everything that is known before the first record is written.
pub struct World {
    pub chance: Chance,
    pub corpus: Corpus,
    /// The bodies that every country has, those with the most measures first.
    pub bodies: Vec<HashMap<String, String>>,
    pub ranks: Ranks,
    pub countries: &'static [&'static str],
    pub plans: Vec<Plan>,
}

/// A plan: little, as there may be many.
#[derive(Clone, Copy)]
pub struct Plan {
    pub country: &'static str,
    /// Which plan of its country it is, from 0.
    pub place: usize,
    /// The number of its first measure, from 0.
    pub first: usize,
    pub size: usize,
    pub sections: usize,
    /// Where the plan before it stands among the plans.
    pub predecessor: Option<usize>,
}

impl World {
    /// The world of a register with so many measures.
    pub fn new(measures: usize, seed: u64) -> io::Result<Self> {
        let bodies = rows("agencies.csv")?;
        let about = measures.div_ceil(usize::midpoint(SIZE.0, SIZE.1));
        let mut world = Self {
            chance: Chance::new(seed),
            corpus: Corpus::read()?,
            ranks: Ranks::new(bodies.len()),
            bodies,
            countries: &COUNTRIES[..about.div_ceil(4).clamp(3, COUNTRIES.len())],
            plans: Vec::new(),
        };
        world.plan(measures);
        Ok(world)
    }

    fn plan(&mut self, measures: usize) {
        let ranks = Ranks::new(self.countries.len());
        let mut newest: HashMap<&str, (usize, usize)> = HashMap::new();
        let mut first = 0;
        while first < measures {
            let number = self.plans.len();
            let mut draw = self.chance.of(Purpose::Plan, number as u64);
            // every country has a plan before chance decides
            let country = match self.countries.get(number) {
                Some(country) => country,
                None => self.countries[draw.rank(&ranks)],
            };
            let before = newest.get(country).copied();
            let place = before.map_or(0, |(_, place)| place + 1);
            let size = draw.between(SIZE.0, SIZE.1).min(measures - first);
            self.plans.push(Plan {
                country,
                place,
                first,
                size,
                sections: draw.between(SECTIONS.0, SECTIONS.1).min(size),
                predecessor: before
                    .filter(|_| place % GENERATIONS > 0)
                    .map(|(plan, _)| plan),
            });
            newest.insert(country, (number, place));
            first += size;
        }
    }

    /// The id that a body of the seeds has in a country.
    pub fn body(&self, country: &str, rank: usize) -> String {
        format!("{}-{}", country.to_lowercase(), self.bodies[rank]["id"])
    }
}

impl Plan {
    pub fn id(&self) -> String {
        let (country, series) = (self.country.to_lowercase(), self.series());
        format!("{country}-{series}-{}-{}", self.start(), self.start() + 1)
    }

    /// Which series of plans it belongs to, from 1.
    pub fn series(&self) -> usize {
        self.place / GENERATIONS + 1
    }

    pub fn start(&self) -> usize {
        FIRST_YEAR + 2 * (self.place % GENERATIONS)
    }

    /// The section and the number in it of the measure at a place in the plan, all but the place from 1.
    pub fn number(&self, place: usize) -> (usize, usize) {
        let section = place * self.sections / self.size;
        let first = (section * self.size).div_ceil(self.sections);
        (section + 1, place - first + 1)
    }
}
