//! Countries with their bodies, and plans with what belongs to a whole plan.

use super::{
    draw::Purpose,
    tables::Tables,
    world::{Plan, World},
};
use crate::package::Error;

/// The bodies that judge, beside those of the seeds: the end of their ids, names and kinds.
const ASSESSORS: [(&str, &str, &str); 3] = [
    ("hesabat", "Fəaliyyət Planı üzrə Komissiya", "commission"),
    ("baxis", "Müstəqil Hesabatvermə Mexanizmi", "international"),
    ("koalisiya", "Vətəndaş Cəmiyyəti Koalisiyası", "ngo"),
];

/// The documents of a plan: the end of their ids, what stands before the title of the plan, their
/// kinds, and which assessor publishes them.
const DOCUMENTS: [(&str, &str, &str, Option<usize>); 4] = [
    ("text", "", "plan", None),
    ("hesabat", "Hesabat: ", "report", Some(0)),
    ("baxis", "Müstəqil hesabat: ", "report", Some(1)),
    ("koalisiya", "Monitorinq: ", "project_report", Some(2)),
];

pub fn assessor(country: &str, number: usize) -> String {
    format!("{}-{}", country.to_lowercase(), ASSESSORS[number].0)
}

/// The document that an assessor publishes on a plan.
pub fn report(plan: &str, number: usize) -> String {
    format!("{plan}-{}", ASSESSORS[number].0)
}

/// Writes the bodies of all countries, and the acronyms of the seeds.
pub fn write_bodies(world: &World, tables: &mut Tables) -> Result<(), Error> {
    for country in world.countries {
        for (number, (_, name, kind)) in ASSESSORS.into_iter().enumerate() {
            let id = assessor(country, number);
            tables.add("agencies", &[&id, country, name, "", kind, "", "", "[]"])?;
        }
        for (rank, body) in world.bodies.iter().enumerate() {
            let id = world.body(country, rank);
            let [name, short, kind] = ["name", "short_name", "kind"].map(|key| body[key].as_str());
            tables.add("agencies", &[&id, country, name, short, kind, "", "", "[]"])?;
        }
    }
    for row in super::corpus::rows("acronyms.csv").map_err(super::seeds_error)? {
        let cells = ["id", "country", "short", "expansion"].map(|key| row[key].as_str());
        tables.add("acronyms", &cells)?;
    }
    Ok(())
}

/// Writes a plan with its documents, sections and standing duties.
pub fn write_plan(world: &World, number: usize, tables: &mut Tables) -> Result<(), Error> {
    let plan = &world.plans[number];
    let (id, country) = (plan.id(), plan.country);
    let (start, end) = (plan.start().to_string(), (plan.start() + 1).to_string());
    let title = format!(
        "Açıq hökumətin təşviqinə dair {start}-{end}-ci illər üçün {}-ci Fəaliyyət Planı",
        plan.series()
    );
    for (end_of_id, before, kind, publisher) in DOCUMENTS {
        let source = format!("{id}-{end_of_id}");
        let publisher = publisher.map_or(String::new(), |number| assessor(country, number));
        let (title, period) = (format!("{before}{title}"), format!("{start}-{end}"));
        tables.add(
            "sources",
            &[&source, &title, kind, &publisher, "az", "", &period, "", ""],
        )?;
    }
    let kind = if plan.series() == 1 {
        "national_action_plan"
    } else {
        "strategy"
    };
    let predecessor = plan.predecessor.map(|other| world.plans[other].id());
    let predecessor = predecessor.unwrap_or_default();
    let (adopted, text) = (format!("{start}-02-27"), format!("{id}-text"));
    tables.add(
        "plans",
        &[
            &id,
            country,
            kind,
            &title,
            &start,
            &end,
            &adopted,
            "",
            "",
            "",
            &predecessor,
            &text,
        ],
    )?;
    write_sections(world, number, &id, tables)?;
    write_obligations(world, plan, &id, tables)
}

fn write_sections(world: &World, plan: usize, id: &str, tables: &mut Tables) -> Result<(), Error> {
    let mut draw = world.chance.of(Purpose::Section, plan as u64);
    for section in 1..=world.plans[plan].sections {
        let (section_id, number) = (format!("{id}-s{section}"), section.to_string());
        let length = draw.between(3, 12);
        let title = world.corpus.phrase(&mut draw, length);
        tables.add("sections", &[&section_id, id, "", &number, &title, &number])?;
    }
    Ok(())
}

/// Two duties that every plan brings: to report, and to publish the report.
fn write_obligations(
    world: &World,
    plan: &Plan,
    id: &str,
    tables: &mut Tables,
) -> Result<(), Error> {
    let mut draw = world.chance.of(Purpose::Obligation, plan.first as u64);
    let source = format!("{id}-text");
    for (position, (month, day)) in [("12", "30"), ("2", "15")].into_iter().enumerate() {
        let position = (position + 1).to_string();
        let (duty, number) = (format!("{id}-o{position}"), format!("o{position}"));
        let text = world.corpus.phrase(&mut draw, 20);
        let place = format!("bənd {number}");
        tables.add(
            "obligations",
            &[
                &duty, id, &number, &text, "yearly", month, day, &position, &source, &place,
            ],
        )?;
        let rank = draw.rank(&world.ranks);
        let (body, name) = (world.body(plan.country, rank), &world.bodies[rank]["name"]);
        let party = format!("{duty}-addressee");
        tables.add(
            "obligation_parties",
            &[&party, &duty, &body, "addressee", "binding", "1", name],
        )?;
    }
    Ok(())
}
