//! The folders are the architecture: which room may import which, and no circle of more than four files.
//!
//! Imports are read by a parser of Rust: every `use` and every path that begins with `crate`, `self` or `super`, led
//! on through re-exports to the file that defines what is named. Tests within files do not count.

use petgraph::{algo::tarjan_scc, graphmap::DiGraphMap};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use syn::{Item, UseTree, visit::Visit};

/// The rooms of the database, each of which may import those before it.
const DATABASE: [&str; 10] = [
    "language",
    "database::schema",
    "database::error",
    "database::connection",
    "database::sql",
    "database::model",
    "database::query",
    "database::resources",
    "database::search",
    "database::write",
];

/// The rooms above the database, each of which may import those after it.
const ABOVE: [&str; 6] = ["cli", "snapshot", "server", "api", "package", "database"];

/// Every room, and the rooms that its files may import besides their own. A room within another stands behind it.
fn rooms() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut rooms = vec![("generate", vec!["package", "database", "language"])];
    for (place, room) in ABOVE.into_iter().enumerate() {
        // A room that holds rooms knows them: its own files put them together.
        let below = [&ABOVE[place..], &["language", "generate"]].concat();
        rooms.push((room, below));
    }
    for (place, room) in DATABASE.into_iter().enumerate() {
        rooms.push((room, DATABASE[..place].to_vec()));
    }
    // It tells of a file that was replaced, which the connection finds out.
    rooms.push(("database::error", vec!["database::connection"]));
    rooms
}

/// The most files that may import each other in a circle.
const LARGEST_CIRCLE: usize = 4;

type Module = Vec<String>;

/// The files of the program, and what each imports.
struct Imports {
    /// Each module that has a file, with the file's text.
    files: BTreeMap<Module, syn::File>,
    /// What a module gives on under a name of its own: where it comes from.
    given_on: BTreeMap<Module, Module>,
    edges: BTreeSet<(Module, Module)>,
}

impl Imports {
    fn read() -> Self {
        let mut files = BTreeMap::new();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        read_folder(&source, &Vec::new(), &mut files);
        let mut imports = Self {
            files,
            given_on: BTreeMap::new(),
            edges: BTreeSet::new(),
        };
        let used: Vec<Used> = imports.files.iter().map(used).collect();
        for used in &used {
            for (path, name) in &used.given_on {
                let given = [&used.module[..], std::slice::from_ref(name)].concat();
                imports.given_on.insert(given, path.clone());
            }
        }
        for used in &used {
            for path in &used.paths {
                let module = imports.defining(path);
                if module != used.module && !module.is_empty() {
                    imports.edges.insert((used.module.clone(), module));
                }
            }
        }
        imports
    }

    /// The module with a file that defines what a path names.
    fn defining(&self, path: &[String]) -> Module {
        let mut path = path.to_vec();
        for _ in 0..5 {
            let given = (1..=path.len()).rev().find_map(|length| {
                let target = self.given_on.get(&path[..length])?;
                let is_module = self.files.contains_key(&path[..length]) && length < path.len();
                (!is_module && *target != path[..length])
                    .then(|| [target, &path[length..]].concat())
            });
            match given {
                Some(target) => path = target,
                None => break,
            }
        }
        while !self.files.contains_key(&path) {
            path.pop();
        }
        path
    }
}

fn read_folder(folder: &Path, module: &Module, files: &mut BTreeMap<Module, syn::File>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path: PathBuf = entry.path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let inner = [&module[..], std::slice::from_ref(&stem)].concat();
        if path.is_dir() {
            read_folder(&path, &inner, files);
        } else if stem != "main" {
            let module = if stem == "mod" || stem == "lib" {
                module.clone()
            } else {
                inner
            };
            let text = fs::read_to_string(&path).unwrap();
            files.insert(module, syn::parse_file(&text).unwrap());
        }
    }
}

/// What a file names of the program.
struct Used {
    module: Module,
    /// Paths without `crate`.
    paths: Vec<Module>,
    given_on: Vec<(Module, String)>,
}

fn used((module, file): (&Module, &syn::File)) -> Used {
    let mut used = Used {
        module: module.clone(),
        paths: Vec::new(),
        given_on: Vec::new(),
    };
    used.visit_file(file);
    used
}

impl Used {
    /// The path without `crate`; `None` where it leads out of the program.
    fn resolved(&self, path: &[String]) -> Option<Module> {
        let mut module = self.module.clone();
        let mut rest = path;
        match rest.first()?.as_str() {
            "crate" => return Some(rest[1..].to_vec()),
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|first| first == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
            }
            _ => return None,
        }
        module.extend_from_slice(rest);
        Some(module)
    }

    fn add_tree(&mut self, tree: &UseTree, before: &[String], is_public: bool) {
        match tree {
            UseTree::Path(path) => {
                let before = [before, &[path.ident.to_string()]].concat();
                self.add_tree(&path.tree, &before, is_public);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(tree, before, is_public);
                }
            }
            UseTree::Name(name) => self.add_use(before, &name.ident.to_string(), None, is_public),
            UseTree::Rename(name) => {
                let as_name = name.rename.to_string();
                self.add_use(before, &name.ident.to_string(), Some(as_name), is_public);
            }
            UseTree::Glob(_) => self.add_use(before, "self", None, false),
        }
    }

    fn add_use(&mut self, before: &[String], name: &str, as_name: Option<String>, is_public: bool) {
        let path = match name {
            "self" => before.to_vec(),
            _ => [before, &[name.to_owned()]].concat(),
        };
        // a path that begins with a child is one of this module
        let own = [&["self".to_owned()], &path[..]].concat();
        let Some(path) = self.resolved(&path).or_else(|| self.resolved(&own)) else {
            return;
        };
        if is_public {
            let name = as_name.unwrap_or_else(|| path.last().unwrap().clone());
            self.given_on.push((path.clone(), name));
        }
        self.paths.push(path);
    }
}

impl<'f> Visit<'f> for Used {
    fn visit_item(&mut self, item: &'f Item) {
        match item {
            Item::Mod(inner) if inner.content.is_some() => {} // its tests
            Item::Use(item) => {
                let is_public = !matches!(item.vis, syn::Visibility::Inherited);
                self.add_tree(&item.tree, &[], is_public);
            }
            _ => syn::visit::visit_item(self, item),
        }
    }

    fn visit_path(&mut self, path: &'f syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|one| one.ident.to_string())
            .collect();
        if segments.len() > 1 && segments[0] != "self" {
            self.paths.extend(self.resolved(&segments));
        }
        syn::visit::visit_path(self, path);
    }
}

fn shown(module: &[String]) -> String {
    module.join("::")
}

/// The innermost room that a module is in; `None` for the files of the crate itself.
fn room(module: &[String]) -> Option<&'static str> {
    let module = format!("{}::", shown(module));
    let rooms = rooms().into_iter().map(|(room, _)| room);
    rooms
        .filter(|room| module.starts_with(&format!("{room}::")))
        .max_by_key(|room| room.len())
}

#[test]
fn no_room_imports_one_that_stands_above_it() {
    let (imports, rooms) = (Imports::read(), rooms());
    assert!(
        imports.edges.len() > 500,
        "{} imports were read",
        imports.edges.len()
    );
    let mut wrong = Vec::new();
    for (from, to) in &imports.edges {
        let (Some(own), Some(other)) = (room(from), room(to)) else {
            continue;
        };
        let is_allowed =
            |allowed: &&str| other == *allowed || other.starts_with(&format!("{allowed}::"));
        let mut allowed = rooms
            .iter()
            .filter(|(room, _)| *room == own)
            .flat_map(|(_, allowed)| allowed);
        if own != other && !allowed.any(is_allowed) {
            wrong.push(format!("{} imports {}", shown(from), shown(to)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_folder_is_a_room() {
    let (imports, rooms) = (Imports::read(), rooms());
    let folders = imports.files.keys().filter_map(|module| module.first());
    let homeless = folders.filter(|folder| !rooms.iter().any(|(room, _)| room == folder));
    assert_eq!(homeless.collect::<BTreeSet<_>>(), BTreeSet::new());
}

#[test]
fn no_circle_has_more_than_four_files() {
    let imports = Imports::read();
    let names: Vec<(String, String)> = imports
        .edges
        .iter()
        .map(|(from, to)| (shown(from), shown(to)))
        .collect();
    let graph: DiGraphMap<&str, ()> = names
        .iter()
        .map(|(from, to)| (from.as_str(), to.as_str()))
        .collect();
    let circles = tarjan_scc(&graph).into_iter();
    let large: Vec<Vec<&str>> = circles
        .filter(|circle| circle.len() > LARGEST_CIRCLE)
        .collect();
    assert_eq!(large, Vec::<Vec<&str>>::new());
}
