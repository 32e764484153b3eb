//! The table of settings.

use super::manual;
use aciqplan::cli::args::Cli;
use clap::CommandFactory;

#[test]
fn every_setting_of_the_service_is_told_with_its_default() {
    let manual = manual();
    let lines = || manual.iter().flat_map(|document| document.text.lines());
    let command = Cli::command();
    let serve = command.find_subcommand("serve").expect("there is `serve`");
    let flags: Vec<_> = serve
        .get_arguments()
        .filter(|flag| flag.get_long() != Some("help"))
        .collect();
    assert!(flags.len() > 15, "{}", flags.len());
    for flag in flags {
        let (Some(long), Some(variable)) = (flag.get_long(), flag.get_env()) else {
            panic!("{} has no flag or no variable", flag.get_id());
        };
        let names = flag
            .get_value_names()
            .filter(|_| flag.get_action().takes_values());
        let value = names.map_or_else(String::new, |names| format!(" {}", names.join("")));
        let start = format!("| `--{long}{value}` | `{}`", variable.display());
        let line = lines().find(|line| line.starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no line begins with {start}"));
        let defaults: Vec<_> = flag
            .get_default_values()
            .iter()
            .map(|value| value.display().to_string())
            .collect();
        let is_told_in_words = [
            "--public-url",
            "--cache-bytes",
            "--file-cache-bytes",
            "--temporary-bytes",
        ]
        .contains(&format!("--{long}").as_str());
        if !defaults.is_empty() && !is_told_in_words {
            assert!(
                line.contains(&format!("| `{}` |", defaults.join(","))),
                "{line}: {defaults:?}"
            );
        }
    }
}
