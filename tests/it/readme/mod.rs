//! The documents tell the truth: what they show, name and link to is held against the service and the files.

mod examples;
mod links;
mod project;
mod settings;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the repository, by its path from the root.
#[derive(Clone)]
struct Document {
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> Document {
    let text = fs::read_to_string(root().join(path));
    Document {
        path: path.to_owned(),
        text: text.unwrap_or_else(|error| panic!("{path}: {error}")),
    }
}

/// The README and the pages beside it that tell users the same: `docs/*.md`.
fn manual() -> Vec<Document> {
    let pages = markdown(&root().join("docs"));
    let pages = pages.into_iter().filter(|page| {
        let parent = page.parent().and_then(Path::file_name);
        parent.is_some_and(|name| name == "docs")
    });
    let mut manual = vec![read("README.md")];
    manual.extend(pages.map(|page| read(&relative(&page))));
    manual
}

/// Every file of Markdown in the repository.
fn everything() -> Vec<Document> {
    let pages = markdown(root());
    pages.iter().map(|page| read(&relative(page))).collect()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The files of Markdown in a folder and below it, in order, without what builds and tools leave behind.
fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            found.extend(markdown(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found
}
