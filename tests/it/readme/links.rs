//! Links between the documents, and the files that they name.

use super::{Document, everything, read, root};

/// The lines that are no code.
fn prose(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.collect()
}

/// The targets of `[text](target)`, of other documents and other places in this one.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(text) {
        for rest in line.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default();
            if !target.contains(':') {
                found.push(target.to_owned());
            }
        }
    }
    found
}

/// The anchors that pages of repositories give their headings.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).into_iter();
    let headings = headings.filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    headings
        .map(|heading| {
            let letters = heading.chars().flat_map(char::to_lowercase);
            letters
                .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
                .map(|letter| if letter == ' ' { '-' } else { letter })
                .collect()
        })
        .collect()
}

/// What is wrong with a link; `None` where it leads somewhere.
fn broken(document: &Document, link: &str) -> Option<String> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = root().join(&document.path);
    let target = match path {
        "" => folder,
        path => folder.parent()?.join(path),
    };
    let wrong = format!("{} links to {link}", document.path);
    if !target.exists() {
        return Some(wrong);
    }
    if anchor.is_empty() {
        return None;
    }
    let text = std::fs::read_to_string(target).ok()?;
    let has_it = anchors(&text).iter().any(|one| one == anchor);
    (!has_it).then_some(wrong)
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let documents = everything();
    assert!(documents.len() > 20, "{}", documents.len());
    let mut count = 0;
    let mut wrong = Vec::new();
    for document in &documents {
        let links = links(&document.text);
        count += links.len();
        wrong.extend(links.iter().filter_map(|link| broken(document, link)));
    }
    assert!(count > 40, "{count} links");
    assert_eq!(wrong, Vec::<String>::new());
}

/// What stands in backticks and begins like a path from the root of the repository; not placeholders, which are in
/// capitals, and not what a run leaves behind.
fn paths(text: &str) -> Vec<&str> {
    const FOLDERS: [&str; 8] = [
        "benches/",
        "deploy/",
        "docs/",
        "migrations/",
        "openapi/",
        "seeds/",
        "src/",
        "tests/",
    ];
    let spans = prose(text).into_iter();
    let spans = spans.flat_map(|line| line.split('`').skip(1).step_by(2));
    let words = spans.filter_map(|span| span.split(' ').next());
    let paths = words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    paths
        .filter(|path| !path.contains("NAME") && *path != "tests/properties.seeds")
        .collect()
}

#[test]
fn every_file_that_is_named_to_contributors_is_there() {
    let mut documents = ["CONTRIBUTING.md", "SECURITY.md", "docs/glossary.md"]
        .map(read)
        .to_vec();
    documents.extend(
        everything()
            .into_iter()
            .filter(|document| document.path.starts_with("docs/decisions/")),
    );
    let mut count = 0;
    for document in &documents {
        for path in paths(&document.text) {
            count += 1;
            assert!(root().join(path).exists(), "{}: {path}", document.path);
        }
    }
    assert!(count > 50, "{count} paths");
}

#[test]
fn links_anchors_and_paths_are_found_where_they_stand() {
    let text = "# One, two\n[a](b.md#c) and [d](#e), [f](https://g.example)\n```sh\n[no](no)\n```\nin `src/x.rs`";
    assert_eq!(links(text), ["b.md#c", "#e"]);
    assert_eq!(anchors(text), ["one-two"]);
    assert_eq!(paths(text), ["src/x.rs"]);
    let readme = read("README.md");
    assert!(broken(&readme, "no/such/file.md").is_some());
    assert!(broken(&readme, "CHANGELOG.md#no-such-heading").is_some());
    assert_eq!(broken(&readme, "CHANGELOG.md#changelog"), None);
}
