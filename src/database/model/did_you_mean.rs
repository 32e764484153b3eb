//! "Did you mean …?": the nearest known name by edit distance. Refusals of names and words end with it.

use crate::{database::model::enums::Completion, language::confusables};
use std::fmt;

/// `a`, `b`, `c`
pub fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    names.join(", ")
}

/// No name or id is longer, in bytes; comparing costs the product of the lengths.
const LONGEST_NAME: usize = 300;

/// The known name that is most like the given one; `None` where none is alike.
pub fn nearest<'n, T: AsRef<str>>(name: &str, known: &'n [T]) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    known
        .iter()
        .map(|other| (strsim::jaro_winkler(name, other.as_ref()), other.as_ref()))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other)
}

/// What was meant, as a message goes on: `; did you mean …?`, after the names of letters that only look Latin; or
/// nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The letters that only look Latin, named.
    pub letters: Option<String>,
    /// The known name or word that is most like what was given.
    pub meant: Option<String>,
}

impl Hint {
    pub fn is_empty(&self) -> bool {
        self.letters.is_none() && self.meant.is_none()
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(letters) = &self.letters {
            write!(formatter, "; {letters}")?;
        }
        match &self.meant {
            Some(meant) => write!(formatter, "; did you mean `{meant}`?"),
            None => Ok(()),
        }
    }
}

/// What was meant by a name that is none of those known.
pub fn nearest_hint<T: AsRef<str>>(name: &str, known: &[T]) -> Hint {
    if name.len() > LONGEST_NAME {
        return Hint::default();
    }
    let read = confusables::read(name);
    let mut words = known.iter().map(AsRef::as_ref);
    let meant = level(name, known)
        .or_else(|| words.find(|word| *word == read))
        .or_else(|| nearest(name, known))
        .or_else(|| nearest(&read, known));
    Hint {
        letters: confusables::named(name),
        meant: meant.map(str::to_owned),
    }
}

/// The level that is called so in Azerbaijani or English, where levels are what is known.
fn level<'n, T: AsRef<str>>(name: &str, known: &'n [T]) -> Option<&'n str> {
    let is_of_levels = known
        .iter()
        .any(|word| word.as_ref() == Completion::Substantial.as_str());
    let level = is_of_levels.then(|| Completion::named(name)).flatten()?;
    let mut known = known.iter().map(AsRef::as_ref);
    known.find(|word| *word == level.as_str())
}

#[cfg(test)]
mod tests {
    use crate::database::model::did_you_mean::{nearest, nearest_hint};

    const LEVELS: [&str; 3] = ["limited", "substantial", "complete"];

    #[test]
    fn a_level_is_suggested_by_its_name() {
        assert_eq!(
            nearest_hint("tam icra", &LEVELS).to_string(),
            "; did you mean `complete`?"
        );
        assert_eq!(
            nearest_hint("Əsasən icra", &LEVELS).to_string(),
            "; did you mean `substantial`?"
        );
        assert!(nearest_hint("tam icra", &["plan"]).is_empty());
    }

    #[test]
    fn what_is_longer_than_any_name_is_like_none() {
        let known = ["maliyye-nazirliyi"];
        assert_eq!(nearest("maliye-nazirliyi", &known), Some(known[0]));
        let long = "maliyye-nazirliyi".repeat(1000);
        assert_eq!(nearest(&long, &[long.as_str()]), None);
    }

    #[test]
    fn a_letter_that_only_looks_latin_is_named() {
        assert_eq!(
            nearest_hint("соmplete", &LEVELS).to_string(),
            "; `с` is CYRILLIC SMALL LETTER ES, `о` is CYRILLIC SMALL LETTER O; did you mean `complete`?"
        );
        assert_eq!(
            nearest_hint("план", &["q"])
                .to_string()
                .matches(" is CYRILLIC ")
                .count(),
            3
        );
    }
}
