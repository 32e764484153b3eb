//! The tree of `include=section,assignments.agency`: what to embed, and what in that.

use crate::{
    api::error::{Code, Wrong},
    database::{
        find,
        model::{
            resource::Resource,
            validation::{listed, nearest_hint},
        },
    },
};
use std::collections::BTreeMap;

/// How deep includes may go: `assignments.agency.parent`.
pub const MAX_DEPTH: usize = 3;

/// What to include, and what in that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<&'static str, Tree>);

impl Tree {
    /// Reads `include=`.
    pub fn parse(resource: &'static Resource, value: &str) -> Result<Self, Wrong> {
        let mut tree = Self::default();
        for path in value.split(',') {
            let names: Vec<&str> = path.split('.').collect();
            if names.len() > MAX_DEPTH {
                let reason = format!("`{path}` goes deeper than {MAX_DEPTH}");
                return Err(Wrong::new(Code::OutOfRange, reason).of(path));
            }
            tree.grow(resource, &names)?;
        }
        Ok(tree)
    }

    fn grow(&mut self, resource: &'static Resource, names: &[&str]) -> Result<(), Wrong> {
        let Some((name, rest)) = names.split_first() else {
            return Ok(());
        };
        let includes = resource.includes();
        let Some((name, target)) = includes.iter().find(|(other, _)| other == name) else {
            let known: Vec<&str> = includes.iter().map(|(name, _)| *name).collect();
            let hint = nearest_hint(name, &known);
            let known = match known.as_slice() {
                [] => "nothing".to_owned(),
                known => listed(known),
            };
            let reason = format!(
                "{} cannot include `{name}`{hint}; there is {known}",
                resource.name
            );
            return Err(Wrong::unknown(name, reason, hint));
        };
        match find(target) {
            Some(target) => self.0.entry(name).or_default().grow(target, rest),
            None => Ok(()),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub fn branches(&self) -> impl Iterator<Item = (&'static str, &Self)> {
        self.0.iter().map(|(&name, tree)| (name, tree))
    }
}
