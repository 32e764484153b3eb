//! Makes up a register of any size, like the real one and the same for the same seed.

mod corpus;
mod draw;
mod measures;
mod plans;
mod statuses;
mod tables;
mod world;

use crate::package::Error;
use measures::Measure;
use std::{io, path::Path};
use tables::Tables;
use world::World;

/// Writes a package with so many measures into a folder and says how many records that are.
///
/// It has about as many status entries. Only the plans are held in memory.
pub fn generate(measures: usize, seed: u64, folder: &Path) -> Result<usize, Error> {
    let world = World::new(measures, seed).map_err(seeds_error)?;
    let title = format!("A made-up register of {measures} measures (seed {seed})");
    let mut tables = Tables::create(folder, &title)?;
    plans::write_bodies(&world, &mut tables)?;
    for (number, plan) in world.plans.iter().enumerate() {
        plans::write_plan(&world, number, &mut tables)?;
        let (id, mut last) = (plan.id(), None);
        for place in 0..plan.size {
            let measure = Measure::new(&world, plan, &id, place);
            let of = (plan, id.as_str());
            measures::write_measure(&world, of, place, &measure, &mut tables)?;
            statuses::write_statuses(&world, of, place, &measure, &mut last, &mut tables)?;
        }
    }
    tables.finish()
}

fn seeds_error(error: io::Error) -> Error {
    Error::File("seeds".to_owned(), error)
}
