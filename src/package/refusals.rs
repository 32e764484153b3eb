//! Refuses properties of a descriptor by name. Whoever reads a part of the descriptor tells by it.

use super::Problem;
use crate::{
    database::model::{resource::Object, validation},
    package::{
        PackageSource,
        json_file::{self},
        source::{DESCRIPTOR, is_file_name},
    },
};

use serde_json::Value as Json;

/// The most letters of a value that are shown.
const SHOWN: usize = 60;

/// What is wrong with a part of the descriptor.
pub struct Refusals<'p> {
    /// What the properties are of: the name of a resource; nothing for the package itself.
    of: Option<&'p str>,
    problems: &'p mut Vec<Problem>,
}

impl<'p> Refusals<'p> {
    pub fn new(of: Option<&'p str>, problems: &'p mut Vec<Problem>) -> Self {
        Self { of, problems }
    }

    /// Refuses a value and says what would be right.
    pub fn refuse(&mut self, property: &str, value: &Json, right: &str) {
        let mut text = value.to_string();
        if let Some((end, _)) = text.char_indices().nth(SHOWN) {
            text.truncate(end);
            text.push('…');
        }
        self.tell(format!("{} is {text}; {right}", self.named(property)));
    }

    /// Refuses a property that is not known here.
    pub fn refuse_unknown(&mut self, property: &str, name: &str, known: &[&str]) {
        let hint = validation::nearest_hint(name, known);
        self.tell(format!("{} is not known{hint}", self.named(property)));
    }

    /// Notes a property that has likely another name; one of one's own may stand in a descriptor.
    pub fn note_misspelt(&mut self, property: &str, name: &str, known: &[&str]) {
        let hint = validation::nearest_hint(name, known);
        if !hint.is_empty() {
            let reason = format!(
                "{} is not known and passed over{hint}",
                self.named(property)
            );
            self.problems
                .push(Problem::in_file(DESCRIPTOR, reason).notice());
        }
    }

    pub fn tell(&mut self, reason: String) {
        self.problems.push(Problem::in_file(DESCRIPTOR, reason));
    }

    fn named(&self, property: &str) -> String {
        match self.of {
            Some(resource) => format!("`{property}` of `{resource}`"),
            None => format!("`{property}`"),
        }
    }

    /// The object that a property is, or that the file holds which it names; `None` where it is not given.
    pub fn object(
        &mut self,
        files: &dyn PackageSource,
        property: &str,
        value: &Json,
    ) -> Option<Object> {
        match value {
            Json::Null => None,
            Json::Object(object) => Some(object.clone()),
            Json::String(name) if is_file_name(name) => match json_file::read_json(files, name) {
                Ok(object) => Some(object),
                Err(reason) => {
                    self.tell(format!(
                        "{} is the file `{name}`, which {reason}",
                        self.named(property)
                    ));
                    None
                }
            },
            _ => {
                self.refuse(
                    property,
                    value,
                    "give an object, or the name of a JSON file beside this one",
                );
                None
            }
        }
    }
}
