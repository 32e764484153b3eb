//! Route matching without the router: the pattern of a path, found in the endpoint table without a copy.
//!
//! The server knows it before and without the routing, so that an answer that is kept is counted too.

use crate::{
    api::endpoints::{
        endpoint::{Audience, Endpoint, path_of},
        table::ENDPOINTS,
    },
    database::RESOURCES,
};
use std::{collections::HashMap, sync::LazyLock};

/// A pattern of an endpoint, by its place among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route(usize);

/// What stands for every path that is none of the service.
const OTHER: &str = "other";

static PATTERNS: LazyLock<Patterns> = LazyLock::new(Patterns::new);

/// Every pattern, each at its place: those of each resource, the rest, and what stands for none.
struct Patterns {
    /// How paths go on behind that of a resource, in the order in which they are tried.
    of_resource: Vec<(String, &'static Endpoint)>,
    /// Paths that are what they are.
    fixed: HashMap<&'static str, usize>,
    /// Those with a part that is open.
    open: Vec<(String, usize)>,
    /// Their labels, and of which endpoint they are.
    all: Vec<(String, Option<&'static Endpoint>)>,
}

impl Patterns {
    fn new() -> Self {
        let patterns = |of_resources: bool| {
            let endpoints = ENDPOINTS.iter();
            let endpoints = endpoints.filter(move |it| it.is_of_resources() == of_resources);
            endpoints.flat_map(|it| it.patterns().into_iter().map(move |pattern| (pattern, it)))
        };
        let mut each: Vec<(String, &'static Endpoint)> = patterns(true).collect();
        each.sort_by_key(|(pattern, _)| pattern.ends_with("{resource}.{extension}"));
        let mut all = Vec::new();
        for resource in RESOURCES {
            let of = |(pattern, it): &(String, _)| (path_of(pattern, resource), Some(*it));
            all.extend(each.iter().map(of));
        }
        let (mut fixed, mut open) = (HashMap::new(), Vec::new());
        for (pattern, endpoint) in patterns(false) {
            if pattern.contains('{') {
                open.push((pattern.clone(), all.len()));
            } else {
                fixed.insert(endpoint.path, all.len());
            }
            all.push((pattern.replace(":.*", ""), Some(endpoint)));
        }
        all.push((OTHER.to_owned(), None));
        let rest = |pattern: &str| pattern.trim_start_matches("/v1/{resource}").to_owned();
        Self {
            of_resource: each.iter().map(|(it, of)| (rest(it), *of)).collect(),
            fixed,
            open,
            all,
        }
    }

    /// The place of a path below `/v1/` that belongs to a resource.
    fn of_resource(&self, path: &str) -> Option<usize> {
        let end = path.find(['/', '.']).unwrap_or(path.len());
        let (name, rest) = path.split_at(end);
        let number = RESOURCES.iter().position(|one| one.path() == name)?;
        let is_it = |(pattern, endpoint): &(String, &Endpoint)| {
            matches(pattern, rest) && endpoint.is_of(RESOURCES[number])
        };
        let place = self.of_resource.iter().position(is_it)?;
        Some(number * self.of_resource.len() + place)
    }

    fn place(&self, path: &str) -> usize {
        let below = path.strip_prefix("/v1/");
        let is_it = |(pattern, _): &&(String, usize)| matches(pattern, path);
        below
            .and_then(|below| self.of_resource(below))
            .or_else(|| self.fixed.get(path).copied())
            .or_else(|| Some(self.open.iter().find(is_it)?.1))
            .unwrap_or(self.all.len() - 1)
    }
}

impl Route {
    /// The route of a path.
    pub fn of(path: &str) -> Self {
        Self(PATTERNS.place(path))
    }

    /// How many routes there are.
    pub fn count() -> usize {
        PATTERNS.all.len()
    }

    pub fn place(self) -> usize {
        self.0
    }

    /// `/v1/measures/{id}`
    pub fn pattern(self) -> &'static str {
        &PATTERNS.all[self.0].0
    }

    /// Whether it tells of the service to whoever runs it, and not of the register.
    pub fn is_for_operators(self) -> bool {
        let endpoint = PATTERNS.all[self.0].1;
        endpoint.is_some_and(|endpoint| endpoint.audience == Audience::Operators)
    }

    /// The path of its endpoint in the table.
    #[cfg(test)]
    pub fn endpoint(self) -> &'static str {
        PATTERNS.all[self.0]
            .1
            .map_or(OTHER, |endpoint| endpoint.path)
    }
}

/// Whether a path has a pattern, of which `{id}` is a part without a slash and `{file:.*}` the rest.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((before, open)) = pattern.split_once('{') else {
        return pattern == path;
    };
    let (Some(path), Some((name, after))) = (path.strip_prefix(before), open.split_once('}'))
    else {
        return false;
    };
    let end = path.find('/').unwrap_or(path.len());
    name.ends_with(".*") || (end > 0 && matches(after, &path[end..]))
}

#[cfg(test)]
mod tests {
    use crate::api::endpoints::route::Route;

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
            ("/v1/measures/stats", "/v1/measures/stats"),
            ("/v1/measures/stats.csv", "/v1/measures/stats.{extension}"),
            ("/v1/measures/az-nap-2016-2018-4.1.1", "/v1/measures/{id}"),
            ("/v1/measures/a/citation", "/v1/measures/{id}/citation"),
            (
                "/v1/measures/a/citation.csl.json",
                "/v1/measures/{id}/citation.{extension}",
            ),
            ("/v1/plans/a/scorecard", "/v1/plans/{id}/scorecard"),
            ("/v1/measures/a/scorecard", "other"),
            ("/v1/measures/a/b", "other"),
            ("/v1/changes.atom", "/v1/changes.{extension}"),
            ("/v1/dataset.zip", "/v1/dataset.zip"),
            ("/docs/", "/docs/{file}"),
            ("/docs/index.html", "/docs/{file}"),
            ("/metrics", "/metrics"),
            ("/v1/nowhere/at/all", "other"),
            ("", "other"),
            ("/wp-login.php", "other"),
        ] {
            assert_eq!(Route::of(path).pattern(), pattern, "{path}");
        }
    }

    #[test]
    fn what_tells_of_the_service_is_for_operators() {
        for path in ["/healthz", "/readyz", "/metrics"] {
            assert!(Route::of(path).is_for_operators(), "{path}");
        }
        for path in ["/", "/v1/plans", "/nowhere"] {
            assert!(!Route::of(path).is_for_operators(), "{path}");
        }
    }
}
