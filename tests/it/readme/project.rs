//! The files that tell tools and newcomers of the project: versions, licences, commands, decisions, dependencies.

use super::{everything, manual, read, root};

/// The value of a key that stands at the beginning of a line.
fn value<'t>(text: &'t str, key: &str) -> &'t str {
    let mut values = text.lines().filter_map(|line| line.strip_prefix(key));
    let value = values.find_map(|rest| rest.strip_prefix(": "));
    value.unwrap_or_else(|| panic!("{key} is told"))
}

#[test]
fn the_citation_is_of_this_version_and_these_licences() {
    let citation = read("CITATION.cff").text;
    assert_eq!(value(&citation, "version"), env!("CARGO_PKG_VERSION"));
    let public = read("publiccode.yml").text;
    assert_eq!(value(&public, "  license"), "MIT OR Apache-2.0");
    let manifest = read("Cargo.toml").text;
    assert!(manifest.contains("\nlicense = \"MIT OR Apache-2.0\"\n"));
    assert!(citation.contains("\nlicense:\n  - MIT\n  - Apache-2.0\n"));
}

#[test]
fn the_readme_is_short_and_leads_to_every_page() {
    let readme = read("README.md").text;
    let lines = readme.lines().count();
    assert!(lines <= 200, "{lines} lines");
    let pages = manual();
    assert!(pages.len() > 5, "{}", pages.len());
    for page in &pages[1..] {
        let link = format!("]({}", page.path);
        assert!(readme.contains(&link), "{}", page.path);
    }
}

/// The lines of a table of Cargo.toml.
fn table<'t>(manifest: &'t str, name: &str) -> Vec<&'t str> {
    let lines = manifest.lines().skip_while(|line| *line != name).skip(1);
    lines.take_while(|line| !line.starts_with('[')).collect()
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let manifest = read("Cargo.toml").text;
    let mut count = 0;
    for name in ["[dependencies]", "[dev-dependencies]"] {
        let mut before = "";
        for line in table(&manifest, name) {
            if line.contains(" = ") && !line.starts_with('#') {
                count += 1;
                let is_told = line.contains(" # ") || before.starts_with("# ");
                assert!(is_told, "{line}");
            }
            before = line;
        }
    }
    assert!(count > 40, "{count} dependencies");
}

#[test]
fn every_command_of_the_justfile_is_there() {
    let justfile = read("justfile").text;
    let commands: Vec<&str> = justfile
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let program = command.split(' ').next().unwrap_or_default();
        let is_there = ["cargo", "@just"].contains(&program) || root().join(program).is_file();
        assert!(is_there, "{command}");
    }
}

#[test]
fn every_module_of_tests_that_a_document_runs_is_there() {
    let mut count = 0;
    for document in everything() {
        for rest in document.text.split("cargo test --test it ").skip(1) {
            let name = rest.split("::").next().unwrap_or_default();
            let file = root().join(format!("tests/it/{name}.rs"));
            let folder = root().join(format!("tests/it/{name}/mod.rs"));
            assert!(
                file.exists() || folder.exists(),
                "{}: {name}",
                document.path
            );
            count += 1;
        }
    }
    assert!(count > 0, "{count} modules");
}

#[test]
fn every_decision_is_listed_and_has_its_context_its_choice_and_its_price() {
    let index = read("docs/decisions/README.md").text;
    let pages = everything();
    let pages = pages
        .iter()
        .filter_map(|page| Some((page.path.strip_prefix("docs/decisions/")?, &page.text)));
    let pages: Vec<_> = pages.filter(|(name, _)| *name != "README.md").collect();
    assert!(pages.len() >= 8, "{}", pages.len());
    for (name, text) in pages {
        let title = text.lines().next().unwrap_or_default();
        let title = title.strip_prefix("# ").expect("a title");
        assert!(index.contains(&format!("[{title}]({name})")), "{name}");
        let parts: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        assert_eq!(parts, ["## Context", "## Choice", "## Price"], "{name}");
    }
}
