//! The few words that feeds and calendars add to the texts of the register, in its language.

/// Labels before a text.
pub struct Words {
    pub plan: &'static str,
    pub indicator: &'static str,
    pub bodies: &'static str,
    pub source: &'static str,
}

const AZERBAIJANI: Words = Words {
    plan: "Plan",
    indicator: "Göstərici",
    bodies: "Məsul qurumlar",
    source: "Mənbə",
};

const ENGLISH: Words = Words {
    plan: "Plan",
    indicator: "Indicator",
    bodies: "Responsible",
    source: "Source",
};

/// The words of a language; English where there are none of its own.
pub fn of(language: Option<&str>) -> &'static Words {
    match language.and_then(|language| language.split('-').next()) {
        Some("az") => &AZERBAIJANI,
        _ => &ENGLISH,
    }
}
