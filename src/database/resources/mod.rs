//! The registry of resources: what kinds of record there are. Everything that treats all of them alike begins here.
//!
//! A resource is declared in one file: its type is the row, the answer and the schema, and [`declare`] makes the rest.

pub mod acronyms;
pub mod activities;
pub mod activity_links;
pub mod agencies;
pub mod assignments;
pub mod declare;
pub mod figures;
pub mod measure_links;
pub mod measures;
pub mod memberships;
pub mod obligation_parties;
pub mod obligations;
pub mod plans;
pub mod sections;
pub mod sources;
pub mod status_entries;
pub mod withdrawals;

use super::model::resource::Resource;

/// Every resource, each after those that it refers to.
pub static RESOURCES: [&Resource; 16] = [
    &agencies::AGENCIES,
    &sources::SOURCES,
    &plans::PLANS,
    &sections::SECTIONS,
    &measures::MEASURES,
    &measure_links::MEASURE_LINKS,
    &assignments::ASSIGNMENTS,
    &status_entries::STATUS_ENTRIES,
    &obligations::OBLIGATIONS,
    &obligation_parties::OBLIGATION_PARTIES,
    &activities::ACTIVITIES,
    &activity_links::ACTIVITY_LINKS,
    &figures::FIGURES,
    &memberships::MEMBERSHIPS,
    &acronyms::ACRONYMS,
    &withdrawals::WITHDRAWALS,
];

/// The resource of that name; `None` where there is none.
pub fn find(name: &str) -> Option<&'static Resource> {
    RESOURCES.into_iter().find(|resource| resource.name == name)
}

/// The resources whose texts are searched.
pub fn searched() -> impl Iterator<Item = &'static Resource> {
    let all = RESOURCES.into_iter();
    all.filter(|resource| resource.behaviour.searched.is_some())
}
