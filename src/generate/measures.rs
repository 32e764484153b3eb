//! Measures, the bodies responsible for them, and the measures that they carry on.

use super::{
    draw::Purpose,
    tables::Tables,
    world::{Plan, World},
};
use crate::package::Error;

/// The number of a measure, its id and its title.
pub struct Measure {
    pub number: String,
    pub id: String,
    pub title: String,
}

impl Measure {
    /// The measure at a place of a plan, from 0.
    pub fn new(world: &World, plan: &Plan, id: &str, place: usize) -> Self {
        let mut draw = world.chance.of(Purpose::Measure, index(plan, place));
        let length = draw.between(8, 30);
        let (section, place) = plan.number(place);
        let number = format!("{section}.{place}");
        Self {
            id: format!("{id}-{number}"),
            number,
            title: world.corpus.phrase(&mut draw, length),
        }
    }
}

/// Which measure of all it is.
pub fn index(plan: &Plan, place: usize) -> u64 {
    (plan.first + place) as u64
}

/// Writes a measure with its assignments and its link.
pub fn write_measure(
    world: &World,
    (plan, id): (&Plan, &str),
    place: usize,
    measure: &Measure,
    tables: &mut Tables,
) -> Result<(), Error> {
    let mut draw = world.chance.of(Purpose::Assignment, index(plan, place));
    let section = format!("{id}-s{}", plan.number(place).0);
    let length = draw.between(3, 10);
    let indicator = if draw.percent(60) {
        world.corpus.phrase(&mut draw, length)
    } else {
        String::new()
    };
    let start = plan.start() + draw.below(2);
    let end = start.max(plan.start() + draw.below(2));
    let [start, end, position] = [start, end, place + 1].map(|number| number.to_string());
    let (source, locator) = (format!("{id}-text"), format!("bənd {}", measure.number));
    tables.add(
        "measures",
        &[
            &measure.id,
            id,
            &section,
            &measure.number,
            &measure.title,
            &indicator,
            &start,
            &end,
            &position,
            &source,
            &locator,
        ],
    )?;
    let mut ranks: Vec<usize> = Vec::new();
    for _ in 0..draw.one_of(&[1, 1, 1, 1, 2, 2, 3]) {
        let rank = draw.rank(&world.ranks);
        if !ranks.contains(&rank) {
            ranks.push(rank);
        }
    }
    for (position, rank) in ranks.into_iter().enumerate() {
        let position = (position + 1).to_string();
        let (body, name) = (world.body(plan.country, rank), &world.bodies[rank]["name"]);
        let assignment = format!("{}-{position}", measure.id);
        let role = if draw.percent(85) {
            "executor"
        } else {
            "recommended"
        };
        tables.add(
            "assignments",
            &[&assignment, &measure.id, &body, role, &position, name],
        )?;
    }
    write_link(world, plan, place, measure, tables)
}

/// One measure in ten carries on one of the plan before.
fn write_link(
    world: &World,
    plan: &Plan,
    place: usize,
    measure: &Measure,
    tables: &mut Tables,
) -> Result<(), Error> {
    let mut draw = world.chance.of(Purpose::Link, index(plan, place));
    let Some(earlier) = plan.predecessor.map(|earlier| &world.plans[earlier]) else {
        return Ok(());
    };
    if draw.percent(90) {
        return Ok(());
    }
    let earlier = Measure::new(world, earlier, &earlier.id(), draw.below(earlier.size));
    let id = format!("{}-from-{}", measure.id, earlier.number);
    tables.add(
        "measure_links",
        &[
            &id,
            &earlier.id,
            &measure.id,
            "continues",
            &measure.title,
            &earlier.title,
            "coded",
        ],
    )
}
