//! What the resources are called in the catalogue, in English and in Azerbaijani.

/// The name of a resource, its title in English, and its title in Azerbaijani.
const TITLES: [(&str, &str, &str); 16] = [
    ("agencies", "Bodies", "Qurumlar"),
    ("sources", "Source documents", "Mənbə sənədlər"),
    (
        "plans",
        "Action plans and strategies",
        "Fəaliyyət planları və strategiyalar",
    ),
    ("sections", "Sections of the plans", "Planların bölmələri"),
    ("measures", "Measures of the plans", "Planların tədbirləri"),
    (
        "measure_links",
        "Links between measures of several plans",
        "Müxtəlif planların tədbirləri arasında əlaqələr",
    ),
    (
        "assignments",
        "Bodies responsible for the measures",
        "Tədbirlərin icraçıları",
    ),
    (
        "status_entries",
        "What was reported on the measures",
        "Tədbirlərin icrası barədə məlumatlar",
    ),
    ("obligations", "Standing duties", "Daimi öhdəliklər"),
    (
        "obligation_parties",
        "Who owes the duties, and to whom",
        "Öhdəliklərin tərəfləri",
    ),
    (
        "activities",
        "Activities of civil society",
        "Vətəndaş cəmiyyətinin fəaliyyəti",
    ),
    (
        "activity_links",
        "What the activities serve",
        "Fəaliyyətlərin planlarla əlaqələri",
    ),
    (
        "figures",
        "Figures of the activities",
        "Fəaliyyətlərin göstəriciləri",
    ),
    ("memberships", "Members of bodies", "Qurumların üzvləri"),
    (
        "acronyms",
        "Short forms and what they stand for",
        "Qısaltmalar",
    ),
    (
        "withdrawals",
        "Withdrawn records",
        "Geri götürülmüş qeydlər",
    ),
];

/// The titles of a resource, each with its language; its name where it has no title.
pub fn titles(resource: &'static str) -> [(&'static str, &'static str); 2] {
    let title = TITLES.iter().find(|(name, ..)| *name == resource);
    let (_, english, azerbaijani) = title.copied().unwrap_or((resource, resource, resource));
    [(english, "en"), (azerbaijani, "az")]
}

#[cfg(test)]
mod tests {
    use super::TITLES;
    use crate::database::RESOURCES;

    #[test]
    fn every_resource_has_titles() {
        let titled = TITLES.map(|(name, ..)| name);
        assert_eq!(titled, RESOURCES.map(|resource| resource.name));
    }
}
