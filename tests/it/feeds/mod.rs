//! Feeds: Atom, RSS and JSON Feed say the same, newest change first, and readers understand them.

mod entries;
mod pages;
mod readers;

const FORMATS: [(&str, &str); 3] = [
    ("atom", "application/atom+xml"),
    ("rss", "application/rss+xml"),
    ("feed.json", "application/feed+json"),
];
const LISTS: [&str; 3] = ["measures", "status-entries", "changes"];
