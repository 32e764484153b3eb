//! The levels of completion in words: how each is called in a language, and which one somebody means. Files for
//! people and refusals use it.

use crate::{database::model::enums::Completion, language::fold};

/// The levels in the order of the scale; what was withdrawn stands behind it.
pub const LEVELS: [Completion; 5] = [
    Completion::NotStarted,
    Completion::Limited,
    Completion::Substantial,
    Completion::Complete,
    Completion::Withdrawn,
];

/// How a level is called: in Azerbaijani, in English, and as it is typed besides.
struct Names {
    azerbaijani: &'static str,
    english: &'static str,
    others: &'static [&'static str],
}

const NO_LEVEL: Names = Names {
    azerbaijani: "səviyyə yoxdur",
    english: "no level",
    others: &[],
};

impl Names {
    fn label(&self, language: Option<&str>) -> &'static str {
        match language {
            Some("az") => self.azerbaijani,
            _ => self.english,
        }
    }
}

impl Completion {
    /// The name of the level in a language; in English where there is none in that.
    pub fn label(self, language: Option<&str>) -> &'static str {
        self.names().label(language)
    }

    /// The level that somebody means by a name in any of the languages, however its letters and blanks are
    /// written; `None` where the text names no level.
    pub fn named(text: &str) -> Option<Self> {
        let typed = plain(text);
        LEVELS.into_iter().find(|level| {
            let names = level.names();
            let known = [level.as_str(), names.azerbaijani, names.english];
            let mut known = known.iter().chain(names.others);
            known.any(|name| plain(name) == typed)
        })
    }

    fn names(self) -> Names {
        match self {
            Self::NotStarted => Names {
                azerbaijani: "icra olunmayıb",
                english: "not started",
                others: &[
                    "icra edilməyib",
                    "icra olunmamışdır",
                    "icra edilməmişdir",
                    "başlanmayıb",
                    "not implemented",
                ],
            },
            Self::Limited => Names {
                azerbaijani: "qismən icra",
                english: "limited",
                others: &[
                    "qismən",
                    "qismən icra olunub",
                    "qismən icra edilib",
                    "qismən icra olunmuşdur",
                    "qismən icra edilmişdir",
                    "partial",
                    "partly",
                    "partially implemented",
                ],
            },
            Self::Substantial => Names {
                azerbaijani: "əsasən icra",
                english: "substantial",
                others: &[
                    "əsasən",
                    "əsasən icra olunub",
                    "əsasən icra edilib",
                    "əsasən icra olunmuşdur",
                    "əsasən icra edilmişdir",
                    "substantially implemented",
                    "mostly",
                ],
            },
            Self::Complete => Names {
                azerbaijani: "tam icra",
                english: "complete",
                others: &[
                    "tam",
                    "tam icra olunub",
                    "tam icra edilib",
                    "tam icra olunmuşdur",
                    "tam icra edilmişdir",
                    "tamamlanıb",
                    "completed",
                    "fully implemented",
                ],
            },
            Self::Withdrawn => Names {
                azerbaijani: "geri götürülüb",
                english: "withdrawn",
                others: &["geri götürülmüşdür"],
            },
        }
    }
}

/// What records without a level are called beside the levels.
pub fn no_level(language: Option<&str>) -> &'static str {
    NO_LEVEL.label(language)
}

/// The folded text with one blank between its words, which `_` and `-` part as well.
fn plain(text: &str) -> String {
    let folded = fold(text).replace(['_', '-'], " ");
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::database::model::{
        enums::Completion,
        level_names::{LEVELS, no_level},
    };

    #[test]
    fn every_level_is_found_by_its_names() {
        for level in LEVELS {
            for name in [
                level.as_str(),
                level.label(Some("az")),
                level.label(Some("en")),
            ] {
                assert_eq!(Completion::named(name), Some(level), "{name}");
            }
        }
    }

    #[test]
    fn a_level_is_named_in_azerbaijani_as_it_is_typed() {
        let named = Completion::named;
        assert_eq!(named("Qismən icra"), Some(Completion::Limited));
        assert_eq!(named(" TAM  İCRA "), Some(Completion::Complete));
        assert_eq!(named("esasen icra olunub"), Some(Completion::Substantial));
        assert_eq!(named("icra olunmayib"), Some(Completion::NotStarted));
        assert_eq!(named("Geri götürülüb"), Some(Completion::Withdrawn));
        assert_eq!(named("not-started"), Some(Completion::NotStarted));
        assert_eq!(
            named("tamamilə icra olunmayıb"),
            None,
            "no level by a beginning"
        );
        assert_eq!(named(""), None);
    }

    #[test]
    fn a_language_without_names_is_served_in_english() {
        assert_eq!(Completion::Limited.label(Some("az")), "qismən icra");
        assert_eq!(Completion::Limited.label(Some("ka")), "limited");
        assert_eq!(Completion::Limited.label(None), "limited");
        assert_eq!(no_level(Some("az")), "səviyyə yoxdur");
    }
}
