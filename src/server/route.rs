//! The route of a request, for counting: its pattern, told from the path without a copy.
//!
//! The server knows it before and without the routing, so that an answer that is kept is counted too.

use crate::database::RESOURCES;
use std::sync::LazyLock;

/// A route, by its place among the patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route(usize);

/// What stands for every path that is none of the service.
const OTHER: &str = "other";

/// Paths that are what they are.
const FIXED: [&str; 18] = [
    "/",
    "/v1",
    "/v1/changes",
    "/v1/search",
    "/v1/citation",
    "/v1/dataset.zip",
    "/v1/dataset.sqlite",
    "/v1/dataset.xlsx",
    "/catalog",
    "/datapackage.json",
    "/.well-known/api-catalog",
    "/.well-known/security.txt",
    "/robots.txt",
    "/sitemap.xml",
    "/llms.txt",
    "/healthz",
    "/readyz",
    "/openapi.json",
];

/// How the paths go on that begin so.
const OPEN: [(&str, &str); 6] = [
    ("/v1/changes.", "/v1/changes.{extension}"),
    ("/v1/citation.", "/v1/citation.{extension}"),
    ("/catalog.", "/catalog.{extension}"),
    ("/docs/", "/docs/{file}"),
    ("/problems/", "/problems/{name}"),
    ("/metrics", "/metrics"),
];

/// What follows the path of a resource.
const OF_RESOURCE: [&str; 9] = [
    "",
    ".{extension}",
    ".csv-metadata.json",
    "/stats",
    "/{id}",
    "/{id}/history",
    "/{id}/citation",
    "/{id}/scorecard",
    "/{id}/{other}",
];

/// Every pattern, each at its place: of the resources, of what is fixed, of what is open, the rest.
static PATTERNS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let of_resources = RESOURCES
        .iter()
        .flat_map(|resource| OF_RESOURCE.map(|rest| format!("/v1/{}{rest}", resource.path())));
    let fixed = FIXED.map(str::to_owned);
    let open = OPEN.map(|(_, pattern)| pattern.to_owned());
    of_resources
        .chain(fixed)
        .chain(open)
        .chain([OTHER.to_owned()])
        .collect()
});

impl Route {
    /// The route of a path.
    pub fn of(path: &str) -> Self {
        let of_resource = path.strip_prefix("/v1/").and_then(of_resource);
        let fixed = || FIXED.iter().position(|fixed| *fixed == path);
        let open = || OPEN.iter().position(|(start, _)| path.starts_with(start));
        let before_fixed = RESOURCES.len() * OF_RESOURCE.len();
        let place = of_resource
            .or_else(|| Some(before_fixed + fixed()?))
            .or_else(|| Some(before_fixed + FIXED.len() + open()?));
        Self(place.unwrap_or(Self::count() - 1))
    }

    /// How many routes there are.
    pub fn count() -> usize {
        RESOURCES.len() * OF_RESOURCE.len() + FIXED.len() + OPEN.len() + 1
    }

    pub fn place(self) -> usize {
        self.0
    }

    /// `/v1/measures/{id}`
    pub fn pattern(self) -> &'static str {
        &PATTERNS[self.0]
    }
}

/// The place of a path below `/v1/` that belongs to a resource.
fn of_resource(path: &str) -> Option<usize> {
    let end = path.find(['/', '.']).unwrap_or(path.len());
    let (name, rest) = path.split_at(end);
    let resource = RESOURCES.iter().position(|one| one.path() == name)?;
    let pattern = match rest {
        "" => 0,
        ".csv-metadata.json" => 2,
        extension if extension.starts_with('.') => 1,
        below => below_resource(&below[1..]),
    };
    Some(resource * OF_RESOURCE.len() + pattern)
}

fn below_resource(rest: &str) -> usize {
    match rest.split_once('/') {
        None if rest == "stats" || rest.starts_with("stats.") => 3,
        None => 4,
        Some((_, "history")) => 5,
        Some((_, end)) if end == "citation" || end.starts_with("citation.") => 6,
        Some((_, "scorecard")) => 7,
        Some(_) => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn a_path_has_the_pattern_of_its_route() {
        for (path, pattern) in [
            ("/", "/"),
            ("/v1", "/v1"),
            ("/v1/measures", "/v1/measures"),
            ("/v1/measures.csv", "/v1/measures.{extension}"),
            (
                "/v1/status-entries.feed.json",
                "/v1/status-entries.{extension}",
            ),
            (
                "/v1/measures.csv-metadata.json",
                "/v1/measures.csv-metadata.json",
            ),
            ("/v1/measures/stats.csv", "/v1/measures/stats"),
            ("/v1/measures/az-nap-2016-2018-4.1.1", "/v1/measures/{id}"),
            ("/v1/measures/a/citation.bib", "/v1/measures/{id}/citation"),
            ("/v1/changes.atom", "/v1/changes.{extension}"),
            ("/v1/dataset.zip", "/v1/dataset.zip"),
            ("/docs/index.html", "/docs/{file}"),
            ("/metrics", "/metrics"),
            ("/v1/nowhere/at/all", "other"),
            ("", "other"),
            ("/wp-login.php", "other"),
        ] {
            assert_eq!(Route::of(path).pattern(), pattern, "{path}");
        }
    }
}
