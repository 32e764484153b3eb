//! The folders are the architecture: `api` and `package` know `database`, which knows `language`.

use std::{fs, path::Path};

fn mentions(folder: &str, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(folder),
    ];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let text = fs::read_to_string(entry.path()).unwrap();
            for name in names.iter().filter(|name| text.contains(**name)) {
                found.push(format!("{} mentions {name}", entry.path().display()));
            }
        }
    }
    found
}

#[test]
fn nothing_knows_what_stands_above_it() {
    let none: Vec<String> = Vec::new();
    assert_eq!(mentions("language", &["crate::"]), none);
    assert_eq!(
        mentions(
            "database",
            &[
                "crate::api",
                "crate::package",
                "crate::server",
                "crate::config"
            ]
        ),
        none
    );
    assert_eq!(
        mentions("package", &["crate::api", "crate::server", "crate::config"]),
        none
    );
    assert_eq!(
        mentions(
            "generate",
            &["crate::api", "crate::server", "crate::config"]
        ),
        none
    );
    assert_eq!(
        mentions(
            "api",
            &["crate::server", "crate::config", "crate::commands"]
        ),
        none
    );
    assert_ne!(
        mentions("api", &["crate::database"]),
        none,
        "the search finds what is there"
    );
}
